"""The coalition's particulars, its boilerplate and its press contact."""

from collections.abc import Mapping
from typing import Any

from wagtail.models import Locale, Site

from example_site.demo.texts import SOURCE, build_value, read
from example_site.demo.translating import translate
from wagtail_rtop.models import Boilerplate, Coalition, PressContact


def add_snippets(people: Mapping[str, Any]) -> dict[str, Any]:
    """Return the English snippets: "coalition", "boilerplate" and "contact"."""
    data = read("site")
    locale = Locale.objects.get(language_code=SOURCE)
    site = Site.objects.get(is_default_site=True)
    texts = data["coalition"]
    values = {name: build_value(text) for name, text in texts.items()}
    coalition, _ = Coalition.objects.get_or_create(
        site=site,
        locale=locale,
        defaults={**values, "audience_time_zone": "America/New_York"},
    )
    translate(coalition, texts, people=people)

    texts = {"text": data["boilerplate"]["text"]}
    boilerplate, _ = Boilerplate.objects.get_or_create(
        name=data["boilerplate"]["name"],
        locale=locale,
        defaults={"text": build_value(texts["text"])},
    )
    translate(boilerplate, texts, people=people)

    texts = {name: data["contact"][name] for name in ("name", "role")}
    contact, _ = PressContact.objects.get_or_create(
        name=texts["name"][SOURCE],
        locale=locale,
        defaults={
            "role": texts["role"][SOURCE],
            "phone": data["contact"]["phone"],
            "email": data["contact"]["email"],
        },
    )
    translate(contact, texts, people=people)
    return {"coalition": coalition, "boilerplate": boilerplate, "contact": contact}
