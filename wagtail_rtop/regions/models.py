"""The region vocabulary: language-neutral tags with translated names."""

import unicodedata
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, TagBase
from wagtail.admin.panels import FieldPanel
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from wagtail_rtop.compat import get_page_model_string
from wagtail_rtop.regions.forms import RegionField


def build_name_key(name: str) -> str:
    """Return ``name`` without case, width, accents and surrounding space.

    Two regions whose names have the same key are the same region to a reader.
    """
    folded = unicodedata.normalize("NFKD", name).casefold()
    kept = (c for c in folded if not _is_accent(c))
    return " ".join(unicodedata.normalize("NFKC", "".join(kept)).split())


def _is_accent(character: str) -> bool:
    """Return whether a reader may leave the character out."""
    if unicodedata.category(character) in {"Cc", "Cf"}:
        return not character.isspace()
    # Accents from 200 on, Hebrew and Arabic vowel points 10 to 36. The marks
    # below (kana voicing, viramas) and without a class (Indic vowels) make
    # another letter. https://www.unicode.org/reports/tr44/#Canonical_Combining_Class_Values
    combining = unicodedata.combining(character)
    return combining >= 200 or 10 <= combining <= 36


class RegionQuerySet(models.QuerySet["Region"]):
    def with_label(self, locale: Any) -> "RegionQuerySet":
        """Add ``label``: the name in ``locale`` (Locale or its id), else ``name``."""
        labels = RegionLabel.objects.filter(region=models.OuterRef("pk"), locale=locale)
        return self.annotate(
            localized_label=Coalesce(
                models.Subquery(labels.values("label")[:1]), models.F("name")
            )
        )


class Region(TagBase):
    """A part of the world that documents are browsed by.

    One row for all languages: its slug is the same everywhere, its names are
    ``RegionLabel`` snippets. Not an organisation and not a country.
    """

    # taggit: editors choose from the vocabulary, they do not add to it by typing.
    free_tagging = False

    name_key = models.CharField(
        _("name key"), max_length=300, unique=True, editable=False
    )
    m49 = models.CharField(
        _("UN M49 code"),
        max_length=3,
        null=True,
        blank=True,
        unique=True,
        validators=[
            RegexValidator(r"^[0-9]{3}\Z", _("A UN M49 code has exactly three digits."))
        ],
        help_text=_("Three digits, for example 011. Empty if M49 lacks this region."),
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        # Children of a deleted region stay in use; they become top level.
        on_delete=models.SET_NULL,
        related_name="children",
        verbose_name=_("part of"),
    )
    areas = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="sets",
        verbose_name=_("areas"),
        help_text=_("For a region that M49 lacks: the M49 areas it is made of."),
    )

    objects = RegionQuerySet.as_manager()

    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("m49"),
        FieldPanel("parent"),
        FieldPanel("areas"),
    ]

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name"]

    def __str__(self) -> str:
        return getattr(self, "localized_label", None) or self.name

    def clean(self) -> None:
        super().clean()
        self.name_key = build_name_key(self.name)
        if not self.name_key:
            raise ValidationError({"name": _("A region needs a name.")}, code="empty")
        other = (
            Region.objects.filter(name_key=self.name_key).exclude(pk=self.pk).first()
        )
        if other:
            raise ValidationError(
                {
                    "name": _(
                        "There is already a region “%(name)s”. Use that one, or "
                        "choose a name that differs in more than case and accents."
                    )
                    % {"name": other.name}
                },
                code="duplicate",
            )
        self._check_parents()

    def validate_unique(self, exclude: Any = None) -> None:
        # clean() says it better, at the field that an editor sees.
        super().validate_unique({*(exclude or ()), "name_key"})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = build_name_key(self.name)
        if not self.m49:
            # Unique, and several regions have none.
            self.m49 = None
        before = None if self._state.adding else Region.objects.filter(pk=self.pk)
        name, slug = (before and before.values_list("name", "slug").first()) or ("", "")
        super().save(*args, **kwargs)
        RegionSlug.objects.filter(slug=self.slug).delete()
        if slug and slug != self.slug:
            RegionSlug.objects.update_or_create(slug=slug, defaults={"region": self})
        if name and name != self.name:
            self._rename_label(name)

    def _rename_label(self, before: str) -> None:
        """Let the name in the default language follow, unless it is another one."""
        code = get_supported_content_language_variant(settings.LANGUAGE_CODE)
        for label in self.labels.filter(label=before, locale__language_code=code):
            label.label = self.name
            label.save()

    def _check_parents(self) -> None:
        seen = {self.pk} if self.pk else set()
        parent = self.parent
        while parent:
            if parent.pk in seen:
                raise ValidationError(
                    {"parent": _("A region can't be part of itself.")}, code="loop"
                )
            seen.add(parent.pk)
            parent = parent.parent


