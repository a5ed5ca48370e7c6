/* A form that saves itself knows what it has saved, and has one save under way. */
(() => {
  /* Names that Wagtail's own comparison leaves out, and the one it adds. */
  const IGNORED = new Set([
    "csrfmiddlewaretoken",
    "loaded_revision_created_at",
    "loaded_revision_id",
    "next",
    "overwrite_revision_id",
  ]);
  /* Milliseconds. Rich text reaches its field a quarter of a second after the key:
     who saves with the keyboard, still typing, would lose the last word. */
  const LAG = 400;
  /* Milliseconds. A request on a line that broke may never be answered. */
  const PATIENCE = 10000;
  /* Milliseconds after which somebody is taken to have stopped the next page. */
  const STAYS = 60000;

  const typed = new WeakMap();
  const sent = new WeakMap();
  const repeated = new WeakMap();
  /* The form of each autosave's data. */
  const owners = new WeakMap();
  /* Forms whose autosave has not been answered. */
  const saving = new Set();
  /* Forms whose submission waits for that answer, with the button of each. */
  const waiting = new Map();
  /* Forms that are on their way to another page, with a promise that is broken if
     they stay. */
  const leaving = new Map();

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

  /* A new page has no address until its first save is answered: a press of Save
     before that would make a second page, or be refused for the first one's slug. So
     would an autosave after it. */
  const { fetch } = window;
  window.fetch = (resource, options) => {
    const form = owners.get(options?.body);
    if (!form) return fetch(resource, options);
    if (leaving.has(form)) return leaving.get(form);
    saving.add(form);
    return fetch(resource, options);
  };

  /* Submit what waits, as the button pressed would have. */
  const goOn = (form) => {
    if (!waiting.has(form) || saving.has(form)) return;
    const button = waiting.get(form);
    waiting.delete(form);
    /* The answer may have put other buttons in the place of the one pressed. */
    const field = document.createElement("input");
    field.type = "hidden";
    if (button?.name) {
      field.name = button.name;
      field.value = button.value;
      form.append(field);
    }
    form.requestSubmit();
    field.remove();
  };

  const end = (form) => {
    saving.delete(form);
    goOn(form);
  };

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const rest = LAG - (performance.now() - (typed.get(form) ?? -LAG));
      if (!saving.has(form) && rest <= 0) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting.set(form, event.submitter);
      if (rest > 0) setTimeout(() => goOn(form), rest);
      if (saving.has(form)) setTimeout(() => end(form), PATIENCE);
    },
    true,
  );
  document.addEventListener(
    "beforeinput",
    (event) => {
      const form = event.target.closest("form");
      if (form && event.target.isContentEditable) {
        typed.set(form, performance.now());
      }
    },
    true,
  );
  window.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const form = event.target;
    const stays = new Promise((resolve, reject) => {
      const stay = () => {
        leaving.delete(form);
        /* For an autosave that waited: Wagtail tries it again. */
        reject(new Error("The page has not been left."));
      };
      window.addEventListener("pageshow", stay, { once: true });
      setTimeout(stay, STAYS);
    });
    stays.catch(() => {});
    leaving.set(form, stays);
  });

  document.addEventListener("w-autosave:save", (event) => {
    const form = event.target.closest("form");
    if (!form || !event.detail.formData) return;
    sent.set(form, event.detail.formData);
    owners.set(event.detail.formData, form);
  });
  document.addEventListener("w-autosave:success", (event) => {
    const form = event.target.closest("form");
    if (!form) return;
    rememberBase(form, event.detail.response);
    saveTheRest(form, event.detail.response);
    end(form);
  });
  document.addEventListener("w-autosave:error", (event) => {
    const form = event.target.closest("form");
    if (form) end(form);
  });
})();
