"""Choosing an organisation by any of its names; making a profile on the way."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import BaseChooser

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.organisations.directory import (
    Directory,
    Listed,
    fetch_directory,
    get_organisation_models,
    parse_ids,
)
from wagtail_rtop.organisations.models import OrganisationMixin


class OrganisationChooser(BaseChooser):
    """A field that holds the id of an organisation's profile.

    Attributes:
        directory: what is known already; a formset sets it for all its rows, so
            that they cost no query each.
    """

    choose_one_text = _("Choose an organisation")
    choose_another_text = _("Choose another organisation")
    link_to_chosen_text = _("Edit this profile")
    chooser_modal_url_name = "rtop_organisation_chooser:choose"
    icon = "group"
    directory: Directory | None = None

    @cached_property
    def model_class(self) -> Any:
        return get_page_model()

    def get_value_data(self, value: Any) -> dict[str, Any] | None:
        pk = getattr(value, "pk", value)
        if not pk:
            return None
        entry = self.directory.get(pk) if self.directory else None
        if entry is None:
            entry = fetch_directory(parse_ids([pk])).get(pk)
        return build_choice(entry) if entry else self._get_other(pk)

    def _get_other(self, pk: Any) -> dict[str, Any] | None:
        """Return a page that is no profile (any more), so that it is not lost."""
        # What was posted may be no id: the field says so, the widget survives.
        page = self.get_instance(pk) if parse_ids([pk]) else None
        return self.get_value_data_from_instance(page) if page else None


def build_choice(entry: Listed) -> dict[str, Any]:
    """Return what the chooser's script needs: {"id", "title", "edit_url"}."""
    return {
        "id": str(entry.pk),
        "title": entry.title,
        "edit_url": reverse("wagtailadmin_pages:edit", args=[entry.pk]),
    }


class OrganisationFilterForm(BaseFilterForm):
    q = forms.CharField(
        label=_("Name, acronym, alias or former name, in any language"),
        widget=forms.TextInput(attrs={"placeholder": _("Search")}),
        required=False,
    )

    def filter(self, objects: Directory) -> list[Listed]:
        text = self.cleaned_data["q"]
        self.is_searching = bool(text.strip())
        self.search_query = text
        return objects.search(text)


