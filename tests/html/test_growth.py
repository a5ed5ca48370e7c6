"""The reader takes a time in proportion to its input, whatever that is."""

import time

import pytest

from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.markup import rewrite


SHAPES = {
    "signs": "<",
    "open tags": "<a ",
    "comments": "<!--",
    "instructions": "<?",
    "open quotes": '<a b="',
    "quoted ends": "<a b='>' ",
    "nested": "<div>",
    "formats": "<b>a",
    "closed formats": "<b>a</b>c",
    "links": "<a href=b>c</a>",
    "references": "&#",
    "spaces": "<a   =   ",
    "hidden": "<script",
    "ends": "</a></b>",
    "breaks": "<br>",
    "lists": "<ul><li><br>",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("start", ["<p data-block-key=a>", "<a "])
def test_time_grows_with_the_length(shape, start):
    # Four times the length: 4 in proportion, 16 with the square. The least of
    # three turns, in processor time, and a millisecond for what is too quick.
    short, long = (measure(start + shape * (n // len(shape))) for n in (5_000, 20_000))
    assert long < 9 * (short + 0.001)


def measure(source):
    turns = []
    for _turn in range(3):
        started = time.process_time()
        try:
            rewrite(source)
        except WagtailRtopError as error:
            # Refused as soon as there are too many blocks.
            assert "more than 5000" in str(error)  # noqa: PT017
        turns.append(time.process_time() - started)
    return min(turns)
