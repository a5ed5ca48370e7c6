"""No surface shows what its visitor may not see, nor hides what they may."""

import pytest

from tests.leaks.matrix import flatten, run
from tests.leaks.oracle import LOCALES, VIEWERS, may_see
from tests.leaks.registry import list_params, load_surfaces


@pytest.mark.parametrize("name", list_params())
def test_sample(world, name):
    problems = run(world, load_surfaces()[name], full=False)

    assert not problems, "\n".join(problems[:40])


@pytest.mark.full
@pytest.mark.parametrize("name", list_params("page"))
def test_every_cell(world, name):
    problems = run(world, load_surfaces()[name], full=True)

    assert not problems, "\n".join(problems[:40])


@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_hidden_page_answers_as_one_that_is_absent(world, viewer):
    differing, compared = compare_hidden(world, viewer, LOCALES)

    assert not differing, "\n".join(differing)
    assert compared >= 10 * len(LOCALES)


@pytest.mark.parametrize(
    ("method", "query"),
    [
        ("head", ""),
        ("options", ""),
        ("trace", ""),
        # What Wagtail adds in the editor's preview.
        ("get", "?in_preview_panel=true&mode="),
    ],
)
def test_so_it_does_however_it_is_asked(world, method, query):
    for viewer in ("anonymous", "wrong"):
        differing, compared = compare_hidden(world, viewer, ["en"], method, query)

        assert not differing, "\n".join(differing)
        assert compared >= 10


def compare_hidden(world, viewer, locales, method="get", query=""):
    """Return how hidden pages differ from absent ones, and how many were compared."""
    differing, compared = [], 0
    for case in world.cases:
        if case.locale not in locales or may_see(case.state, case.locale, viewer):
            continue
        ask = getattr(world.clients[viewer], method)
        answer = ask(case.path + query)
        if answer.status_code == 410 or (
            viewer == "anonymous" and answer.status_code == 302
        ):
            # A tombstone, and the way to sign in: the two answers that may say so.
            continue
        if case.state == "password":
            continue
        if "not-in=" in answer.get("Location", ""):
            # Its original is visible: an absent translation leads there as well,
            # see tests/look/test_chrome.py.
            continue
        absent_path = case.path.replace(case.page.slug, "nothing-of-this-name")
        absent = ask(absent_path + query)
        compared += 1
        if describe(answer, case.path) != describe(absent, absent_path):
            differing.append(f"{case}: {describe(answer, '')} {describe(absent, '')}")
    return differing, compared


def describe(answer, path):
    heads = {k: v for k, v in answer.headers.items() if k != "Content-Length"}
    return answer.status_code, heads, flatten(answer.content).replace(path, "<path>")
