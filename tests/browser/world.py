"""A small coalition site in English, French and Arabic, for eyes and browsers."""

import json
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Locale, Site
from wagtail.users.models import UserProfile

from tests import builders
from tests.browser.guide_world import build_guide
from wagtail_rtop.models import (
    Coalition,
    RecipientGroup,
    RecipientGroupMember,
    Region,
    Retraction,
)
from wagtail_rtop.pages.models import (
    LetterAttachment,
    LetterSignatory,
    OrganisationPage,
)


LANGUAGES = ("en", "fr", "ar")
DATA = Path(__file__).resolve().parents[2] / "example_site" / "demo" / "data"
GROUP = "The fourteen of 2012"

# As they stood on the letter: some are not the official names.
RECIPIENTS = [
    ("african-union", "African Union", "Union africaine", "الاتحاد الأفريقي"),
    ("", "Arab League", "Ligue arabe", "جامعة الدول العربية"),
    (
        "association-of-southeast-asian-nations",
        "Association of Southeast Asian Nations",
        "Association des nations de l’Asie du Sud-Est",
        "رابطة أمم جنوب شرق آسيا",
    ),
    ("", "Caribbean Community", "Communauté des Caraïbes", "الجماعة الكاريبية"),
    (
        "",
        "Intergovernmental Authority for Development",
        "Autorité intergouvernementale pour le développement",
        "الهيئة الحكومية الدولية المعنية بالتنمية",
    ),
    (
        "",
        "Gulf Cooperation Council",
        "Conseil de coopération du Golfe",
        "مجلس التعاون لدول الخليج العربية",
    ),
]

TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "home": "Coalition for the Responsibility to Protect",
        "letters": "Letters",
        "press": "Press releases",
        "organisations": "Regional organisations",
        "regions": "Regions",
        "letter": "Regional organisations are asked to take part in the dialogue",
        "cover": "<p>Before the General Assembly’s dialogue the coalition wrote to "
        "the heads of regional organisations.</p>",
        "salutation": "Your Excellency,",
        "body": "<p>Regional and sub-regional organisations often see first that a "
        "crisis is coming, and can act first. We ask you to share what you have "
        "learned: in early warning, in mediation, in the protection of "
        "civilians.</p><h2>What we ask</h2><ul><li>Take part in the dialogue on "
        "11 July.</li><li>Say there what your organisation has "
        "<abbr>recieved</abbr> by way of mandates.</li></ul><p>The full text names "
        'the documents, among them <a href="https://www.un.org/en/ga/">those of the '
        "Assembly</a> (A/66/874).</p>",
        "closing": "With the assurance of our highest consideration,",
        "response": "The Gulf Cooperation Council welcomes the dialogue",
        "summary": "<p>The Secretary-General thanks the coalition and says that the "
        "Council will be represented.</p>",
        "release": "Coalition welcomes the report on timely response",
        "subtitle": "Regional organisations must be part of the answer",
        "address": "c/o Institute\n708 Example Avenue, 24th floor\nNew York, NY 10017",
    },
    "fr": {
        "home": "Coalition pour la responsabilité de protéger",
        "letters": "Lettres",
        "press": "Communiqués de presse",
        "organisations": "Organisations régionales",
        "regions": "Régions",
        "letter": "Les organisations régionales sont invitées à participer au dialogue",
        "cover": "<p>Avant le dialogue de l’Assemblée générale, la coalition a écrit "
        "aux responsables des organisations régionales.</p>",
        "salutation": "Excellence,",
        "body": "<p>Les organisations régionales et sous-régionales voient souvent "
        "les premières qu’une crise approche, et peuvent agir les premières.</p>"
        "<h2>Ce que nous demandons</h2><ul><li>Prenez part au dialogue du 11 juillet."
        "</li></ul>",
        "closing": "Veuillez agréer l’expression de notre haute considération.",
        "response": "Le Conseil de coopération du Golfe se félicite du dialogue",
        "summary": "<p>Le Secrétaire général remercie la coalition.</p>",
        "release": "La coalition salue le rapport sur la réaction en temps voulu",
        "subtitle": "Les organisations régionales font partie de la réponse",
        "address": "c/o Institute\n708 Example Avenue, 24th floor\nNew York, NY 10017",
    },
    "ar": {
        "home": "التحالف من أجل المسؤولية عن الحماية",
        "letters": "الرسائل",
        "press": "البيانات الصحفية",
        "organisations": "المنظمات الإقليمية",
        "regions": "المناطق",
        "letter": "دعوة المنظمات الإقليمية إلى المشاركة في الحوار",
        "cover": "<p>قبل حوار الجمعية العامة كتب التحالف إلى رؤساء المنظمات "
        "الإقليمية.</p>",
        "salutation": "صاحب السعادة،",
        "body": "<p>كثيراً ما تكون المنظمات الإقليمية ودون الإقليمية أول من يرى اقتراب "
        "الأزمة وأول من يستطيع التصرف (الوثيقة A/66/874).</p><h2>ما نطلبه</h2><ul>"
        "<li>المشاركة في الحوار في 11 تموز/يوليه 2012.</li></ul>",
        "closing": "وتفضلوا بقبول فائق الاحترام،",
        "response": "مجلس التعاون لدول الخليج العربية يرحب بالحوار",
        "summary": "<p>يشكر الأمين العام التحالف.</p>",
        "release": "التحالف يرحب بالتقرير عن الاستجابة في الوقت المناسب",
        "subtitle": "المنظمات الإقليمية جزء من الحل",
        "address": "c/o Institute\n708 Example Avenue, 24th floor\nNew York, NY 10017",
    },
}

