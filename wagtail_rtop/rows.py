"""Child rows that keep their identity through drafts, saves and translations."""

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core import checks
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from modelcluster.models import get_all_child_relations
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.admin.panels.base import get_form_for_model
from wagtail.api import APIField
from wagtail.documents import get_document_model_string
from wagtail.models import Orderable, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField


class StableRow(TranslatableMixin, Orderable):
    """A translatable child row, edited through ``StableInlinePanel``.

    Its ``translation_key`` is its key for ever: the same in every language, and
    what correspondence and responses refer to.
    """

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        abstract = True


class RowKeyField(forms.UUIDField):
    """A row's key. It is not the editor's business: it never fails, never counts."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError:
            # The row gets a new key, which loses nothing.
            return None

    def has_changed(self, initial: Any, data: Any) -> bool:
        # A row with nothing but a key is empty.
        return False


class StableRowForm(WagtailAdminModelForm):
    """A row's form that carries the row's key while the row has no id.

    A row in the draft of a live page has no primary key. Without this, each
    save makes it a new row with a new key, and whatever refers to it loses it.
    """

    row_key = RowKeyField(required=False, widget=forms.HiddenInput)

    class Media:
        js = ("wagtail_rtop/row-key.js",)

    def __init__(
        self, *args: Any, instance: models.Model | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        if instance is not None:
            self.initial["row_key"] = instance.translation_key  # type: ignore[attr-defined]  # TranslatableMixin's
        # Hidden inputs need no label; the script finds them by this.
        self.fields["row_key"].widget.attrs["data-rtop-row-key"] = ""

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        """Return Wagtail's updates and the key the row was given, if it was given one."""
        updates = super().get_field_updates_for_resave()
        name = self.add_prefix("row_key")
        key = str(self.instance.translation_key)
        if self.data.get(name) != key:
            updates.append((name, key))
        return updates

    def _post_clean(self) -> None:
        key = self.cleaned_data.get("row_key")
        if key and not self.instance.pk:
            self.instance.translation_key = key
        super()._post_clean()


class StableFormSet(BaseChildFormSet):
    """The rows of one page; no two of them, and no row elsewhere, share a key."""

    def clean(self) -> None:
        super().clean()
        rows = [form.instance for form in self.forms]
        seen = {row.translation_key for row in rows if row.pk}
        fresh = [row for row in rows if not row.pk]
        taken = self._fetch_taken(fresh)
        for row in fresh:
            if row.translation_key in seen or row.translation_key in taken:
                row.translation_key = uuid.uuid4()
            seen.add(row.translation_key)

    def _fetch_taken(self, rows: list[Any]) -> set[uuid.UUID]:
        """Return which of these keys belong to rows in the database. One query."""
        if not rows:
            return set()
        keys = [row.translation_key for row in rows]
        found = self.model._default_manager.filter(
            translation_key__in=keys, locale=self.instance.locale_id
        )
        return set(found.values_list("translation_key", flat=True))


class StableInlinePanel(InlinePanel):
    """An InlinePanel for every child model that is a TranslatableMixin."""

    row_form_class: ClassVar[type[StableRowForm]] = StableRowForm
    formset_class: ClassVar[type[StableFormSet]] = StableFormSet

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        child_options = self.child_edit_handler.get_form_options()
        options["formsets"][self.relation_name].update(
            form=get_form_for_model(
                self.db_field.related_model,
                form_class=self.row_form_class,
                defer_required_on_fields=child_options.get(
                    "defer_required_on_fields", []
                ),
            ),
            formset=self.formset_class,
        )
        return options


class AbstractAttachment(StableRow):
    """A document that belongs to a page, with a caption.

    To use: add ``page = ParentalKey(<your page>, related_name="attachments")``.
    A translator may attach another document for the language.
    """

    document = models.ForeignKey(
        get_document_model_string(),
        null=True,
        blank=False,
        # A page outlives a deleted file; Wagtail warns before the deletion.
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("document"),
    )
    caption = models.CharField(_("caption"), max_length=255, blank=True)

    panels: ClassVar[list[Any]] = [FieldPanel("document"), FieldPanel("caption")]
    api_fields = [APIField("document"), APIField("caption")]
    override_translatable_fields = [
        SynchronizedField("document"),
        TranslatableField("caption"),
    ]

    class Meta(StableRow.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.caption or (self.document.title if self.document else "")


def build_attachment_panel() -> StableInlinePanel:
    """Return the panel of a page's attachments, whatever the page is."""
    return StableInlinePanel(
        "attachments",
        heading=_("Attachments"),
        label=_("Attachment"),
        help_text=_("Readers can open a file as long as the published page names it."),
    )


def check_stable_rows(cls: Any, names: Iterable[str]) -> Iterable[checks.CheckMessage]:
    """Yield an error for each of these child relations whose rows have no key."""
    for relation in get_all_child_relations(cls):
        model, name = relation.related_model, relation.get_accessor_name()
        if name in names and not issubclass(model, StableRow):
            yield checks.Error(
                f"{model.__name__}, the model of {cls.__name__}'s '{name}', is no "
                "StableRow.",
                hint=f"Let {model.__name__} inherit the abstract model that the page "
                "mixin's docstring names, or wagtail_rtop.models.StableRow: rows "
                "without a key lose their translations and correspondence.",
                obj=model,
                id="wagtail_rtop.E020",
            )
