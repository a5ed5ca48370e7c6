"""The child rows of a letter: recipients and signatories."""

from math import inf
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.admin.panels.base import get_form_for_model
from wagtail.api import APIField
from wagtail_localize.fields import SynchronizedField, TranslatableField

from wagtail_rtop.compat import get_page_model_string
from wagtail_rtop.letters.enums import RecipientKind
from wagtail_rtop.letters.panels import OfficialNamePanel
from wagtail_rtop.organisations.choosers import OrganisationChooser
from wagtail_rtop.organisations.directory import (
    Directory,
    fetch_directory,
    parse_ids,
)
from wagtail_rtop.organisations.successors import fetch_current_directory
from wagtail_rtop.rows import (
    StableFormSet,
    StableInlinePanel,
    StableRow,
    StableRowForm,
)


class RecipientFields(models.Model):
    """Who is written to: an organisation, a part of one, or a name alone."""

    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=RecipientKind.choices,
        default=RecipientKind.ORGANISATION,
    )
    organisation = models.ForeignKey(
        get_page_model_string(),
        null=True,
        blank=True,
        # Deleting a profile in use is refused before it comes to this; below a
        # deleted section a database error would be a 500, and the name stays.
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("organisation"),
        help_text=_("The profile of the organisation written to."),
    )
    name = models.CharField(
        _("name as written"),
        max_length=255,
        blank=True,
        help_text=_(
            "As it stands in the letter, even if the name is different today. "
            "Empty: the organisation's name."
        ),
    )
    office = models.CharField(
        _("office"),
        max_length=255,
        blank=True,
        help_text=_("For example: Secretary-General."),
    )

    panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("office")]),
        FieldPanel("organisation", widget=OrganisationChooser),
        FieldPanel("name"),
        OfficialNamePanel(),
    ]

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name or getattr(self.organisation, "title", "")

    def clean(self) -> None:
        super().clean()
        # Frozen at the time of writing; a profile that is renamed later does
        # not rewrite history.
        if not self.name and self.organisation:
            self.name = getattr(self.organisation, "title", "")


class AbstractLetterRecipient(RecipientFields, StableRow):
    """Somebody a letter is addressed to, in the order shown on the page.

    To use: add ``letter = ParentalKey(<your page>, related_name="recipients")``.
    The organisation is the profile in the letter's source language; it is
    localised in bulk when the letter is read.
    """

    api_fields = [
        APIField(f)
        for f in ("kind", "organisation", "name", "office", "translation_key")
    ]
    override_translatable_fields = [
        SynchronizedField("kind", overridable=False),
        SynchronizedField("organisation", overridable=False),
        TranslatableField("name"),
        TranslatableField("office"),
    ]

    class Meta(StableRow.Meta):
        abstract = True  # type: ignore[misc]  # both parents have it


class OrganisationRowForm(WagtailAdminModelForm):
    """A row that names an organisation.

    Attributes:
        directory: the organisations of all rows of the form set.
        language: the letter's.
    """

    directory: Directory | None = None
    language = ""

    @property
    def name_today(self) -> str:
        """Today's official name in the letter's language, if it is another one."""
        entry = (
            self.directory.get(self["organisation"].value()) if self.directory else None
        )
        today = entry.get_official_name(self.language) if entry else ""
        return today if today != self["name"].value() else ""

    def know(self, directory: Directory, language: str) -> None:
        """Take what is known of the rows' organisations, so that none is asked for."""
        self.directory = directory
        self.language = language
        self.fields["organisation"].widget.directory = directory

    def clean_organisation(self) -> Any:
        """Return the profile in its source language, whichever one was chosen."""
        page = self.cleaned_data["organisation"]
        if page is None or "organisation" not in self.changed_data:
            return page
        directory = self.directory or Directory({}, {})
        entry = directory.get(page.pk) or fetch_directory([page.pk]).get(page.pk)
        if entry is None:
            raise ValidationError(
                _(
                    "“%(title)s” is not the profile of an organisation. Choose a "
                    "profile, or leave this empty and type the name as written."
                ),
                code="no_profile",
                params={"title": page.get_admin_display_title()},
            )
        if entry.pk == page.pk:
            return page
        return type(page)._default_manager.get(pk=entry.pk)


class RecipientForm(OrganisationRowForm, StableRowForm):
    """Asks for an organisation or a name, but only when the letter goes out."""

    def clean(self) -> Any:
        data = super().clean() or self.cleaned_data
        self._follow_organisation(data)
        nobody = not data.get("organisation") and not data.get("name")
        if (
            nobody
            and not self.is_deferred_validation
            and "organisation" not in self.errors
        ):
            raise ValidationError(
                _(
                    "This recipient has neither an organisation nor a name. Choose "
                    "an organisation, type a name, or remove the row."
                ),
                code="nobody",
            )
        return data

    def _follow_organisation(self, data: dict[str, Any]) -> None:
        """Fill an empty name in the letter's language.

        A name that was only filled in so follows when another organisation is
        chosen; one that was typed stays.
        """
        directory = self.directory or Directory({}, {})
        if "organisation" in self.changed_data and "name" not in self.changed_data:
            before = directory.get(self.initial.get("organisation"))
            if before is None and self.initial.get("organisation"):
                ids = parse_ids([self.initial["organisation"]])
                before = fetch_directory(ids).get(ids[0])
            filled = before and {before.title, before.get_official_name(self.language)}
            if filled and data.get("name") in filled:
                data["name"] = ""
        page = data.get("organisation")
        if page and not data.get("name"):
            entry = directory.get(page.pk)
            name = entry.get_official_name(self.language) if entry else page.title
            data["name"] = name[:255]


