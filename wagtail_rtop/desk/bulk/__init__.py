"""Actions on many pages at once, from any of Wagtail's lists of pages."""
