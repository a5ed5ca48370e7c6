"""What a letter tells the register about itself, and the ledger beside it."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.regions.models import TaggedRegion
from wagtail_rtop.register.models import DocumentMixin, RegisterRow
from wagtail_rtop.visibility.facts import FactsReader


class LetterInRegister(DocumentMixin):
    """The part of LetterMixin that the register asks."""

    register_kind = "letter"
    # Those of its responses.
    counts_entries = True

    # The site's and Page's.
    document_date: Any
    recipients: Any
    live: bool

    class Meta:
        abstract = True

    @classmethod
    def read_for_rows(cls, pages: Sequence[Any], reader: FactsReader) -> None:
        # Imported here: it reads the tables of letters.
        from wagtail_rtop.letters.reading import read_letters

        super().read_for_rows(pages, reader)
        read_letters(pages, reader)

    def get_register_row(self) -> RegisterRow:
        # Imported here: the ledger reads the tables of letters.
        from wagtail_rtop.letters.ledger import (
            count_answers,
            fetch_events,
            get_standings,
        )
        from wagtail_rtop.letters.reading import fetch_responses_to

        recipients = list(self.recipients.all())
        organisations = self.get_organisation_keys(recipients)
        read = self.__dict__.pop("_rtop_correspondence", None)
        if read is None:
            reader = self.__dict__.get("_rtop_reader") or FactsReader()
            responses = fetch_responses_to([self], reader).get(self.pk, [])
            read = (fetch_events(self), responses)
        events, responses = read if recipients else ([], [])
        # As an anonymous reader may know it now.
        seen = [response for response in responses if response.rtop_visible]
        public = get_standings(self, recipients, seen, events=events)
        tally = count_answers(public, organisations)
        # For build_side_rows(), which follows and would read them again.
        self._rtop_read = (recipients, organisations, events, responses, public)
        return RegisterRow(
            self.register_kind,
            self.get_document_date() if self.document_date else None,
            self.get_all_region_ids(recipients),
            list(dict.fromkeys(organisations.values())),
            recipients=tally.recipients,
            answered=tally.answered,
        )

    def build_side_rows(self, *, is_source: bool) -> list[Any]:
        """Return the ledger's rows: none for a draft, nor what its source has."""
        # Imported here: the ledger reads the tables of letters.
        from wagtail_rtop.letters.ledger import get_desk_standings
        from wagtail_rtop.letters.ledger_rows import build_rows

        recipients, organisations, events, responses, public = self.__dict__.pop(
            "_rtop_read"
        )
        if not is_source or not self.live:
            return []
        desk = get_desk_standings(self, recipients, responses, events=events)
        return build_rows(self, desk, public, organisations)

    @classmethod
    def write_side_rows(cls, wanted: Mapping[int, Sequence[Any]]) -> None:
        # Imported here: the ledger reads the tables of letters.
        from wagtail_rtop.letters.ledger_rows import write_rows

        write_rows(wanted)

    @classmethod
    def find_side_differences(
        cls, wanted: Mapping[int, Sequence[Any]]
    ) -> dict[int, list[str]]:
        # Imported here: the ledger reads the tables of letters.
        from wagtail_rtop.letters.ledger_rows import find_differences

        return find_differences(wanted)

    def get_document_date(self) -> Any:
        """Return the date on the letter; a draft without one is listed under today."""
        return self.document_date or timezone.localdate()

    def get_all_region_ids(self, recipients: Iterable[Any]) -> list[int]:
        """Return the ids of the letter's own regions, else of its recipients'."""
        return self.get_region_ids() or self.get_recipient_regions(recipients)

    def get_organisation_keys(self, recipients: Iterable[Any]) -> dict[int, uuid.UUID]:
        """Return the translation key of each recipient's profile, by its page id.

        In the order of the recipients. One query; none if no row names a profile.
        """
        recipients = list(recipients)
        ids = {r.organisation_id for r in recipients if r.organisation_id}
        read = self.__dict__.get("_rtop_profiles")
        if read:
            keys = read.keys
        else:
            found = get_page_model().objects.filter(pk__in=ids)
            keys = dict(found.order_by().values_list("pk", "translation_key"))
        order = [r.organisation_id for r in recipients if r.organisation_id in keys]
        return {pk: keys[pk] for pk in order}

    def get_recipient_regions(self, recipients: Iterable[Any]) -> list[int]:
        ids = {r.organisation_id for r in recipients if r.organisation_id}
        read = self.__dict__.get("_rtop_profiles")
        if read:
            return sorted({tag for pk in ids for tag in read.regions.get(pk, ())})
        tagged = TaggedRegion.objects.filter(content_object__in=ids)
        return sorted(set(tagged.values_list("tag", flat=True))) if ids else []
