/* A form that has saved itself is written over what it saved: a save by hand says
   so, which Wagtail's own script says for the next autosave alone. */
document.addEventListener("w-autosave:success", (event) => {
  const saved = event.detail.response;
  const form = event.target.closest("form");
  if (!form || !saved.revision_id) return;
  const names = {
    loaded_revision_id: saved.revision_id,
    loaded_revision_created_at: saved.revision_created_at,
  };
  for (const [name, value] of Object.entries(names)) {
    const field = form.elements.namedItem(name);
    if (field && value) field.value = value;
  }
});
