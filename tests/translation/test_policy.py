"""Which fields translators get to see: the whole table, so that none slips in."""

import pytest
from django.apps import apps
from wagtail.models import TranslatableMixin
from wagtail_localize.fields import TranslatableField, get_translatable_fields

from tests import builders
from tests.translation.localize import get_strings, submit
from wagtail_rtop.letters.ledger import record_event
from wagtail_rtop.policy import merge_translation_policy
from wagtail_rtop.visibility.models import Embargo


PAGE = "title seo_title search_description"
KEPT = "slug show_in_menus rtop_region_items"

# Model: (translated, synchronised). What is in neither is left alone.
POLICY = {
    "RegionLabel": ("label", "region"),
    "Coalition": (
        "name postal_address default_issuer",
        "site overdue_days weekend holidays audience_time_zone letterhead_logo "
        "default_boilerplate reference_pattern digest_hour",
    ),
    "Boilerplate": ("text", "name"),
    "PressContact": ("name role", "phone email"),
    "LetterIndexPage": (f"{PAGE} intro", KEPT),
    "LetterPage": (
        f"{PAGE} issuer occasion cover_note salutation body closing copied_to "
        "recipients signatories attachments",
        f"{KEPT} document_date reference kind occasion_date is_excerpt full_text regions",
    ),
    "LetterRecipient": ("name office", "kind organisation"),
    "LetterSignatory": ("name title organisation_name", ""),
    "LetterAttachment": ("caption", "document"),
    "ResponsePage": (
        f"{PAGE} signatory office summary body",
        f"{KEPT} recipient_keys kind document_date received_on original_language "
        "document regions",
    ),
    "PressReleaseIndexPage": (f"{PAGE} intro", KEPT),
    "PressReleasePage": (
        f"{PAGE} subtitle dateline body notes_to_editors boilerplate contacts "
        "attachments corrections",
        f"{KEPT} document_date kind supersedes regions",
    ),
    "ReleaseContact": ("contact", ""),
    "ReleaseAttachment": ("caption", "document"),
    "ReleaseCorrection": ("note", "corrected_on"),
    "OrganisationIndexPage": (f"{PAGE} intro", KEPT),
    "OrganisationPage": (
        f"{PAGE} seat body",
        f"{KEPT} seat_country working_languages website wikidata last_verified names "
        "members regions",
    ),
    "RegionIndexPage": (f"{PAGE} intro", KEPT),
}
# No translator, no revision, no copy ever sees these.
PRIVATE = (
    *("CorrespondenceEvent", "Embargo", "Retraction", "DocumentClaim"),
    *("PreviewLink", "Incident"),
)


def get_models():
    return {
        model.__name__: model
        for label in ("wagtail_rtop", "wagtail_rtop_pages")
        for model in apps.get_app_config(label).get_models()
    }


def test_the_table_is_complete():
    translatable = {
        name
        for name, model in get_models().items()
        if issubclass(model, TranslatableMixin)
    }
    assert translatable == set(POLICY)


@pytest.mark.parametrize("name", POLICY)
def test_fields_of(name):
    fields = get_translatable_fields(get_models()[name])
    translated = {f.field_name for f in fields if isinstance(f, TranslatableField)}
    synchronised = {f.field_name for f in fields} - translated

    assert translated == set(POLICY[name][0].split())
    assert synchronised == set(POLICY[name][1].split())


@pytest.mark.parametrize("name", PRIVATE)
def test_private_tables_are_out_of_reach(name):
    assert not issubclass(get_models()[name], TranslatableMixin)


def test_a_sites_own_list_adds_to_ours():
    model = get_models()["LetterPage"]
    own = [TranslatableField("reference")]

    merged = {f.field_name: f for f in merge_translation_policy(model, own)}

    assert merged["reference"] is own[0]
    assert not isinstance(merged["slug"], TranslatableField)


@pytest.mark.django_db
def test_no_private_word_reaches_a_translation_file():
    home = builders.make_home()
    letter = builders.make_letter(
        builders.make_letter_index(home), recipients=["First"], title="The letter"
    )
    row = letter.recipients.get()
    record_event(
        letter, row.translation_key, "sent", builders.LETTER_DAY, note="PRIVATE-NOTE"
    )
    Embargo.objects.create(
        group_key=letter.translation_key, lift="2099-01-01T00:00:00Z"
    )
    source = submit(letter, "fr")
    po = str(source.export_po())

    assert "The letter" in po
    assert "First" in po
    for word in ("PRIVATE-NOTE", "2099", letter.slug, "2012-03-22"):
        assert word not in po, word
    assert "slug" not in get_strings(source)