class OrganisationFormSet(BaseChildFormSet):
    """Rows whose organisations are read together.

    A profile that was merged into another one while the form was open is replaced by
    that one, so that saving does not bring it back.
    """

    data: Any  # the posted form's

    @cached_property
    def forms(self) -> list[Any]:
        directory = self._read_posted() if self.is_bound else None
        found: list[Any] = super().forms
        if directory is None:
            ids = parse_ids(form["organisation"].value() for form in found)
            directory = fetch_directory(set(ids))
        for form in found:
            form.know(directory, self.language)
        return found

    def _read_posted(self) -> Directory:
        """Return the organisations of the posted rows, those merged away replaced."""
        names = [
            f"{self.add_prefix(number)}-organisation"
            for number in range(self.total_form_count())
        ]
        posted = {name: parse_ids([self.data.get(name)]) for name in names}
        ids = {pk for found in posted.values() for pk in found}
        directory, successors = fetch_current_directory(ids)
        if successors:
            self.data = self.data.copy()
        for name, found in posted.items():
            if found and found[0] in successors:
                self._replace(name, directory.get(found[0]), successors[found[0]])
        return directory

    def _replace(self, name: str, before: Any, successor: int) -> None:
        self.data[name] = str(successor)
        written = name.removesuffix("organisation") + "name"
        if before and not self.data.get(written):
            # As the merge does: an empty name would change its meaning.
            self.data[written] = before.title

    @property
    def language(self) -> str:
        """The code of the page's language; where it has none, the active one."""
        if getattr(self.instance, "locale_id", None):
            code: str = self.instance.locale.language_code
            return code
        return get_language() or ""


class RecipientFormSet(OrganisationFormSet, StableFormSet):
    """The recipients of one letter; nobody stands in it twice when it goes out."""

    def clean(self) -> None:
        super().clean()
        if any(form.is_deferred_validation for form in self.forms):
            return
        seen: dict[tuple[Any, ...], int] = {}
        for number, form in enumerate(self._get_rows_in_order(), start=1):
            data = form.cleaned_data
            organisation, name = data.get("organisation"), data.get("name")
            if not name:
                # Empty, or an error of its own says what is wrong.
                continue
            key = (organisation and organisation.pk, name, data.get("office"))
            first = seen.setdefault(key, number)
            if first != number:
                form.add_error(None, build_repeated_error(first, name))

    def _get_rows_in_order(self) -> list[Any]:
        """Return the forms of the rows that stay, as the editor numbers them."""
        rows = [form for form in self.forms if not self._should_delete_form(form)]
        orders = [form.cleaned_data.get("ORDER") for form in rows]
        # A row without a number comes last, as in what is saved.
        places = [inf if order is None else order for order in orders]
        pairs = sorted(zip(places, rows, strict=True), key=lambda pair: pair[0])
        return [form for _place, form in pairs]


def build_repeated_error(first: int, name: str) -> ValidationError:
    """Return what is said at a row that repeats the one numbered ``first``."""
    return ValidationError(
        _(
            "This is recipient %(number)s again, “%(name)s”. Remove one of the two "
            "rows, or give each the office that the letter goes to."
        ),
        code="repeated",
        params={"number": first, "name": name},
    )


class OrganisationPanel(InlinePanel):
    """An InlinePanel for rows that name organisations."""

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name].update(
            form=get_form_for_model(
                self.db_field.related_model, form_class=OrganisationRowForm
            ),
            formset=OrganisationFormSet,
        )
        return options


class RecipientPanel(StableInlinePanel):
    row_form_class = RecipientForm
    formset_class = RecipientFormSet


class AbstractSignatory(StableRow):
    """Somebody who signed: name, title and body as they were on that day.

    To use: add ``letter = ParentalKey(<your page>, related_name="signatories")``.
    """

    name = models.CharField(_("name"), max_length=255)
    title = models.CharField(_("title"), max_length=255, blank=True)
    organisation_name = models.CharField(_("organisation"), max_length=255, blank=True)

    panels: ClassVar[list[Any]] = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("title"), FieldPanel("organisation_name")]),
    ]
    api_fields = [APIField(f) for f in ("name", "title", "organisation_name")]
    override_translatable_fields = [
        TranslatableField("name"),
        TranslatableField("title"),
        TranslatableField("organisation_name"),
    ]

    class Meta(StableRow.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name
