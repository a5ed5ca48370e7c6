"""Assembly: brings each domain's hooks to Wagtail. No logic here."""

from wagtail_rtop.letters import hooks as letter_hooks
from wagtail_rtop.visibility import hooks as visibility_hooks


__all__ = ["letter_hooks", "visibility_hooks"]
