/* Fills the recipient rows of a letter from a pasted list or a group. The server
   decides what is proposed; this puts what comes back into Wagtail's own rows. */
(() => {
  const field = (prefix, name) => document.getElementById(`${prefix}-${name}`);
  const count = (relation) =>
    Number(document.getElementById(`id_${relation}-TOTAL_FORMS`).value);

  const readRows = (relation) => {
    const rows = [];
    for (let n = 0; n < count(relation); n += 1) {
      const prefix = `id_${relation}-${n}`;
      const gone = field(prefix, "DELETE");
      if (!field(prefix, "name") || (gone && gone.value)) continue;
      rows.push({
        order: Number(field(prefix, "ORDER") ? field(prefix, "ORDER").value : n),
        kind: field(prefix, "kind").value,
        office: field(prefix, "office").value,
        name: field(prefix, "name").value,
        organisation: field(prefix, "organisation").value,
      });
    }
    return rows.sort((a, b) => a.order - b.order);
  };

  /* The same recipient: the same office of the same profile, or of the same name. */
  const describe = (row) =>
    JSON.stringify([row.organisation || row.name.trim(), row.office.trim()]);

  const setValue = (element, value) => {
    element.value = value;
    element.dispatchEvent(new Event("input", { bubbles: true }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const addRow = (relation, row) => {
    const number = count(relation);
    document.getElementById(`id_${relation}-ADD`).click();
    const prefix = `id_${relation}-${number}`;
    setValue(field(prefix, "kind"), row.kind);
    setValue(field(prefix, "office"), row.office);
    setValue(field(prefix, "name"), row.name);
    if (row.organisation) {
      field(prefix, "organisation-chooser").widget.setState(row.organisation);
    }
  };

  const addRows = (tools, rows) => {
    const { relation } = tools.dataset;
    const present = new Set(readRows(relation).map(describe));
    let added = 0;
    rows.forEach((row) => {
      const id = row.organisation ? row.organisation.id : "";
      const key = describe({ ...row, organisation: id });
      if (present.has(key)) return;
      present.add(key);
      addRow(relation, row);
      added += 1;
    });
    const said = [tools.dataset.added.replace("%(count)s", added)];
    if (added < rows.length) {
      said.push(tools.dataset.present.replace("%(count)s", rows.length - added));
    }
    return said.join(" ");
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-rtop-recipients]");
    if (!button || !window.ModalWorkflow) return;
    const tools = button.closest("[data-rtop-recipient-tools]");
    const status = tools.querySelector("[data-rtop-status]");
    let first = null;
    let shown = false;
    const focusFirst = () => {
      shown = true;
      if (first) first.focus();
    };
    const opened = window.ModalWorkflow({
      url: button.dataset.rtopRecipients,
      onload: {
        form(modal) {
          const form = modal.body[0].querySelector("form");
          if (!form) return;
          if ("rtopSendsRows" in button.dataset) {
            form.elements.rows.value = JSON.stringify(readRows(tools.dataset.relation));
          }
          form.addEventListener("submit", (submitted) => {
            submitted.preventDefault();
            modal.postForm(form.action, new URLSearchParams(new FormData(form)).toString());
          });
          first = form.querySelector("textarea, input:not([type=hidden])");
          if (shown) focusFirst();
        },
        done(modal, json) {
          modal.close();
          status.textContent =
            json.message || addRows(tools, json.rows);
          button.focus();
        },
      },
    });
    /* The modal takes the focus itself when it has faded in. */
    opened.container.one("shown.bs.modal", focusFirst);
  });
})();
