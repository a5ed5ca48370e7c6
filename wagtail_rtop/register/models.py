"""The publication register: one narrow table behind every list, count and facet.

Derived data: rebuilt by ``manage.py rtop_register rebuild``, compared with the
pages and with the gate by ``verify``. It knows no kind of document; a page gives
its row by ``get_register_row()``.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from wagtail.models import COMMENTS_RELATION_NAME, Locale

from wagtail_rtop.compat import get_page_model, get_page_model_string
from wagtail_rtop.regions.models import Region, RegionTagged
from wagtail_rtop.visibility.facts import FactsReader
from wagtail_rtop.visibility.models import GuardedPageMixin


@dataclass(frozen=True)
class RegisterRow:
    """What a page tells the register about itself.

    Attributes:
        kind: a short name of the kind of document, for example "letter".
        document_date: the date on the document, not of its publication; None =
            the day on which the register first saw the page.
        regions: ids of Region.
        organisations: translation keys of organisation profiles.
        recipients: how many were written to; 0 where it makes no sense.
        answered: how many of them have answered in public.
    """

    kind: str
    document_date: date | None
    regions: Sequence[int] = ()
    organisations: Sequence[uuid.UUID] = ()
    recipients: int = 0
    answered: int = 0


class AccessSet(models.Model):
    """A set of view restrictions, all of which a visitor must pass."""

    # Ids of PageViewRestriction, ascending, joined by commas.
    key = models.CharField(max_length=255, unique=True)

    class Meta:
        verbose_name = _("access set")
        verbose_name_plural = _("access sets")

    def __str__(self) -> str:
        return self.key


class GateColumns(models.Model):
    """The gate's answer as columns, repeated wherever a list filters on it.

    ``public``: live, nothing restricts it or anything it depends on.
    ``access``: live, and these restrictions must accept the visitor.
    Neither: nobody sees it. ``lift`` and ``expires`` bound both in time.
    """

    public = models.BooleanField(default=False)
    access = models.ForeignKey(
        AccessSet,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    lift = models.DateTimeField(null=True, blank=True)
    expires = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Entry(GateColumns):
    """One page in the register."""

    page = models.OneToOneField(
        get_page_model_string(),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="rtop_entry",
        verbose_name=_("page"),
    )
    locale = models.ForeignKey(
        Locale, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    group_key = models.UUIDField(db_index=True)
    translation_key = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=20)
    document_date = models.DateField()
    # As long as treebeard's.
    path = models.CharField(max_length=255, db_index=True)
    recipients = models.PositiveSmallIntegerField(default=0)
    answered = models.PositiveSmallIntegerField(default=0)
    # Every column of the order's last key, so that an index can serve it.
    is_alias = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("register entry")
        verbose_name_plural = _("register entries")
        # Each ends in the rest of what a list filters on, so that the index alone
        # answers it, at any depth of the list.
        indexes = [
            models.Index(
                fields=[
                    *("locale", "public", "document_date", "page"),
                    *("kind", "lift", "expires"),
                ],
                name="rtop_entry_newest",
            ),
            models.Index(
                fields=[
                    *("locale", "public", "kind", "document_date", "page"),
                    *("lift", "expires"),
                ],
                name="rtop_entry_kind",
            ),
            # The next moment at which a list changes by itself.
            models.Index(fields=["lift"], name="rtop_entry_lift"),
            models.Index(fields=["expires"], name="rtop_entry_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.page_id}"


class EntryRow(GateColumns):
    """What a facet's covering index repeats of an entry."""

    locale = models.ForeignKey(
        Locale, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=20)
    document_date = models.DateField()

    class Meta:
        abstract = True


