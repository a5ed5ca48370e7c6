"""Who has answered: which letters count, and which profiles are named."""

from tests.leaks.oracle import LOCALES, STATES
from tests.leaks.registry import surface
from wagtail_rtop.correspondence.answers import build_answers, fetch_figures
from wagtail_rtop.pages.models import OrganisationPage
from wagtail_rtop.visibility.gate import get_gate


@surface(
    "correspondence.letters that count",
    seam="lists",
    scope="page",
    kinds=("letter",),
    urls=("answers",),
    tags=("rtop_answers",),
    # A letter counts by its source, once for all languages.
    excuses=(
        *(f"letter/{state}/{code}" for state in STATES for code in LOCALES[1:]),
        *("translated_alias", "alias_private_later"),
    ),
)
def probe_figures(visit):
    figures = fetch_figures(get_gate(visit.request()), [visit.case.page.pk])
    return [visit.case.page.title for _count in figures]


@surface(
    "correspondence.profiles of those who answered",
    seam="lists",
    kinds=("organisation",),
    excuses=("translated_alias", "alias_private_later"),
)
def probe_answers(visit):
    keys = OrganisationPage.objects.values_list("translation_key", flat=True)
    locale_id = visit.world.homes[visit.locale].locale_id
    gate = get_gate(visit.request())
    return [
        f"{row.title} {row.url}"
        for row in build_answers(dict.fromkeys(keys, (1, 0)), locale_id, gate)
    ]
