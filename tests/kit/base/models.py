"""The site's base page. From Wagtail 8 on it may be the site's own."""

import wagtail


if wagtail.VERSION >= (8, 0):
    from django.db import models
    from wagtail.models import AbstractPage

    class BasePage(AbstractPage):
        department = models.CharField(max_length=50, blank=True)

        promote_panels = [*AbstractPage.promote_panels, "department"]

else:
    from wagtail.models import Page as BasePage


__all__ = ["BasePage"]