class EntryRegion(EntryRow):
    """An entry in one of its regions."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="regions")
    region = models.ForeignKey(
        Region, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("register entry by region")
        verbose_name_plural = _("register entries by region")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "region"], name="rtop_entry_region_once"
            )
        ]
        indexes = [
            models.Index(
                fields=[
                    *("region", "locale", "public", "document_date", "entry"),
                    *("kind", "lift", "expires"),
                ],
                name="rtop_entry_region_newest",
            ),
            models.Index(
                fields=[
                    *("region", "locale", "public", "kind", "document_date"),
                    *("entry", "lift", "expires"),
                ],
                name="rtop_entry_region_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} in {self.region_id}"


class EntryOrganisation(EntryRow):
    """An entry that concerns an organisation: it wrote, or was written to."""

    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="organisations"
    )
    organisation_key = models.UUIDField()

    class Meta:
        verbose_name = _("register entry by organisation")
        verbose_name_plural = _("register entries by organisation")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "organisation_key"], name="rtop_entry_org_once"
            )
        ]
        indexes = [
            models.Index(
                fields=[
                    *("organisation_key", "locale", "public", "document_date"),
                    *("entry", "kind", "lift", "expires"),
                ],
                name="rtop_entry_org_newest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} with {self.organisation_key}"


class ContentVersion(models.Model):
    """Moves with each change a public surface could show: the sum of all rows."""

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("content version")
        verbose_name_plural = _("content versions")

    def __str__(self) -> str:
        return str(self.number)


# Columns of a page that other pages' facts follow from.
FOLLOWED = (
    *("live", "expire_at", "path"),
    *("alias_of_id", "translation_key", "locale_id"),
)


class RegisteredMixin(models.Model):
    """A page with a row in the register.

    To use: inherit it before the page class and return your row from
    ``get_register_row()``. The package's mixins do.
    """

    # Whether the row is computed from rows of other pages, which are written first.
    counts_entries: ClassVar[bool] = False

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        before = None if fields is not None else self._get_written()
        super().save(*args, **kwargs)
        # Here, not in a signal: post_save fires before modelcluster has
        # written the child rows that the register counts.
        from wagtail_rtop.register.sync import sync_page

        if fields is None:
            sync_page(self, follow=before != self._get_written(self))
        elif concerns_register(fields):
            # The instance may hold a draft of what was not written.
            sync_page(type(self)._default_manager.get(pk=self.pk))

    def _get_written(self, page: Any = None) -> tuple[Any, ...] | None:
        """Return what the facts of other pages follow from; of ``page``, or as stored.

        None for a page that is not stored yet.
        """
        if page is not None:
            return tuple(getattr(page, name) for name in FOLLOWED)
        rows = get_page_model().objects.filter(pk=self.pk).order_by()
        return rows.values_list(*FOLLOWED).first()

    def get_register_row(self) -> RegisterRow | None:
        """Return the page's row, or None to stay out of every list."""
        raise NotImplementedError(
            f"{type(self).__name__} must define get_register_row()."
        )

    @classmethod
    def read_for_rows(cls, pages: Sequence[Any], reader: FactsReader) -> None:
        """Read at once what get_register_row() of these pages would ask for one by one.

        Override it where yours asks the database, and keep what you read with each
        page; call ``super()``. ``reader`` has read the facts of the pages, which are
        loaded for this alone and are all of this class.
        """
        # Whatever the type, a page may be tagged.
        prefetch_related_objects(pages, "rtop_region_items")

    def build_side_rows(self, *, is_source: bool) -> list[Any]:
        """Return what a kind of page derives beside its row, unsaved.

        Called after get_register_row(). ``is_source``: the page is no alias, and no
        translation of another page.
        """
        return []

    @classmethod
    def write_side_rows(cls, wanted: Mapping[int, Sequence[Any]]) -> None:
        """Make the table beside say ``wanted``: by page id, what build_side_rows() said."""

    @classmethod
    def find_side_differences(
        cls, wanted: Mapping[int, Sequence[Any]]
    ) -> dict[int, list[str]]:
        """Return by page id the names of what is not as ``wanted``."""
        return {}


class RegionTaggedMixin(RegionTagged, RegisteredMixin):
    """Lists a site's own page type by region, beside the package's documents.

    To use: ``class ReportPage(RegionTaggedMixin, Page)``, the mixin first, and
    ``content_panels = [*Page.content_panels, *RegionTaggedMixin.region_panels]``.
    Override ``get_document_date()`` if the page carries a date of its own.
    """

    class Meta:
        abstract = True

    def get_document_date(self) -> date | None:
        """Return the date the page is listed under; None if it has none yet."""
        moment = self.first_published_at  # type: ignore[attr-defined]  # Page's
        return moment.date() if moment else None

    def get_register_row(self) -> RegisterRow | None:
        return RegisterRow("other", self.get_document_date(), self.get_region_ids())


class DocumentMixin(RegionTagged, GuardedPageMixin, RegisteredMixin):
    """A guarded page in the register: what the package's own documents are."""

    class Meta:
        abstract = True


def concerns_register(update_fields: Any) -> bool:
    """Return whether a save of these fields can change a row or the gate."""
    if update_fields is None:
        return True
    # What Wagtail writes on every draft save and on locking.
    harmless = {
        COMMENTS_RELATION_NAME,
        "latest_revision",
        "latest_revision_created_at",
        "has_unpublished_changes",
        "draft_title",
        "locked",
        "locked_at",
        "locked_by",
    }
    return not set(update_fields) <= harmless
