/* Shows a page as it will be on paper: rules for print hold, rules for screens don't. */
(() => {
  const turn = (media) => {
    if (media.mediaText === "print") media.mediaText = "all";
    else if (media.mediaText === "screen") media.mediaText = "not all";
  };
  const visit = (rules) => {
    for (const rule of rules) {
      if (rule.media) turn(rule.media);
      if (rule.cssRules) visit(rule.cssRules);
    }
  };
  for (const sheet of document.styleSheets) {
    turn(sheet.media);
    try {
      visit(sheet.cssRules);
    } catch {
      // A stylesheet of another site can't be read.
    }
  }
})();
