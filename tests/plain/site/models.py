from wagtail.models import Page


class HomePage(Page):
    """The site's home page. It knows nothing of the package."""
