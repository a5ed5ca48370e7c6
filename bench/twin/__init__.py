"""As many page types, snippets and models as the package has, in plain Wagtail."""
