"""Recipients that are written to together again and again."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from wagtail_rtop.letters.rows import OrganisationPanel, RecipientFields


class RecipientGroup(ClusterableModel):
    """An ordered list of recipients, for the desk alone: no page shows it.

    Adding it to a letter copies its rows: a letter that went to "the fourteen of
    2012" keeps its recipients when the group changes.
    """

    name = models.CharField(_("name"), max_length=255, unique=True)
    note = models.TextField(
        _("note"), blank=True, help_text=_("For editors: when to use this group.")
    )

    panels: ClassVar[list[Any]] = [
        FieldPanel("name"),
        FieldPanel("note"),
        OrganisationPanel("members", heading=_("Recipients"), label=_("Recipient")),
    ]

    class Meta:
        verbose_name = _("recipient group")
        verbose_name_plural = _("recipient groups")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RecipientGroupMember(RecipientFields, Orderable):
    """One recipient of a group. Its name is what letters will write."""

    group = ParentalKey(
        RecipientGroup, on_delete=models.CASCADE, related_name="members"
    )

    class Meta(Orderable.Meta):
        verbose_name = _("recipient of a group")
        verbose_name_plural = _("recipients of groups")
