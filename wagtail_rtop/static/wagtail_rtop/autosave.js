/* What a form that saves itself must know of its own saves. */
(() => {
  /* Names that Wagtail's own comparison leaves out, and the one it adds. */
  const IGNORED = new Set([
    "csrfmiddlewaretoken",
    "loaded_revision_created_at",
    "loaded_revision_id",
    "next",
    "overwrite_revision_id",
  ]);
  const sent = new WeakMap();
  const repeated = new WeakMap();

  const describe = (data) =>
    JSON.stringify(
      [...data].filter(
        ([name, value]) =>
          typeof value === "string" &&
          !IGNORED.has(name) &&
          !name.startsWith("comments-"),
      ),
    );

  /* A save by hand is written over what was saved last; Wagtail's own script says
     so for the next autosave alone. */
  const rememberBase = (form, saved) => {
    const names = {
      loaded_revision_id: saved.revision_id,
      loaded_revision_created_at: saved.revision_created_at,
    };
    for (const [name, value] of Object.entries(names)) {
      const field = form.elements.namedItem(name);
      if (field && value) field.value = value;
    }
  };

  /* Wagtail takes what stands in the form when the answer comes for what was saved.
     What was typed while the save was under way is saved as well, and asked about
     by who leaves before; once for each text, whatever differs. */
  const saveTheRest = (form, saved) => {
    const data = sent.get(form);
    if (!data) return;
    for (const [name, value] of Object.entries(saved.field_updates || {})) {
      if (data.has(name)) data.set(name, value);
    }
    const now = describe(new FormData(form));
    if (describe(data) === now || repeated.get(form) === now) return;
    repeated.set(form, now);
    form.setAttribute("data-w-unsaved-force-value", "true");
  };

  document.addEventListener("w-autosave:save", (event) => {
    const form = event.target.closest("form");
    if (form && event.detail.formData) sent.set(form, event.detail.formData);
  });
  document.addEventListener("w-autosave:success", (event) => {
    const form = event.target.closest("form");
    if (!form) return;
    rememberBase(form, event.detail.response);
    saveTheRest(form, event.detail.response);
  });
})();
