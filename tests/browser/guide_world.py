"""What the editors' guide shows: an office with letters under way, and its people.

Days are counted from today, so that what is overdue in the pictures stays so.
"""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Locale
from wagtail.users.models import UserProfile
from wagtail_localize.operations import translate_object

from tests import builders
from wagtail_rtop.desk.roles import create_groups
from wagtail_rtop.letters.ledger import record_events
from wagtail_rtop.models import (
    Boilerplate,
    Coalition,
    PressContact,
    RecipientGroup,
    RecipientGroupMember,
    Region,
)
from wagtail_rtop.pages.models import (
    LetterSignatory,
    OrganisationPage,
    ReleaseContact,
    ReleaseCorrection,
)
from wagtail_rtop.visibility.embargo import set_embargo


DIALOGUE = "Letter before the dialogue on prevention"
SUMMIT = "Letter before the summit on mediation"
STATEMENT = "Statement on the answers to our letters"
CALL = "Call for a seat at the table"
FRENCH = {
    STATEMENT: "Déclaration sur les réponses à nos lettres",
    CALL: "Appel pour une place à la table",
}
CORRECTED = "Fourteen organisations were written to"
DOUBLE = "Pacific Island Forum"

# Slug of the profile, as the letter writes it, what happened after how many days.
RECIPIENTS = [
    ("african-union", "African Union", ("acknowledged", 12)),
    ("association-of-southeast-asian-nations", "ASEAN", ()),
    ("league-of-arab-states", "Arab League", ("declined", 45)),
    ("european-union", "European Union", ("answered", 21)),
    ("economic-community-of-west-african-states", "ECOWAS", ()),
    ("organization-of-american-states", "Organization of American States", ()),
]
NOTE = "Their office asked by telephone whether an answer in French would do."


def build_guide(pages: dict[str, Any]) -> None:
    """Add the office to the site of world.py; pages are those in English."""
    people = _build_people(pages["home"])
    _build_coalition()
    today = timezone.localdate()
    _build_letters(pages["letters"], today, people.officer)
    _build_releases(pages["press"], today, people.officer)
    builders.make_organisation(
        pages["organisations"],
        title=DOUBLE,
        slug="pacific-island-forum",
        names=[{"language": "en", "name": DOUBLE}],
    )
    # Else the first page of the admin complains that nobody runs it.
    call_command("rtop_publish_due", verbosity=0)


def _build_people(home: Any) -> SimpleNamespace:
    list(create_groups(home))
    people = {}
    for name, first, last, role, code in (
        ("officer", "Amina", "Diallo", "Press officer", "en"),
        ("officer-ar", "Salma", "Haddad", "Press officer", "ar"),
        ("writer", "Jun", "Ito", "Editor", "en"),
        ("translator", "Claire", "Morel", "Translator fr", "en"),
    ):
        user = builders.make_user(name, first_name=first, last_name=last)
        user.groups.add(Group.objects.get(name=role))
        UserProfile.objects.create(user=user, preferred_language=code)
        people[name.replace("-", "_")] = user
    return SimpleNamespace(**people)


def _build_coalition() -> None:
    Coalition.objects.update(
        reference_pattern="{year}/{number:03}", audience_time_zone="America/New_York"
    )


def _build_letters(index: Any, today: date, officer: Any) -> None:
    profiles = {page.slug: page for page in OrganisationPage.objects.all()}
    rows = [
        {
            "organisation": profiles.get(slug),
            "name": name,
            "office": "Secretary-General",
        }
        for slug, name, _ in RECIPIENTS
    ]
    sent = today - timedelta(days=100)
    letter = _build_letter(index, DIALOGUE, sent, rows, "dialogue-on-prevention")
    recipients = list(letter.recipients.all())
    keys = [row.translation_key for row in recipients]
    record_events(letter, keys, "sent", sent, is_public=True, user=officer)
    for key, (_slug, _name, event) in zip(keys, RECIPIENTS, strict=True):
        if event:
            kind, days = event
            record_events(
                letter, [key], kind, sent + timedelta(days=days), user=officer
            )
    called = sent + timedelta(days=40)
    record_events(letter, keys[:1], "acknowledged", called, note=NOTE, user=officer)
    builders.make_response(
        letter,
        rows=recipients[3:4],
        title="The European Union will take part",
        slug="eu-response",
        signatory="A. Signatory",
        document_date=sent + timedelta(days=21),
    )
    # Nearly due: sixty working days are eighty-four days.
    soon = today - timedelta(days=80)
    later = _build_letter(index, SUMMIT, soon, rows[:3], "summit-on-mediation")
    keys = [row.translation_key for row in later.recipients.all()]
    record_events(later, keys, "sent", soon, is_public=True, user=officer)
    translate_object(later, [Locale.objects.get(language_code="fr")], user=officer)
    group = RecipientGroup(name="Six organisations of the dialogue")
    group.members = [
        RecipientGroupMember(sort_order=i, **r) for i, r in enumerate(rows)
    ]
    group.save()


def _build_letter(index: Any, title: str, day: date, rows: list[Any], slug: str) -> Any:
    letter = builders.make_letter(
        index,
        title=title,
        slug=slug,
        document_date=day,
        issuer="Coalition for the Responsibility to Protect",
        occasion=title.removeprefix("Letter before the ").capitalize(),
        salutation="Your Excellency,",
        body="<p>We ask you to share what your organisation has learned.</p>",
        closing="With the assurance of our highest consideration,",
        recipients=rows,
        live=False,
    )
    letter.signatories = [
        LetterSignatory(name="A. Signatory", title="Convenor", sort_order=0)
    ]
    letter.save()
    return builders.publish(letter)


def _build_releases(index: Any, today: date, officer: Any) -> None:
    about = Boilerplate.objects.create(
        name="About us", text="<p>We are a coalition of civil society.</p>"
    )
    contact = PressContact.objects.create(
        name="Amina Diallo", role="Press officer", email="press@example.org"
    )
    text = [("paragraph", "<p>The coalition publishes who has answered.</p>")]
    fields = {
        "body": text,
        "dateline": "NEW YORK",
        "boilerplate": about,
        "document_date": today,
        "regions": [Region.objects.get(slug="africa")],
    }
    french = Locale.objects.get(language_code="fr")
    for title, slug in ((STATEMENT, "statement"), (CALL, "call")):
        draft = builders.make_release(
            index, title=title, slug=slug, live=False, **fields
        )
        draft.contacts = [ReleaseContact(contact=contact, sort_order=0)]
        draft.save_revision(user=officer)
        copy = draft.copy_for_translation(french)
        copy.title = FRENCH[title]
        revision = copy.save_revision(user=officer)
        if title == CALL:
            set_embargo(draft, timezone.now() + timedelta(days=5), user=officer)
            # Under an embargo both wait for its end.
            draft.get_latest_revision().publish(user=officer)
            revision.publish(user=officer)
    live = builders.make_release(index, title=CORRECTED, slug="fourteen", **fields)
    live.corrections = [
        ReleaseCorrection(
            note="We wrote to fourteen organisations, not to thirteen.", sort_order=0
        )
    ]
    builders.publish(live)