# Name of the page → address below the language.
ADDRESSES = {
    "letter": "letters/dialogue/",
    "response": "letters/dialogue/gcc-response/",
    "release": "press/report/",
    "organisation": "organisations/african-union/",
    "letters": "letters/",
    "organisations": "organisations/",
    "regions": "regions/",
    "region": "regions/africa/",
    "search": "letters/?q=a",
    "sign-in": "sign-in/",
    "tombstone": "press/withdrawn/",
    "answers": "answers/",
}


def build_world(host: str, port: int) -> None:
    """Build the site in the database, served at this host and port."""
    for code in LANGUAGES:
        builders.make_locale(code)
    builders.make_user("desk", superuser=True)
    home = builders.make_home(title=TEXTS["en"]["home"])
    Site.objects.update(hostname=host, port=port, site_name="Coalition")
    Site.clear_site_root_paths_cache()
    call_command("rtop_load_regions", verbosity=0)
    pages = _build_english(home)
    for code in ("fr", "ar"):
        _translate(pages, code)
    for code in LANGUAGES:
        Coalition.objects.create(
            site=Site.objects.get(),
            locale=builders.make_locale(code),
            name=TEXTS[code]["home"],
            postal_address=TEXTS[code]["address"],
        )
    _build_group()
    _build_people()
    withdrawn = pages["withdrawn"]
    withdrawn.unpublish()
    Retraction.objects.create(
        group_key=withdrawn.translation_key,
        reason="The figures were wrong.",
        reason_language="en",
        retracted_at=timezone.now(),
    )
    build_guide(pages)


def _build_people() -> None:
    """Make the superusers editor-en and -ar, and the press officers press-…."""
    call_command("rtop_create_groups", verbosity=0)
    officers = Group.objects.get(name="Press officer")
    for code in ("en", "ar"):
        editor = builders.make_user(f"editor-{code}", superuser=True)
        officer = builders.make_user(f"press-{code}", groups=[officers])
        for user in (editor, officer):
            UserProfile.objects.create(user=user, preferred_language=code)


def fetch_fourteen() -> list[dict[str, Any]]:
    """Return the recipients of 2012: ``organisation`` (a slug), maybe ``name``."""
    letters = json.loads((DATA / "letters.json").read_text("utf-8"))
    slug = "regional-organisations-2012-dialogue"
    return next(row["recipients"] for row in letters if row["slug"] == slug)


def fetch_titles() -> dict[str, dict[str, str]]:
    """Return the names of the profiles: slug → language code → name."""
    rows = files("wagtail_rtop").joinpath("organisations/data/organisations.json")
    return {row["slug"]: row["title"] for row in json.loads(rows.read_text("utf-8"))}


