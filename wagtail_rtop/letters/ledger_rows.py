"""What the desk's lists read: where each recipient of a published letter stands.

Derived from the letter, its responses and its events as ``get_standings()`` sees
them for the desk; written with the register's row of the letter and rebuilt by
``manage.py rtop_register rebuild``. Readers never see it, but for the figures of
``publicly_answered``, which the register counts too.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail_rtop.compat import get_page_model_string
from wagtail_rtop.letters.enums import RecipientStatus


if TYPE_CHECKING:
    from wagtail_rtop.letters.ledger import Standing


class LedgerRow(models.Model):
    """One recipient of one letter that is published.

    Once a letter, in whatever languages: it stands with the page that the others
    are translations of. What depends on today, "overdue", is no column: see
    ``waiting_since``.
    """

    # Set by the deadlines for a list, which the day decides; no columns.
    due: date | None
    overdue: bool

    letter = models.ForeignKey(
        get_page_model_string(),
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("letter"),
    )
    recipient_key = models.UUIDField(_("recipient"))
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("recipient"), max_length=255)
    office = models.CharField(_("office"), max_length=255, blank=True)
    # Translation key of the profile.
    organisation_key = models.UUIDField(_("organisation"), null=True, db_index=True)
    document_date = models.DateField(_("date of the letter"), db_index=True)
    occasion = models.CharField(_("occasion"), max_length=255, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=RecipientStatus)
    since = models.DateField(_("since"), null=True)
    # Of the first sending; without one the letter's date.
    sent_on = models.DateField(_("sent on"))
    # Of the last sending, while no answer has come; null: nothing is waited for.
    waiting_since = models.DateField(_("waiting since"), null=True, db_index=True)
    answered_on = models.DateField(_("answered on"), null=True)
    days_to_reply = models.PositiveIntegerField(_("days to reply"), null=True)
    publicly_answered = models.BooleanField(_("publicly answered"), default=False)

    # No use of the letter that an editor could follow.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("recipient of a letter")
        verbose_name_plural = _("recipients of letters")
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "recipient_key"], name="rtop_ledger_row_once"
            )
        ]
        indexes = [
            # The order of the desk's lists.
            models.Index(
                fields=["document_date", "letter", "position"],
                name="rtop_ledger_row_newest",
            ),
        ]

    def __str__(self) -> str:
        return self.name


# What is compared and written; the key is the recipient's.
COLUMNS = [
    f.attname
    for f in LedgerRow._meta.concrete_fields
    if f.attname not in {"id", "letter_id", "recipient_key"}
]


def build_rows(
    letter: Any,
    desk: Iterable["Standing"],
    public: Iterable["Standing"],
    organisations: dict[int, Any],
) -> list[LedgerRow]:
    """Return the letter's rows, unsaved, in the order of its recipients.

    Args:
        letter: the page.
        desk: where the recipients stand for the desk.
        public: the same for an anonymous reader.
        organisations: translation key of each profile, by page id.
    """
    rows = []
    for position, (mine, theirs) in enumerate(zip(desk, public, strict=True)):
        recipient = mine.recipient
        sent_on = mine.sent_on or letter.get_document_date()
        answered_on = mine.answered_on
        rows.append(
            LedgerRow(
                letter_id=letter.pk,
                recipient_key=recipient.translation_key,
                position=position,
                name=str(recipient),
                office=recipient.office,
                organisation_key=organisations.get(recipient.organisation_id),
                document_date=letter.get_document_date(),
                occasion=letter.occasion,
                status=mine.status,
                since=mine.since,
                sent_on=sent_on,
                waiting_since=mine.waiting_since,
                answered_on=answered_on,
                # An answer can cross the letter; it took no time then.
                days_to_reply=max((answered_on - sent_on).days, 0)
                if answered_on
                else None,
                publicly_answered=theirs.is_answered,
            )
        )
    return rows


def find_differences(page_id: int, wanted: Sequence[LedgerRow]) -> list[str]:
    """Return the names of what differs between the table and ``wanted``. One query."""
    present = {row.recipient_key: row for row in _fetch_rows(page_id)}
    expected = {row.recipient_key: row for row in wanted}
    if present.keys() != expected.keys():
        return ["recipients"]
    return sorted(
        {
            name
            for key, row in expected.items()
            for name in COLUMNS
            if getattr(row, name) != getattr(present[key], name)
        }
    )


def write_rows(page_id: int, wanted: Sequence[LedgerRow]) -> None:
    """Make the table say ``wanted`` of this page. One query if it does already."""
    present = {row.recipient_key: row for row in _fetch_rows(page_id)}
    new, changed = [], []
    for row in wanted:
        before = present.pop(row.recipient_key, None)
        if before is None:
            new.append(row)
        elif any(getattr(before, name) != getattr(row, name) for name in COLUMNS):
            row.pk = before.pk
            changed.append(row)
    if present:
        LedgerRow.objects.filter(pk__in=[row.pk for row in present.values()]).delete()
    if changed:
        LedgerRow.objects.bulk_update(changed, COLUMNS)
    if new:
        LedgerRow.objects.bulk_create(new)


def _fetch_rows(page_id: int) -> list[LedgerRow]:
    return list(LedgerRow.objects.filter(letter=page_id))
