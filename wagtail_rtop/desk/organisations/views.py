"""An organisation's documents in the admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.desk.documents import DocumentsView
from wagtail_rtop.desk.merge_views import MergeView
from wagtail_rtop.desk.merging import MergePlan
from wagtail_rtop.desk.organisations.merge import (
    OrganisationMerge,
    may_merge_organisation,
    merge_organisations,
)
from wagtail_rtop.organisations.choosers import OrganisationChooser
from wagtail_rtop.organisations.models import OrganisationMixin
from wagtail_rtop.register.models import Entry


def load_organisation(pk: int) -> Any:
    """Return the profile of this page id, as a bare page.

    Raises:
        Http404: if there is none.
    """
    page = get_object_or_404(get_page_model(), pk=pk)
    if not issubclass(page.specific_class or object, OrganisationMixin):
        raise Http404("This page is no profile of an organisation.")
    return page


class OrganisationDocumentsView(DocumentsView):
    """The letters to an organisation and the responses from it."""

    page_title = _("Letters and responses")

    def load(self, pk: int) -> Any:
        # Nothing of the profile but its key is asked for.
        return load_organisation(pk).specific_deferred

    def may_open(self) -> bool:
        return self.thing.permissions_for_user(self.request.user).can_edit()

    def get_entries(self) -> Any:
        return Entry.objects.filter(
            organisations__organisation_key=self.thing.get_organisation_key(),
            organisations__kind__in=self.thing.profile_kinds,
        )


class OrganisationMergeForm(forms.Form):
    target: Any = forms.ModelChoiceField(
        label=_("Merge into"),
        # Set in __init__: the page model is known only then.
        queryset=None,
    )

    def __init__(self, *args: Any, loser: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["target"].queryset = get_page_model().objects.filter(depth__gt=1)
        # Found by any of its names, as a letter's recipients are.
        fields["target"].widget = OrganisationChooser()

    def clean_target(self) -> Any:
        page = self.cleaned_data["target"].specific
        if not isinstance(page, OrganisationMixin):
            raise ValidationError(
                _("“%(title)s” is no profile of an organisation. Choose a profile."),
                code="no_profile",
                params={"title": page},
            )
        return page


class OrganisationMergeView(MergeView):
    """Merges a profile into another one, in every language."""

    form_class = OrganisationMergeForm
    header_icon = "group"
    page_title = _("Merge a profile")
    explanation = _(
        "Every letter to this organisation is linked to the other profile, in drafts "
        "too; names as written stay. The other profile gets its names as aliases, and "
        "its addresses redirect there. You see what changes before it does."
    )

    def load(self, pk: int) -> Any:
        return load_organisation(pk).specific

    def may_merge(self, thing: Any) -> bool:
        return may_merge_organisation(thing, self.request.user)

    def build_plan(self, target: Any) -> MergePlan:
        viewer = self.request.user
        return OrganisationMerge(self.loser, target, viewer=viewer).build_plan()

    def merge(self, target: Any, confirmed: str) -> None:
        merge_organisations(
            self.loser, target, user=self.request.user, confirmed=confirmed
        )

    def get_back_url(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.loser.pk])

    def get_target_url(self, target: Any) -> str:
        return reverse("wagtailadmin_pages:edit", args=[target.pk])