class OrganisationForm(forms.Form):
    """A profile with a name, to be completed later."""

    name = forms.CharField(label=_("Official name"), max_length=255)
    acronym = forms.CharField(label=_("Acronym"), max_length=50, required=False)
    parent = forms.ChoiceField(label=_("Listed under"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "organisation")
        super().__init__(*args, **kwargs)
        self.user = user
        self.parents = {str(page.pk): page for page in fetch_parents(user)}
        field: Any = self.fields["parent"]
        field.choices = [
            (pk, f"{page.title} ({page.locale})") for pk, page in self.parents.items()
        ]
        if len(self.parents) == 1:
            self.initial["parent"] = next(iter(self.parents))
            field.widget = forms.HiddenInput()

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        directory = fetch_directory()
        match = directory.matcher.match(name)
        if match.is_certain:
            raise ValidationError(
                _(
                    "There is a profile with this name already: “%(title)s”. Search "
                    "for it and choose it, or give another name."
                ),
                code="duplicate",
                params={"title": directory.entries[match.key].title},  # type: ignore[index]  # an id
            )
        return name

    def save(self) -> Any:
        """Return the new profile, a draft: its facts are still to be checked."""
        data = self.cleaned_data
        parent = self.parents[data["parent"]]
        # Fresh: each page added below it moves its numbers.
        parent.refresh_from_db()
        model = get_model_below(type(parent))
        page = model(title=data["name"], locale=parent.locale, live=False)
        names = model._meta.get_field("names").related_model
        page.names = [
            names(
                language=parent.locale.language_code,
                name=data["name"],
                acronym=data["acronym"].strip(),
            )
        ]
        page.owner = self.user
        parent.add_child(instance=page)
        # Adding it is logged already.
        page.save_revision(user=self.user, log_action=False)
        return page


def get_model_below(parent_model: Any) -> Any:
    """Return the page type of profiles that may be made below a page; or None."""
    for model in parent_model.creatable_subpage_models():
        if issubclass(model, OrganisationMixin):
            return model
    return None


def fetch_parents(user: Any) -> list[Any]:
    """Return the index pages below which this user may make a profile.

    Cost: one query a page type that lists profiles, and Wagtail's for the rights.
    """
    models = {
        parent
        for model in get_organisation_models()
        for parent in model.allowed_parent_page_models()
        if OrganisationMixin.register_kind in getattr(parent, "listed_kinds", ())
    }
    return [
        page
        for model in sorted(models, key=lambda model: model._meta.label)
        if get_model_below(model)
        for page in model.objects.filter(alias_of=None).select_related("locale")
        if page.permissions_for_user(user).can_add_subpage()
    ]


class ChooseMixin:
    """Lists organisations out of the directory, one for all languages."""

    filter_form_class = OrganisationFilterForm
    creation_form_class = OrganisationForm
    i18n_enabled = False

    def get_object_list(self) -> Directory:
        return fetch_directory()

    def apply_object_list_ordering(self, objects: Directory) -> Directory:
        return objects

    def filter_object_list(self, objects: Directory) -> list[Listed]:
        form: Any = self.filter_form  # type: ignore[attr-defined]  # Wagtail's
        if not form.is_valid():
            return objects.search("")
        return form.filter(objects)

    @property
    def columns(self) -> list[Any]:
        sought = self.filter_form.search_query or ""  # type: ignore[attr-defined]  # Wagtail's
        title = self.title_column  # type: ignore[attr-defined]  # Wagtail's
        title.label = _("Organisation")
        return [
            title,
            Column(
                "names",
                label=_("Also known as"),
                accessor=lambda entry: entry.describe(sought),
            ),
        ]


class CreateMixin:
    """Only who may add a profile somewhere sees, and posts, the form."""

    request: Any

    def can_create(self) -> bool:
        return bool(fetch_parents(self.request.user))

    def get_creation_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_creation_form_kwargs()  # type: ignore[misc]  # Wagtail's
        return {**kwargs, "user": self.request.user}


class OrganisationChooseView(ChooseMixin, CreateMixin, views.ChooseView):
    pass


class OrganisationResultsView(ChooseMixin, CreateMixin, views.ChooseResultsView):
    pass


class ChosenMixin:
    def get_chosen_response_data(self, item: Any) -> dict[str, Any]:
        entry = (
            item
            if isinstance(item, Listed)
            else fetch_directory([item.pk]).get(item.pk)
        )
        if entry is None:
            raise get_page_model().DoesNotExist
        return build_choice(entry)


class OrganisationChosenView(ChosenMixin, views.ChosenView):
    def get_object(self, pk: str) -> Listed:
        entry = fetch_directory(parse_ids([pk])).get(pk)
        if entry is None:
            raise get_page_model().DoesNotExist
        return entry


class OrganisationChosenMultipleView(ChosenMixin, views.ChosenMultipleView):
    def get_objects(self, pks: list[str]) -> list[Listed]:
        ids = parse_ids(pks)
        directory = fetch_directory(ids)
        return [entry for pk in ids if (entry := directory.get(pk))]


class OrganisationCreateView(CreateMixin, ChosenMixin, views.CreateView):
    creation_form_class = OrganisationForm


class OrganisationChooserViewSet(ChooserViewSet):
    # Else every chooser of pages would be one of organisations.
    register_widget = False
    icon = "group"
    choose_one_text = _("Choose an organisation")
    creation_tab_label = _("New profile")
    create_action_label = _("Create a draft profile")
    per_page = 20
    creation_form_class = OrganisationForm
    choose_view_class = OrganisationChooseView
    choose_results_view_class = OrganisationResultsView
    chosen_view_class = OrganisationChosenView
    chosen_multiple_view_class = OrganisationChosenMultipleView
    create_view_class = OrganisationCreateView


def build_chooser_viewset() -> OrganisationChooserViewSet:
    """Return the viewset; call it once the apps are loaded."""
    return OrganisationChooserViewSet(
        "rtop_organisation_chooser",
        url_prefix="rtop/organisation-chooser",
        model=get_page_model(),
    )
