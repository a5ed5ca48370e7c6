"""Profiles: the package's own fourteen, with a paragraph each of this site's."""

from collections.abc import Iterator, Mapping
from typing import Any

from example_site.demo.texts import SOURCE, TARGETS, build_value, read
from example_site.demo.translating import translate
from wagtail_rtop.organisations.loading import (
    apply_organisations,
    plan_organisations,
    read_organisations,
)
from wagtail_rtop.pages.models import OrganisationPage


def add_organisations(
    index: Any, user: Any, people: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Publish the profiles in every language; yield slug and English page of each."""
    packaged = read_organisations()
    # The command rtop_load_organisations does the same, and can translate names;
    # here the translation waits for the paragraph.
    steps = plan_organisations(packaged, index, OrganisationPage)
    for _result in apply_organisations(steps, index, OrganisationPage):
        pass
    bodies = read("organisations")
    for row in packaged:
        page = OrganisationPage.objects.child_of(index).get(slug=row["slug"])
        texts: dict[str, Any] = {
            name: {code: row[name][code] for code in (SOURCE, *TARGETS)}
            for name in ("title", "seat")
        }
        texts["body"] = [bodies[row["slug"]]]
        if not page.body:
            page.body = build_value(texts["body"])
            page.save_revision(user=user).publish(user=user)
            page.refresh_from_db()
        translate(page, texts, people=people)
        yield row["slug"], page
