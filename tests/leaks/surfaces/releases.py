"""Earlier texts of releases, and the list of what was withdrawn."""

from tests.leaks.registry import surface


@surface(
    "releases.earlier text",
    seam="page",
    scope="page",
    kinds=("release",),
    shows=("title", "body", "subtitle", "dateline", "notes", "quote"),
    routes=("PressReleasePage.version",),
    # An alias has no earlier texts of its own.
    excuses=("alias_private_later", "translated_alias"),
)
def probe_version(visit):
    return visit.get(f"{visit.case.path}versions/1/")


# Of a retracted page that was private it must say nothing.
@surface("visibility.retractions", seam="nodes", kinds=(), urls=("retractions",))
def probe_retractions(visit):
    return visit.get_all(f"/{visit.locale}/retractions/")