def _build_group() -> None:
    profiles = OrganisationPage.objects.filter(locale__language_code="en")
    by_slug = {page.slug: page for page in profiles}
    group = RecipientGroup(name=GROUP)
    for number, row in enumerate(fetch_fourteen()):
        profile = by_slug[row["organisation"]]
        name = row.get("name", {}).get("en", profile.title)
        group.members.add(
            RecipientGroupMember(organisation=profile, name=name, sort_order=number)
        )
    group.save()


def _build_english(home: Any) -> dict[str, Any]:
    text = TEXTS["en"]
    menu = {"show_in_menus": True}
    letters = builders.make_letter_index(home, title=text["letters"], **menu)
    press = builders.make_release_index(home, title=text["press"], **menu)
    bodies = builders.make_organisation_index(home, title=text["organisations"], **menu)
    regions = builders.make_region_index(home, title=text["regions"], **menu)
    call_command("rtop_load_organisations", verbosity=0)
    letter = _build_letter(letters, text)
    response = builders.make_response(
        letter,
        rows=[letter.recipients.last()],
        title=text["response"],
        slug="gcc-response",
        signatory="Abdullatif bin Rashid Al Zayani",
        office="Secretary-General",
        original_language="ar",
        summary=text["summary"],
    )
    africa = Region.objects.get(slug="africa")
    release = builders.make_release(
        press,
        title=text["release"],
        slug="report",
        subtitle=text["subtitle"],
        dateline="NEW YORK",
        regions=[africa],
        body=[
            ("paragraph", "<p>The coalition today welcomed the report.</p>"),
            (
                "quote",
                {
                    "quote": "Prevention begins in the region.",
                    "speaker": "A. Speaker",
                    "role": "Director",
                },
            ),
        ],
    )
    for number in range(25):
        builders.make_letter(
            letters,
            title=f"Letter on the situation, number {number + 1}",
            document_date=date(2011, 1 + number % 12, 3),
            recipients=["African Union"],
            regions=[africa],
        )
    withdrawn = builders.make_release(
        press, title="A figure that was wrong", slug="withdrawn"
    )
    return {
        "home": home,
        "letters": letters,
        "press": press,
        "organisations": bodies,
        "regions": regions,
        "organisation": OrganisationPage.objects.get(slug="african-union"),
        "letter": letter,
        "response": response,
        "release": release,
        "withdrawn": withdrawn,
    }


def _build_letter(letters: Any, text: dict[str, str]) -> Any:
    profiles = {page.slug: page for page in OrganisationPage.objects.all()}
    letter = builders.make_letter(
        letters,
        title=text["letter"],
        slug="dialogue",
        issuer="Coalition for the Responsibility to Protect",
        occasion="Dialogue of the General Assembly",
        cover_note=text["cover"],
        salutation=text["salutation"],
        body=text["body"],
        closing=text["closing"],
        is_excerpt=True,
        full_text=builders.make_document("Letter"),
        recipients=[
            {"organisation": profiles.get(slug), "name": name}
            for slug, name, _, _ in RECIPIENTS
        ],
        regions=[Region.objects.get(slug="africa")],
        live=False,
    )
    letter.signatories = [
        LetterSignatory(name="A. Signatory", title="Convenor", sort_order=0)
    ]
    letter.attachments = [
        LetterAttachment(
            document=builders.make_document("Annex"), caption="Annex", sort_order=0
        )
    ]
    letter.save()
    return builders.publish(letter)


def _translate(pages: dict[str, Any], code: str) -> None:
    locale = Locale.objects.get(language_code=code)
    text = TEXTS[code]
    for name, page in pages.items():
        copy = page.copy_for_translation(locale, copy_parents=True)
        copy.title = text.get(name, page.title)
        if name == "letter":
            _translate_letter(copy, text, LANGUAGES.index(code))
        elif name == "response":
            copy.summary = text["summary"]
        elif name == "release":
            copy.subtitle = text["subtitle"]
        builders.publish(copy)


def _translate_letter(copy: Any, text: dict[str, str], column: int) -> None:
    copy.cover_note = text["cover"]
    for field in ("salutation", "body", "closing"):
        setattr(copy, field, text[field])
    rows = list(copy.recipients.all())
    for row, names in zip(rows, RECIPIENTS, strict=True):
        row.name = names[column + 1]
    copy.recipients = rows
