"""The reader of HTML from outside: its time grows with the input, not faster."""

import time

from bench.databases import Database
from bench.measure import compare_times
from bench.registry import Result, item
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
SHORT, LONG = 5_000, 20_000  # characters


@item(
    "markup-growth",
    unit="ms of processor time",
    against="a quarter of the input; 4 in proportion, 16 with the square",
    bound=9,
    databases=("sqlite",),
)
def measure_growth(database: Database) -> list[Result]:
    return [compare(name, shape) for name, shape in SHAPES.items()]


def compare(label: str, shape: str) -> Result:
    long, short = (shape * (n // len(shape)) for n in (LONG, SHORT))
    return compare_times(
        lambda: read(long),
        lambda: read(short),
        rounds=7,
        label=label,
        clock=time.process_time,
    )


def read(source: str) -> None:
    try:
        rewrite(source)
    except WagtailRtopError:
        # Too many blocks: refused after reading as far as that.
        return
