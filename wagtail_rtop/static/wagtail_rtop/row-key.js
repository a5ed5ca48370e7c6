/* Gives each new inline row its key in the browser, so that an autosave that
   runs before the first full save does not give it another one each time. */
(() => {
  const makeKey = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    // randomUUID needs a secure context; an admin on plain HTTP has none.
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 0x0f) | 0x40;
    b[8] = (b[8] & 0x3f) | 0x80;
    const hex = Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };
  const fill = (root) => {
    root.querySelectorAll("input[data-rtop-row-key]").forEach((input) => {
      if (!input.value && !input.name.includes("__prefix__")) input.value = makeKey();
    });
  };
  const watch = () => {
    fill(document);
    new MutationObserver((records) => {
      records.forEach((record) =>
        record.addedNodes.forEach((node) => node.querySelectorAll && fill(node)),
      );
    }).observe(document.body, { childList: true, subtree: true });
  };
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", watch);
  } else {
    watch();
  }
})();
