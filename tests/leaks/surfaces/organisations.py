"""What a profile lists: letters to the organisation, responses from it, and how many."""

from unittest import mock

from tests.leaks.registry import harmless, surface
from wagtail_rtop.organisations import profile


KINDS = ("letter", "response")


def fetch(visit):
    page = visit.world.everybody[visit.locale]
    # All of them, not the newest ten: a list that is cut short hides leaks.
    with mock.patch.object(profile, "LISTED", 100_000):
        return profile.fetch_documents(page, visit.request(), KINDS)


# A response that was moved below another letter answers none of its recipients.
@surface(
    "organisations.documents", seam="lists", kinds=KINDS, excuses=("response/moved/en",)
)
def probe_documents(visit):
    lists = fetch(visit).values()
    return [f"{d.title} {d.url}" for found in lists for d in found.documents]


@surface("organisations.number of letters", seam="lists", kinds=("letter",))
def probe_letter_count(visit):
    found = fetch(visit).get("letter")
    return found.count if found else 0


@surface(
    "organisations.number of responses",
    seam="lists",
    kinds=("response",),
    # Below another letter it answers nobody whom that letter was sent to.
    excuses=("alias_private_later", "response/moved/en"),
)
def probe_response_count(visit):
    found = fetch(visit).get("response")
    return found.count if found else 0


harmless("sign_in", "a form")
harmless("sign_out", "a redirect")
harmless("wagtail_sign_in", "the same form at Wagtail's address")
