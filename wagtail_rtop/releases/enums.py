"""Closed sets of the press release domain."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReleaseKind(models.TextChoices):
    """What a press release does."""

    STATEMENT = "statement", _("statement")
    ANNOUNCEMENT = "announcement", _("announcement")
    REACTION = "reaction", _("reaction")
    REPORT = "report", _("report")
