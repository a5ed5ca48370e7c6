"""Modals of the letter's editor that fill, and keep, its recipients.

None of them changes a letter: they hand rows to the editor, which saves them.
"""

import json
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic.edit import FormView
from wagtail.admin.modal_workflow import render_modal_workflow
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy

from wagtail_rtop.letters.groups import RecipientGroup, RecipientGroupMember
from wagtail_rtop.letters.proposals import (
    Proposal,
    build_group_rows,
    build_proposals,
    read_decisions,
    read_members,
)
from wagtail_rtop.organisations.directory import fetch_directory


class PasteForm(forms.Form):
    text = forms.CharField(
        label=_("Recipients, as a list or a sentence"),
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=20_000,
        help_text=_(
            "For example: “the African Union, the European Union and the League of "
            "Arab States”. English, French or Arabic; nothing is added before you "
            "have looked."
        ),
    )


class GroupForm(forms.Form):
    group = forms.ModelChoiceField(
        label=_("Group"),
        queryset=RecipientGroup.objects.all(),
        widget=forms.RadioSelect,
        empty_label=None,
    )


class SaveGroupForm(forms.Form):
    name = forms.CharField(label=_("Name of the group"), max_length=255)
    rows = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if RecipientGroup.objects.filter(name__iexact=name).exists():
            raise ValidationError(
                _("There is a group “%(name)s” already. Give another name."),
                code="duplicate",
                params={"name": name},
            )
        return name

    def clean(self) -> Any:
        data = super().clean() or self.cleaned_data
        try:
            rows = json.loads(data.get("rows") or "[]")
        except ValueError:
            rows = []
        data["members"] = read_members(
            rows if isinstance(rows, list) else [], RecipientGroupMember
        )
        if not data["members"]:
            raise ValidationError(
                _("The letter has no recipients yet: add some, then save the group."),
                code="empty",
            )
        return data


class RecipientsModal(FormView):
    """Base: a form in a modal that ends in rows for the editor or in a message."""

    template_name = "wagtail_rtop/admin/recipients_modal.html"
    title: ClassVar[Any] = ""
    icon: ClassVar[str] = "group"
    submit_label: ClassVar[Any] = _("Continue")
    # Shown instead of the form if there is nothing to choose from.
    empty: ClassVar[Any] = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {
            "title": self.title,
            "icon": self.icon,
            "submit_label": self.submit_label,
            "action_url": self.request.path,
            **kwargs,
        }
        return super().get_context_data(**context)

    def render_to_response(
        self, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        return render_modal_workflow(
            self.request, self.template_name, None, context, json_data={"step": "form"}
        )

    def finish(self, **result: Any) -> HttpResponse:
        return render_modal_workflow(
            self.request, None, None, None, json_data={"step": "done", **result}
        )


class PasteView(RecipientsModal):
    """Takes a list, shows what it names, and hands over what was decided."""

    form_class = PasteForm
    title = _("Paste a list of recipients")
    icon = "list-ul"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "rows" in request.POST:
            return self.finish(rows=read_decisions(request.POST))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: PasteForm) -> HttpResponse:
        text = form.cleaned_data["text"]
        proposals: list[Proposal] = build_proposals(text, fetch_directory())
        if not proposals:
            form.add_error("text", gettext("There is no name in this text."))
            return self.form_invalid(form)
        return self.render_to_response(
            self.get_context_data(
                form=form,
                proposals=proposals,
                submit_label=_("Add to the letter"),
                doubtful=sum(
                    p.entry is not None and not p.is_certain for p in proposals
                ),
            )
        )


class AddGroupView(RecipientsModal):
    form_class = GroupForm
    title = _("Add a group of recipients")
    submit_label = _("Add to the letter")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        empty = "" if RecipientGroup.objects.exists() else gettext("No groups yet.")
        return super().get_context_data(**{"empty": empty, **kwargs})

    def form_valid(self, form: GroupForm) -> HttpResponse:
        return self.finish(rows=build_group_rows(form.cleaned_data["group"]))


class SaveGroupView(RecipientsModal):
    """Keeps the rows of the editor, saved or not, as a group."""

    form_class = SaveGroupForm
    title = _("Save the recipients as a group")
    icon = "download"
    submit_label = _("Save the group")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_add_group(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: SaveGroupForm) -> HttpResponse:
        group = RecipientGroup(name=form.cleaned_data["name"])
        group.members = form.cleaned_data["members"]
        group.save()
        log(instance=group, action="wagtail.create", user=self.request.user)
        return self.finish(
            rows=[],
            message=gettext("The group “%(name)s” is saved.") % {"name": group.name},
        )


def may_add_group(user: Any) -> bool:
    return ModelPermissionPolicy(RecipientGroup).user_has_permission(user, "add")
