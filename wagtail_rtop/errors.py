"""The errors of this package that have no better name in Django or Wagtail."""

from django.http import Http404


class WagtailRtopError(Exception):
    """Base of the package's own errors. The message is a full sentence."""


class PageGoneError(WagtailRtopError, Http404):
    """A page that was deleted while somebody else was about to save it.

    A 404 if a view does not catch it: there is no such page any more.
    """
