"""Closed sets of the organisation domain."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NameKind(models.TextChoices):
    """What a name is to its organisation.

    OFFICIAL: its own name for itself while the dates hold. FORMER: official
    once. ALIAS: what others write. ACRONYM: an acronym without a name beside it.
    """

    OFFICIAL = "official", _("official")
    FORMER = "former", _("former")
    ALIAS = "alias", _("alias")
    ACRONYM = "acronym", _("acronym")


class MemberStatus(models.TextChoices):
    """Where a state stands. A suspended state is still a member."""

    MEMBER = "member", _("member")
    SUSPENDED = "suspended", _("suspended")
    LEFT = "left", _("left")
