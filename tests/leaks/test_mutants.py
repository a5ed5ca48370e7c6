"""The matrix is not blind: without its gate, every surface is caught."""

import pytest

from tests.leaks.matrix import build_list_visits, build_page_visits, find_leaks, flatten
from tests.leaks.registry import SEAMS, list_params, load_surfaces


@pytest.mark.parametrize("name", list_params())
def test_a_surface_without_its_gate_is_caught(world, name):
    surface = load_surfaces()[name]
    visits = (
        build_page_visits(world, surface, full=False)
        if surface.scope == "page"
        else build_list_visits(world)
    )

    with SEAMS[surface.seam]():
        assert any(is_caught(surface, visit) for visit in visits), (
            f"{name} answers the same without its gate ({surface.seam}). Either it "
            "asks no gate, or another one, or its probe can't see a leak."
        )


def is_caught(surface, visit):
    answer = surface.probe(visit)
    if isinstance(answer, int):
        return answer != visit.world.count(visit, surface.kinds, surface.excuses)
    return any(find_leaks(surface, visit, flatten(answer).lower()))
