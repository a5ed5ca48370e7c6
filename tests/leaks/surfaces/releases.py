"""Earlier texts of releases, and the list of what was withdrawn."""

from tests.leaks.registry import surface


@surface(
    "releases.earlier text",
    seam="page",
    scope="page",
    kinds=("release",),
    shows=("title", "body", "subtitle", "dateline", "notes", "quote"),
    routes=("PressReleasePage.version",),
)
def probe_version(visit):
    return visit.get(f"{visit.case.path}versions/1/")


# It shows retracted pages alone, here with their titles withheld; that private
# and unpublished ones are missing is held by tests/retraction.
@surface("visibility.retractions", seam="nodes", kinds=(), urls=("retractions",))
def probe_retractions(visit):
    return visit.get_all(f"/{visit.locale}/retractions/")
