"""No surface shows what its visitor may not see, nor hides what they may."""

import pytest

from tests.leaks.matrix import flatten, run
from tests.leaks.oracle import LOCALES, VIEWERS, may_see
from tests.leaks.registry import list_params, load_surfaces
from tests.leaks.world import Visit


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
    differing, compared = [], 0
    for case in world.cases:
        if may_see(case.state, case.locale, viewer):
            continue
        visit = Visit(world, case.locale, viewer, case)
        answer = visit.get(case.path)
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
        absent = visit.get(absent_path)
        compared += 1
        if describe(answer, case.path) != describe(absent, absent_path):
            differing.append(f"{case}: {describe(answer, '')} {describe(absent, '')}")

    assert not differing, "\n".join(differing)
    assert compared >= 10 * len(LOCALES)


def describe(answer, path):
    heads = {k: v for k, v in answer.headers.items() if k != "Content-Length"}
    return answer.status_code, heads, flatten(answer.content).replace(path, "<path>")
