"""The errors of this package that have no better name in Django or Wagtail."""


class WagtailRtopError(Exception):
    """Base of the package's own errors. The message is a full sentence."""
