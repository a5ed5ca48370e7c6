"""Merging regions in the admin."""

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wagtail_rtop.desk.documents import DocumentsView
from wagtail_rtop.desk.merge_views import MergeView
from wagtail_rtop.desk.merging import MergePlan
from wagtail_rtop.desk.regions.merge import RegionMerge
from wagtail_rtop.regions.models import Region
from wagtail_rtop.register.models import Entry


class RegionMergeForm(forms.Form):
    target: Any = forms.ModelChoiceField(
        label=_("Merge into"), queryset=Region.objects.none()
    )

    def __init__(self, *args: Any, loser: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["target"].queryset = Region.objects.exclude(pk=loser.pk)


class RegionMergeView(MergeView):
    """Merges a region into another one."""

    form_class = RegionMergeForm
    header_icon = "globe"
    page_title = _("Merge a region")
    explanation = _(
        "Every page of this region gets the other one, in drafts too. Its addresses "
        "redirect there, and it is deleted. You see what changes before it does."
    )

    def load(self, pk: int) -> Any:
        return get_object_or_404(Region, pk=pk)

    def may_merge(self, thing: Any) -> bool:
        return may_merge_regions(self.request.user)

    def build_plan(self, target: Any) -> MergePlan:
        return RegionMerge(self.loser, target, self.request.user).build_plan()

    def merge(self, target: Any, confirmed: str) -> None:
        # A copy: deleting takes the id from the instance that the page names.
        loser = Region.objects.get(pk=self.loser.pk)
        RegionMerge(loser, target).apply(user=self.request.user, confirmed=confirmed)

    def get_back_url(self) -> str:
        return reverse(Region.snippet_viewset.get_url_name("list"))  # type: ignore[attr-defined]  # set by Wagtail

    def get_target_url(self, target: Any) -> str:
        name = Region.snippet_viewset.get_url_name("edit")  # type: ignore[attr-defined]  # set by Wagtail
        return reverse(name, args=[target.pk])


class RegionDocumentsView(DocumentsView):
    """What stands in a region: tagged with it, or addressed to a body of it."""

    page_title = _("Documents of a region")

    def load(self, pk: int) -> Any:
        return get_object_or_404(Region, pk=pk)

    def may_open(self) -> bool:
        policy = Region.snippet_viewset.permission_policy  # type: ignore[attr-defined]  # set by Wagtail
        actions = {"add", "change", "delete", "view"}
        return policy.user_has_any_permission(self.request.user, actions)

    def get_entries(self) -> Any:
        return Entry.objects.filter(regions__region=self.thing)


def may_merge_regions(user: Any) -> bool:
    """Return whether the user may do all that a merge does to the vocabulary."""
    return user.has_perms(["wagtail_rtop.change_region", "wagtail_rtop.delete_region"])
