/* Opens the embargo form in a modal over the page's editor. Without this script
   the same link leads to the same form as a page. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-rtop-hold]");
  if (!link || !window.ModalWorkflow || event.ctrlKey || event.metaKey) {
    return;
  }
  event.preventDefault();
  window.ModalWorkflow({
    url: link.href,
    onload: {
      form(modal) {
        for (const form of modal.body[0].querySelectorAll("form")) {
          form.addEventListener("submit", (submitted) => {
            submitted.preventDefault();
            const data = new URLSearchParams(new FormData(form));
            modal.postForm(form.action, data.toString());
          });
        }
        for (const back of modal.body[0].querySelectorAll("form a.button")) {
          back.addEventListener("click", (clicked) => {
            clicked.preventDefault();
            modal.loadUrl(back.href);
          });
        }
      },
      done(modal, json) {
        modal.close();
        /* What was live may be off line now: the editor shows the new state. */
        window.location.assign(json.url);
      },
    },
  });
});
