"""Submits many pages for translation, through wagtail-localize."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.log_actions import log
from wagtail.models import Locale

from wagtail_rtop.commas import join_by_comma
from wagtail_rtop.desk.bulk.base import DeskBulkAction, explain_lock


PERMISSION = "wagtail_localize.submit_translation"


class TranslateForm(forms.Form):
    locales = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Languages"),
        queryset=Locale.objects.order_by("language_code"),
        widget=forms.CheckboxSelectMultiple,
    )


class SubmitTranslations(DeskBulkAction):
    """Submits each page in the languages that it lacks and the user may write in."""

    display_name = gettext_lazy("Translate")
    action_type = "rtop_translate"
    aria_label = gettext_lazy("Submit selected pages for translation")
    action_priority = 140
    most = 50
    form_class = TranslateForm
    icon = "globe"
    title = gettext_lazy("Submit many pages for translation")
    question = gettext_lazy(
        "Submitted in each chosen language that a page is not written in yet:"
    )
    button = gettext_lazy("Submit for translation")

    @classmethod
    def find_refusal(cls, page: Any, user: Any) -> str:
        if not user.has_perm(PERMISSION):
            return _("You may not submit pages for translation.")
        if page.alias_of_id:
            return _("It repeats another page. Choose the original.")
        if not page.permissions_for_user(user).can_edit():
            return explain_lock(page, user)
        if not is_original(page):
            return _("It is a translation itself. Choose the original.")
        return ""

    def describe(self, page: Any) -> str:
        codes = sorted(fetch_written_codes(page))
        return _("Written in %(codes)s.") % {"codes": join_by_comma(codes)}

    @classmethod
    def apply(cls, page: Any, **context: Any) -> bool:
        return submit(page, context["locales"], user=context["user"])

    def count_changed(self, count: int) -> str:
        return ngettext(
            "%(count)s page was submitted for translation.",
            "%(count)s pages were submitted for translation.",
            count,
        ) % {"count": count}


def fetch_written_codes(page: Any) -> set[str]:
    """Return the codes of the languages that the page has a text in."""
    written = page.get_translations(inclusive=True).filter(alias_of=None)
    return set(written.values_list("locale__language_code", flat=True))


def is_original(page: Any) -> bool:
    """Return whether the page is what others are translated from. One query."""
    # Only the action, which needs the app, asks.
    from wagtail_localize.models import Translation

    made = Translation.objects.filter(
        source__object=page.translation_key, target_locale=page.locale_id
    )
    return not made.exists()


def may_write_in(page: Any, locale: Any, user: Any) -> bool:
    """Return whether the user may add pages where the translation will stand.

    Cost: two queries for each page above, up to the first that is translated.
    """
    for ancestor in page.get_ancestors().filter(depth__gt=1).order_by("-depth"):
        there = ancestor.get_translations().filter(locale=locale).first()
        if there is not None:
            permissions = there.permissions_for_user(user)
            # Not can_add_subpage(): below an index page without its rights.
            return permissions.can_add_subpage() or permissions.can_edit()
    return user.is_superuser


def submit(page: Any, locales: Iterable[Any], *, user: Any) -> bool:
    """Submit a page in the languages it lacks; return whether there were any."""
    # Only the action, which needs the app, asks.
    from wagtail_localize.operations import translate_object

    written = fetch_written_codes(page)
    wanted = [
        locale
        for locale in locales
        if locale.language_code not in written and may_write_in(page, locale, user)
    ]
    if not wanted:
        return False
    translate_object(page, wanted, user=user)
    log(
        instance=page,
        action="wagtail_rtop.submit_translation",
        user=user,
        data={"locales": [locale.language_code for locale in wanted]},
    )
    return True
