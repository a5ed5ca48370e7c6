"""What a letter's page says of other pages: profiles of recipients."""

from tests.leaks.registry import surface
from wagtail_rtop.letters.ledger import get_standings
from wagtail_rtop.letters.names import build_link, build_recipients, fetch_profiles
from wagtail_rtop.pages.models import LetterRecipient, OrganisationPage
from wagtail_rtop.visibility.gate import get_gate


@surface(
    "letters.profiles of recipients",
    seam="lists",
    kinds=("organisation",),
    shows=("title",),
)
def probe_profiles(visit):
    letter = visit.world.letters[visit.locale]
    pages = OrganisationPage.objects.filter(locale=letter.locale_id)
    organisations = dict(pages.values_list("pk", "translation_key"))
    # Nameless rows: the name shown is that of the profile, if it may be shown.
    rows = [LetterRecipient(organisation_id=pk) for pk in organisations]
    profiles = fetch_profiles(
        rows, organisations, letter.locale_id, get_gate(visit.request())
    )
    recipients = build_recipients(
        rows, get_standings(letter, rows, []), organisations, profiles, visit.locale
    )
    return [build_link(recipient) for recipient in recipients]
