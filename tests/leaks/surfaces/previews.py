"""Preview links: they open one page, and nothing around it that is hidden."""

from tests.leaks.registry import surface


# The link opens a public letter: what stands below it obeys the gate.
@surface(
    "previews.preview",
    seam="lists",
    kinds=("response",),
    urls=("preview",),
    excuses=(
        "moved",
        "alias_private_later",
        "private_section",
        "private_french_section",
        "translated_alias",
    ),
)
def probe_preview(visit):
    return visit.get(visit.world.previews[visit.locale])


# No other page's file, not even a public one: it has an address of its own.
@surface(
    "previews.file",
    seam="previews",
    scope="page",
    kinds=("letter", "response", "release"),
    shows=(),
    urls=("preview_file",),
)
def probe_file(visit):
    path = visit.world.previews[visit.locale]
    return visit.get(f"{path}files/{visit.case.document.pk}/")
