"""Models without behaviour, of the package's numbers: what Wagtail makes of those.

Numbers of fields, by kind; the fields are text, numbers, dates and switches with a
panel each, as ``wagtail start`` would have them written.
"""

from typing import Any

from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable, Page
from wagtail.snippets.models import register_snippet


# Fields of the page type → those of each kind of its rows.
PAGES = [
    (1, []),
    (13, [8, 7, 6]),
    (10, []),
    (1, []),
    (9, [5, 6, 6]),
    (1, []),
    (7, [9, 7]),
    (1, []),
]
SNIPPETS = [5, 4, 4, 6, 14, 2]
OTHERS = [2, 2, 2, 5, 8, 4, 2, 1, 13, 9, 9, 1, 4, 3, 2, 11, 6, 15, 3, 10, 10, 3]


def build_fields(number: int) -> dict[str, models.Field]:
    kinds = [
        lambda: models.CharField(max_length=255, blank=True),
        lambda: models.TextField(blank=True),
        lambda: models.PositiveIntegerField(default=0),
        lambda: models.DateField(null=True, blank=True),
        lambda: models.BooleanField(default=False),
        lambda: models.CharField(max_length=20, choices=[("a", "A"), ("b", "B")]),
    ]
    return {f"field_{n}": kinds[n % len(kinds)]() for n in range(number)}


def declare(name: str, bases: tuple[type, ...], **attributes: Any) -> type:
    made = type(name, bases, {"__module__": __name__, **attributes})
    globals()[name] = made
    return made


def build_panels(fields: dict[str, models.Field]) -> list[FieldPanel]:
    return [FieldPanel(name) for name in fields]


for place, (size, rows) in enumerate(PAGES):
    fields = build_fields(size)
    inlines = [InlinePanel(f"rows_{n}") for n in range(len(rows))]
    declare(
        f"Page{place}",
        (Page,),
        **fields,
        content_panels=[*Page.content_panels, *build_panels(fields), *inlines],
    )
    for n, count in enumerate(rows):
        fields = build_fields(count - 2)
        parent = ParentalKey(
            f"Page{place}", on_delete=models.CASCADE, related_name=f"rows_{n}"
        )
        declare(
            f"Page{place}Row{n}",
            (Orderable,),
            page=parent,
            **fields,
            panels=build_panels(fields),
        )

for place, size in enumerate(SNIPPETS):
    fields = build_fields(size)
    register_snippet(
        declare(
            f"Snippet{place}",
            (ClusterableModel,),
            **fields,
            panels=build_panels(fields),
        )
    )

for place, size in enumerate(OTHERS):
    declare(f"Other{place}", (models.Model,), **build_fields(size))
