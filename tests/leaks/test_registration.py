"""Nothing gets out that the matrix does not know."""

import pytest
from django.urls import URLPattern
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import get_page_models

from tests.leaks.oracle import EXPECTED, STATES
from tests.leaks.registry import HARMLESS, load_surfaces
from wagtail_rtop import urls
from wagtail_rtop.templatetags import wagtail_rtop_tags
from wagtail_rtop.visibility.models import GuardedPageMixin


SURFACES = load_surfaces().values()


def get_covered(kind):
    return {name for s in SURFACES for name in getattr(s, kind)} | HARMLESS.keys()


def get_url_names(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)
        else:
            yield from get_url_names(pattern.url_patterns)


def get_page_types():
    return [
        m
        for m in get_page_models()
        if issubclass(m, GuardedPageMixin) and m.__module__.startswith("wagtail_rtop")
    ]


def get_routes(*, front=False):
    """Yield the routes; ``front`` adds the page's own address, a surface anyhow."""
    for model in get_page_types():
        if issubclass(model, RoutablePageMixin):
            for pattern in model.get_subpage_urls():
                if front or str(pattern.pattern) not in {"", "^$"}:
                    yield f"{model.__name__}.{pattern.name}"


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("urls", sorted(get_url_names(urls.urlpatterns))),
        ("routes", sorted(set(get_routes()))),
        ("page_types", sorted(m.__name__ for m in get_page_types())),
        ("tags", sorted(wagtail_rtop_tags.register.tags)),
    ],
)
def test_each_way_out_is_registered(kind, found):
    missing = set(found) - get_covered(kind)

    assert found, f"There are no {kind}: the search is blind."
    assert not missing, (
        f"No surface for the {kind} {sorted(missing)}. See tests/leaks/README.md."
    )


def test_nothing_is_registered_that_is_gone():
    known = {
        *get_url_names(urls.urlpatterns),
        *get_routes(front=True),
        *(model.__name__ for model in get_page_types()),
        *wagtail_rtop_tags.register.tags,
        *wagtail_rtop_tags.register.filters,
    }

    gone = {
        name
        for k in ("urls", "routes", "page_types", "tags")
        for name in get_covered(k)
    } - known

    assert not gone


def test_the_oracle_knows_what_the_issue_asks_for():
    assert len(STATES) >= 18
    assert {state.split("/")[0] for state in EXPECTED} == set(STATES)
    # Each visitor is told apart by some state.
    for viewer in ("member", "wrong"):
        assert any(EXPECTED[s]["anonymous"] != EXPECTED[s][viewer] for s in STATES)
