"""Ready-made page types: the package's mixins on Wagtail's own page."""
