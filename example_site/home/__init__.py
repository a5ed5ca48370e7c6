"""The site's own page types: a home page and plain pages."""
