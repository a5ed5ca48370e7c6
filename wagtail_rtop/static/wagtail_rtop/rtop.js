// Shows what works with a script alone. Nothing on a page needs this file.
for (const button of document.querySelectorAll("[data-rtop-print]")) {
  if (button.hidden) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