class RegionSlug(models.Model):
    """A slug that a region had before: its addresses redirect for ever."""

    region = models.ForeignKey(
        Region,
        on_delete=models.CASCADE,
        related_name="former_slugs",
        verbose_name=_("region"),
    )
    slug = models.SlugField(
        # As long as taggit's slugs.
        _("slug"),
        max_length=100,
        unique=True,
        allow_unicode=True,
    )

    class Meta:
        verbose_name = _("former region slug")
        verbose_name_plural = _("former region slugs")

    def __str__(self) -> str:
        return self.slug


class RegionLabel(TranslatableMixin, index.Indexed, models.Model):
    """The name of a region in one language, translated in the ordinary editor."""

    region = models.ForeignKey(
        Region,
        on_delete=models.CASCADE,
        related_name="labels",
        verbose_name=_("region"),
    )
    label = models.CharField(
        # As long as taggit's names.
        _("name in this language"),
        max_length=100,
    )

    panels = [FieldPanel("region"), FieldPanel("label")]
    search_fields = [
        index.SearchField("label"),
        index.AutocompleteField("label"),
        # Choosers ask for one language.
        index.FilterField("locale"),
    ]
    override_translatable_fields = [
        SynchronizedField("region", overridable=False),
        TranslatableField("label"),
    ]

    class Meta:
        verbose_name = _("region name")
        verbose_name_plural = _("region names")
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(
                fields=["translation_key", "locale"], name="rtop_region_label_key"
            ),
            models.UniqueConstraint(
                fields=["region", "locale"], name="rtop_region_label_once"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        super().clean()
        # Not left to the constraint: forms leave out the locale, which they do
        # not show, and the database would refuse with an error page.
        others = RegionLabel.objects.filter(
            region=self.region_id, locale=self.locale_id
        ).exclude(pk=self.pk)
        if self.region_id and others.exists():
            raise ValidationError(
                {
                    "region": _(
                        "This region has a name in this language already. Edit that one."
                    )
                },
                code="duplicate",
            )


class TaggedRegion(ItemBase):
    """A page in a region. One table for all page types, the site's own included."""

    tag = models.ForeignKey(
        Region,
        # A region in use is merged or replaced, never lost from its documents.
        on_delete=models.PROTECT,
        related_name="rtop_items",
        verbose_name=_("region"),
    )
    content_object = ParentalKey(
        get_page_model_string(),
        on_delete=models.CASCADE,
        related_name="rtop_region_items",
        verbose_name=_("page"),
    )

    class Meta:
        verbose_name = _("region of a page")
        verbose_name_plural = _("regions of pages")
        constraints = [
            models.UniqueConstraint(
                fields=["tag", "content_object"], name="rtop_tagged_region_once"
            )
        ]


class RegionManager(ClusterTaggableManager):
    """The manager of ``regions``: its form field refuses what is no region."""

    def formfield(self, form_class: Any = None, **kwargs: Any) -> Any:
        kwargs.pop("widget", None)
        return super().formfield(form_class=RegionField, **kwargs)

    def deconstruct(self) -> Any:
        # Migrations need no form field: any taggable manager does.
        name, _path, args, kwargs = super().deconstruct()
        return name, "modelcluster.contrib.taggit.ClusterTaggableManager", args, kwargs


class RegionTagged(models.Model):
    """Adds ``regions`` to a page type.

    The bare field, without a place in the register; use ``RegionTaggedMixin``
    of ``wagtail_rtop.models`` on a page type of your own.
    """

    regions = RegionManager(
        through=TaggedRegion,
        blank=True,
        verbose_name=_("regions"),
        help_text=_("Choose from the list of regions."),
    )

    region_panels: ClassVar[list[Any]] = [FieldPanel("regions")]

    class Meta:
        abstract = True

    def get_region_ids(self) -> list[int]:
        """Return the ids of the regions the page is tagged with. One query."""
        return [item.tag_id for item in self.rtop_region_items.all()]  # type: ignore[attr-defined]  # reverse of TaggedRegion.content_object
