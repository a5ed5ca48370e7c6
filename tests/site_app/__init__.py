"""A site's own app: a home page, and page types of its own on the mixins."""
