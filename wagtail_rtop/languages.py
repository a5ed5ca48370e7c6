"""Languages by their code: name, direction, and how Open Graph writes them."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language_info


# Open Graph wants a territory; these are the usual ones of the languages that
# Wagtail sites write to regional organisations in. https://ogp.me/#optional
TERRITORIES = {
    "ar": "ar_AR",
    "en": "en_GB",
    "es": "es_ES",
    "fr": "fr_FR",
    "pt": "pt_PT",
    "ru": "ru_RU",
    "sw": "sw_KE",
    "zh": "zh_CN",
}


@dataclass(frozen=True)
class Language:
    """A language by its code, its own name and its direction (ltr or rtl)."""

    code: str
    name: str
    direction: str


def get_language(code: str) -> Language:
    """Return a language; one that Django doesn't know goes by its code."""
    try:
        info = get_language_info(code)
    except KeyError:
        return Language(code, code, "ltr")
    name = info["name_local"]
    return Language(code, name[:1].upper() + name[1:], "rtl" if info["bidi"] else "ltr")


def get_territory(code: str) -> str:
    """Return a language code as Open Graph writes it, for example fr_FR."""
    language, _, rest = code.partition("-")
    if len(rest) == 2:
        return f"{language}_{rest.upper()}"
    return TERRITORIES.get(language, language)


def get_active_language() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE
