"""The kit road: every mixin with a field more, and lists of the site's own."""

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.search import index
from wagtail_localize.fields import TranslatableField

from tests.kit.base.models import BasePage
from wagtail_rtop.models import (
    AbstractAttachment,
    AbstractCorrection,
    AbstractLetterRecipient,
    AbstractMembership,
    AbstractOrganisationName,
    AbstractReleaseContact,
    AbstractSignatory,
    LetterIndexMixin,
    LetterMixin,
    OrganisationIndexMixin,
    OrganisationMixin,
    PressReleaseMixin,
    RegionIndexMixin,
    RegionTaggedMixin,
    ReleaseIndexMixin,
    ResponseMixin,
)


class HomePage(BasePage):
    """Knows nothing of the package."""


class LetterList(LetterIndexMixin, BasePage):
    content_panels = [*BasePage.content_panels, *LetterIndexMixin.index_panels]


class ReleaseList(ReleaseIndexMixin, BasePage):
    content_panels = [*BasePage.content_panels, *ReleaseIndexMixin.index_panels]


class OrganisationList(OrganisationIndexMixin, BasePage):
    content_panels = [*BasePage.content_panels, *OrganisationIndexMixin.index_panels]


class RegionList(RegionIndexMixin, BasePage):
    content_panels = [*BasePage.content_panels, *RegionIndexMixin.index_panels]


class OwnLetter(LetterMixin, BasePage):
    shelf_mark = models.CharField(max_length=50, blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("shelf_mark"),
        *LetterMixin.letter_panels,
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("shelf_mark")]
    api_fields = [APIField("shelf_mark"), *LetterMixin.letter_api_fields]
    override_translatable_fields = [TranslatableField("shelf_mark")]


class OwnRecipient(AbstractLetterRecipient):
    letter = ParentalKey(OwnLetter, on_delete=models.CASCADE, related_name="recipients")


class OwnSignatory(AbstractSignatory):
    letter = ParentalKey(
        OwnLetter, on_delete=models.CASCADE, related_name="signatories"
    )


class OwnLetterAttachment(AbstractAttachment):
    letter = ParentalKey(
        OwnLetter, on_delete=models.CASCADE, related_name="attachments"
    )


class OwnResponse(ResponseMixin, BasePage):
    content_panels = [*BasePage.content_panels, *ResponseMixin.response_panels]


class OwnRelease(PressReleaseMixin, BasePage):
    shelf_mark = models.CharField(max_length=50, blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("shelf_mark"),
        *PressReleaseMixin.release_panels,
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("shelf_mark")]
    api_fields = [APIField("shelf_mark"), *PressReleaseMixin.release_api_fields]
    override_translatable_fields = [TranslatableField("shelf_mark")]


class OwnReleaseContact(AbstractReleaseContact):
    release = ParentalKey(OwnRelease, on_delete=models.CASCADE, related_name="contacts")


class OwnReleaseAttachment(AbstractAttachment):
    release = ParentalKey(
        OwnRelease, on_delete=models.CASCADE, related_name="attachments"
    )


class OwnCorrection(AbstractCorrection):
    release = ParentalKey(
        OwnRelease, on_delete=models.CASCADE, related_name="corrections"
    )


class OwnOrganisation(OrganisationMixin, BasePage):
    shelf_mark = models.CharField(max_length=50, blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("shelf_mark"),
        *OrganisationMixin.organisation_panels,
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("shelf_mark")]
    api_fields = [APIField("shelf_mark"), *OrganisationMixin.organisation_api_fields]
    override_translatable_fields = [TranslatableField("shelf_mark")]


class OwnName(AbstractOrganisationName):
    organisation = ParentalKey(
        OwnOrganisation, on_delete=models.CASCADE, related_name="names"
    )


class OwnMembership(AbstractMembership):
    organisation = ParentalKey(
        OwnOrganisation, on_delete=models.CASCADE, related_name="members"
    )


class Report(RegionTaggedMixin, BasePage):
    shelf_mark = models.CharField(max_length=50, blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("shelf_mark"),
        *RegionTaggedMixin.region_panels,
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("shelf_mark")]
    api_fields = [APIField("shelf_mark")]
    override_translatable_fields = [TranslatableField("shelf_mark")]
