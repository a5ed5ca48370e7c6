/* Opens the release form in a modal over the page's editor. Without this script
   the same link leads to the same form as a page. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-rtop-hold]");
  if (!link || !window.ModalWorkflow || event.ctrlKey || event.metaKey) {
    return;
  }
  event.preventDefault();
  let shown = false;
  const opened = window.ModalWorkflow({
    url: link.href,
    onload: {
      form(modal) {
        /* What had the focus is gone: without it Escape and Tab lead nowhere.
           The first time the modal takes it itself, when it has faded in. */
        modal.body[0].tabIndex = -1;
        if (shown) modal.body[0].focus();
        for (const form of modal.body[0].querySelectorAll("form")) {
          form.addEventListener("submit", (submitted) => {
            submitted.preventDefault();
            const data = new URLSearchParams(
              new FormData(form, submitted.submitter),
            );
            modal.postForm(form.action, data.toString());
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
  opened.container.one("shown.bs.modal", () => {
    shown = true;
  });
});
