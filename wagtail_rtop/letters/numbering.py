"""Reference numbers of letters: given when a letter is first published.

Not earlier: drafts that come to nothing would leave gaps. Never twice: the
counter's row is locked until the letter is written, and undone with it.
"""

import uuid
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import get_page_models

from wagtail_rtop.coalition.models import get_coalition
from wagtail_rtop.coalition.references import build_reference


class ReferenceCounter(models.Model):
    """The last number that a coalition has given in a year; year 0: in all."""

    coalition_key = models.UUIDField()
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("reference counter")
        verbose_name_plural = _("reference counters")
        constraints = [
            models.UniqueConstraint(
                fields=["coalition_key", "year"], name="rtop_reference_counter_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.coalition_key} {self.year}: {self.last}"


def assign_reference(letter: Any) -> None:
    """Give a letter that has none its reference: its group's, else the next number.

    Nothing happens where the coalition has no pattern. Call it in the transaction
    that writes the letter.
    """
    if letter.reference:
        return
    letter.reference = get_group_reference(letter)
    site = None if letter.reference else get_site(letter)
    coalition = get_coalition(site, letter.locale_id) if site else None
    if coalition and coalition.reference_pattern:
        letter.reference = take_reference(
            coalition.translation_key,
            coalition.reference_pattern,
            letter.get_document_date().year,
        )


def get_group_reference(letter: Any) -> str:
    """Return the reference that the letter has as stored, or in another language.

    "" if it has none. One query.
    """
    if letter.alias_of_id:
        return getattr(letter.alias_of.specific, "reference", "")
    found = type(letter)._base_manager.filter(translation_key=letter.translation_key)
    stored = dict(
        found.exclude(reference="").order_by("pk").values_list("pk", "reference")
    )
    return stored.get(letter.pk) or next(iter(stored.values()), "")


def get_site(letter: Any) -> Any:
    """Return the letter's site, or None; a letter not yet written has its parent's."""
    parent = letter.get_parent() if letter.path and not letter.url_path else None
    return (parent or letter).get_site()


def take_reference(key: uuid.UUID, pattern: str, year: int) -> str:
    """Return the next reference that no letter has; "" if the pattern is none.

    Numbers that somebody has typed are left out. Waits for whoever takes one of
    the same year at the moment.
    """
    try:
        # Two years may not share a number unless the pattern tells them apart.
        tells_years = build_reference(pattern, 1, 1) != build_reference(pattern, 2, 1)
    except ValidationError:
        # Written by code: no reason to keep a letter from being published.
        return ""
    with transaction.atomic():
        counter, _made = ReferenceCounter.objects.select_for_update().get_or_create(
            coalition_key=key, year=year if tells_years else 0
        )
        counter.last += 1
        while is_taken(build_reference(pattern, year, counter.last)):
            counter.last += 1
        counter.save(update_fields=["last"])
    return build_reference(pattern, year, counter.last)


def is_taken(reference: str) -> bool:
    return any(rows.exists() for rows in iterate_letters(reference))


def iterate_letters(reference: str) -> Iterator[Any]:
    """Yield a queryset for each letter type: the letters with this reference."""
    # Imported here: letters are numbered by this module.
    from wagtail_rtop.letters.models import LetterMixin

    for model in get_page_models():
        if issubclass(model, LetterMixin):
            yield model._base_manager.filter(reference__iexact=reference, alias_of=None)


def check_reference(letter: Any) -> None:
    """Refuse a reference that another letter has.

    One that was stored so before is left alone: an archive may have its reasons,
    and no change of the text should fail for it.

    Raises:
        ValidationError: naming the other letter.
    """
    for rows in iterate_letters(letter.reference):
        others = rows.exclude(translation_key=letter.translation_key)
        other = others.order_by("pk").first()
        if other is None:
            continue
        stored = type(letter)._base_manager.filter(pk=letter.pk)
        if letter.pk and stored.filter(reference__iexact=letter.reference).exists():
            return
        raise ValidationError(
            {
                "reference": ValidationError(
                    _(
                        "“%(title)s” has the reference %(reference)s already. Give "
                        "another one, or leave it empty."
                    ),
                    code="duplicate",
                    params={
                        "title": other.get_admin_display_title(),
                        "reference": letter.reference,
                    },
                )
            }
        )
