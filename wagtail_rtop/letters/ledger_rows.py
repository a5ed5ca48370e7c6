"""What the desk's lists read: where each recipient of a published letter stands.

Derived from the letter, its responses and its events as ``get_standings()`` sees
them for the desk; written with the register's row of the letter and rebuilt by
``manage.py rtop_register rebuild``. Readers never see it, but for the figures of
``publicly_answered``, which the register counts too.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail_rtop.compat import get_page_model_string
from wagtail_rtop.letters.enums import RecipientStatus
from wagtail_rtop.register.writing import update_rows
from wagtail_rtop.visibility.facts import split


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


def find_differences(
    wanted: Mapping[int, Sequence[LedgerRow]],
) -> dict[int, list[str]]:
    """Return by page id the names of what differs between the table and ``wanted``."""
    present = _fetch_rows(wanted)
    found: dict[int, list[str]] = {}
    for page_id, rows in wanted.items():
        expected = {row.recipient_key: row for row in rows}
        before = present.get(page_id, {})
        if before.keys() != expected.keys():
            found[page_id] = ["recipients"]
            continue
        names = {
            name
            for key, row in expected.items()
            for name in COLUMNS
            if getattr(row, name) != getattr(before[key], name)
        }
        if names:
            found[page_id] = sorted(names)
    return found


def write_rows(wanted: Mapping[int, Sequence[LedgerRow]]) -> None:
    """Make the table say ``wanted``, by page id. A query if it does already."""
    present = _fetch_rows(wanted)
    new: list[LedgerRow] = []
    gone: list[int] = []
    before: dict[int, tuple[Any, ...]] = {}
    after: dict[int, tuple[Any, ...]] = {}
    for page_id, rows in wanted.items():
        left = present.get(page_id, {})
        for row in rows:
            old = left.pop(row.recipient_key, None)
            if old is None:
                new.append(row)
            else:
                before[old.pk], after[old.pk] = _get_values(old), _get_values(row)
        gone += [row.pk for row in left.values()]
    for chunk in split(gone):
        LedgerRow.objects.filter(pk__in=chunk).delete()
    update_rows(LedgerRow, after, before, COLUMNS)
    if new:
        LedgerRow.objects.bulk_create(new)


def _get_values(row: LedgerRow) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in COLUMNS)


def _fetch_rows(page_ids: Iterable[int]) -> dict[int, dict[uuid.UUID, LedgerRow]]:
    """Return the rows as the table has them: page id → recipient's key → row."""
    found: dict[int, dict[uuid.UUID, LedgerRow]] = {}
    for chunk in split(page_ids):
        for row in LedgerRow.objects.filter(letter__in=chunk).order_by():
            found.setdefault(row.letter_id, {})[row.recipient_key] = row
    return found
