"""The ready-made page types. A site with types of its own subclasses the mixins."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Page

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
    ReleaseIndexMixin,
    ResponseMixin,
)


class LetterIndexPage(LetterIndexMixin, Page):
    content_panels = [*Page.content_panels, *LetterIndexMixin.index_panels]
    subpage_types = ["wagtail_rtop_pages.LetterPage"]
    page_description = _("Lists letters, newest first.")

    class Meta:
        verbose_name = _("letter index")
        verbose_name_plural = _("letter indexes")


class LetterPage(LetterMixin, Page):
    content_panels = [*Page.content_panels, *LetterMixin.letter_panels]
    api_fields = [*LetterMixin.letter_api_fields]
    parent_page_types = ["wagtail_rtop_pages.LetterIndexPage"]
    subpage_types = ["wagtail_rtop_pages.ResponsePage"]
    page_description = _(
        "A letter to one or more recipients. Responses stand below it."
    )

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")


class LetterRecipient(AbstractLetterRecipient):
    letter = ParentalKey(
        LetterPage, on_delete=models.CASCADE, related_name="recipients"
    )

    class Meta(AbstractLetterRecipient.Meta):
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")


class LetterSignatory(AbstractSignatory):
    letter = ParentalKey(
        LetterPage, on_delete=models.CASCADE, related_name="signatories"
    )

    class Meta(AbstractSignatory.Meta):
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")


class LetterAttachment(AbstractAttachment):
    letter = ParentalKey(
        LetterPage, on_delete=models.CASCADE, related_name="attachments"
    )

    class Meta(AbstractAttachment.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")


class ResponsePage(ResponseMixin, Page):
    content_panels = [*Page.content_panels, *ResponseMixin.response_panels]
    api_fields = [*ResponseMixin.response_api_fields]
    parent_page_types = ["wagtail_rtop_pages.LetterPage"]
    subpage_types: list[str] = []
    page_description = _("What a recipient answered to the letter above.")

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")


class PressReleaseIndexPage(ReleaseIndexMixin, Page):
    content_panels = [*Page.content_panels, *ReleaseIndexMixin.index_panels]
    subpage_types = ["wagtail_rtop_pages.PressReleasePage"]
    page_description = _("Lists press releases, newest first.")

    class Meta:
        verbose_name = _("press release index")
        verbose_name_plural = _("press release indexes")


class PressReleasePage(PressReleaseMixin, Page):
    content_panels = [*Page.content_panels, *PressReleaseMixin.release_panels]
    api_fields = [*PressReleaseMixin.release_api_fields]
    parent_page_types = ["wagtail_rtop_pages.PressReleaseIndexPage"]
    subpage_types: list[str] = []
    page_description = _("A press release, with quotes, notes to editors and contacts.")

    class Meta:
        verbose_name = _("press release")
        verbose_name_plural = _("press releases")


class ReleaseContact(AbstractReleaseContact):
    release = ParentalKey(
        PressReleasePage, on_delete=models.CASCADE, related_name="contacts"
    )

    class Meta(AbstractReleaseContact.Meta):
        verbose_name = _("contact on a release")
        verbose_name_plural = _("contacts on releases")


class ReleaseAttachment(AbstractAttachment):
    release = ParentalKey(
        PressReleasePage, on_delete=models.CASCADE, related_name="attachments"
    )

    class Meta(AbstractAttachment.Meta):
        verbose_name = _("attachment of a release")
        verbose_name_plural = _("attachments of releases")


class ReleaseCorrection(AbstractCorrection):
    release = ParentalKey(
        PressReleasePage, on_delete=models.CASCADE, related_name="corrections"
    )

    class Meta(AbstractCorrection.Meta):
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")


class OrganisationIndexPage(OrganisationIndexMixin, Page):
    content_panels = [*Page.content_panels, *OrganisationIndexMixin.index_panels]
    subpage_types = ["wagtail_rtop_pages.OrganisationPage"]
    page_description = _("Lists regional organisations by name.")

    class Meta:
        verbose_name = _("organisation index")
        verbose_name_plural = _("organisation indexes")


class OrganisationPage(OrganisationMixin, Page):
    content_panels = [*Page.content_panels, *OrganisationMixin.organisation_panels]
    api_fields = [*OrganisationMixin.organisation_api_fields]
    parent_page_types = ["wagtail_rtop_pages.OrganisationIndexPage"]
    subpage_types: list[str] = []
    page_description = _("The profile of a regional organisation.")

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")


class OrganisationName(AbstractOrganisationName):
    organisation = ParentalKey(
        OrganisationPage, on_delete=models.CASCADE, related_name="names"
    )

    class Meta(AbstractOrganisationName.Meta):
        verbose_name = _("name of an organisation")
        verbose_name_plural = _("names of organisations")


class Membership(AbstractMembership):
    organisation = ParentalKey(
        OrganisationPage, on_delete=models.CASCADE, related_name="members"
    )

    class Meta(AbstractMembership.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")


class RegionIndexPage(RegionIndexMixin, Page):
    content_panels = [*Page.content_panels, *RegionIndexMixin.index_panels]
    subpage_types: list[str] = []
    page_description = _("Lists the regions, and the documents of each.")

    class Meta:
        verbose_name = _("region index")
        verbose_name_plural = _("region indexes")
