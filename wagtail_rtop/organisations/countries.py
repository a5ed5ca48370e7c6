"""Names of countries by ISO 3166-1 code, in the languages of the package."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import HelpPanel

from wagtail_rtop.regions.models import build_name_key
from wagtail_rtop.seeds import pick_language


# The datalist that every country field of a form shares.
DATALIST = "rtop-countries"


@cache
def load_countries() -> Mapping[str, Mapping[str, str]]:
    """Return alpha-2 code → language code → name; read once a process."""
    data = files("wagtail_rtop.organisations") / "data" / "countries.json"
    countries: dict[str, dict[str, str]] = json.loads(data.read_text(encoding="utf-8"))
    return countries


def get_country_name(code: str, language: str) -> str:
    """Return the country's name in ``language``, else in English, else the code."""
    names = load_countries().get(code, {})
    return names.get(pick_language(names, language) or "en", code)


def list_countries(language: str) -> list[tuple[str, str]]:
    """Return (code, name), in the order of the names."""
    named = [(code, get_country_name(code, language)) for code in load_countries()]
    return sorted(named, key=lambda pair: build_name_key(pair[1]))


def validate_country(value: str) -> None:
    """Refuse what is no ISO 3166-1 alpha-2 code.

    Raises:
        ValidationError: if the code is not known.
    """
    if value not in load_countries():
        raise ValidationError(
            _(
                "“%(value)s” is not a country code. Give the two capital letters of "
                "ISO 3166-1, for example GM for the Gambia or GB for the United "
                "Kingdom."
            ),
            code="unknown_country",
            params={"value": value},
        )


class CountryInput(forms.TextInput):
    """A short field that suggests countries by name.

    Not a select: an organisation has fifty members, and fifty selects of 250
    countries make a page of a megabyte. Needs one ``CountryListPanel`` a form.
    """

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"list": DATALIST, "autocomplete": "off", **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return value.strip().upper() if isinstance(value, str) else value


class CountryListPanel(HelpPanel):
    """The suggestions of every ``CountryInput`` of the form. Shows nothing itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("template", "wagtail_rtop/admin/country_list.html")
        super().__init__(*args, **kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            countries = list_countries(get_language() or "en")
            return {**context, "datalist": DATALIST, "countries": countries}
