"""Translating through wagtail-localize: what is published, hidden, submitted with it."""

import html5lib
import pytest
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)

from tests import builders
from tests.translation.localize import (
    get_strings,
    publish_target,
    publish_translation,
    submit,
    translate,
)
from wagtail_rtop.models import Coalition
from wagtail_rtop.pages.models import LetterPage, PressReleasePage, ResponsePage


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def home(shared_db):
    home = builders.make_home()
    builders.make_translated_home(home, "fr")
    builders.make_translated_home(home, "ar")
    return home


@pytest.fixture(scope="module")
def letters(home):
    index = builders.make_letter_index(home)
    for code in ("fr", "ar"):
        builders.publish(index.copy_for_translation(builders.make_locale(code)))
    return index


@pytest.fixture(scope="module")
def body(home):
    index = builders.make_organisation_index(home)
    builders.publish(index.copy_for_translation(builders.make_locale("fr")))
    return builders.make_organisation(index, title="Some body", slug="some-body")


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


def publish_french(instance, strings, on_commit):
    with on_commit(execute=True):
        page = publish_translation(instance, "fr", strings)
    return type(page).objects.get(pk=page.pk)


def get_main(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_a_published_letter_is_french_with_french_profiles(
    client, letters, body, on_commit
):
    publish_french(body, {"Some body": "Un organe"}, on_commit)
    letter = builders.make_letter(
        letters, title="The letter", slug="the-letter", recipients=[body]
    )

    french = publish_french(
        letter,
        {
            "The letter": "La lettre",
            "Some body": "Un organe",
            "We write to you.": "Nous.",
        },
        on_commit,
    )
    html = get_main(client, "/fr/letters/the-letter/")

    assert french.live
    assert french.slug == "the-letter"
    assert french.document_date == letter.document_date
    assert "La lettre" in html
    assert "Nous." in html
    links = [
        a
        for a in html5lib.parse(html, namespaceHTMLElements=False).iter("a")
        if "".join(a.itertext()) == "Un organe"
    ]
    assert {a.get("href") for a in links} == {"/fr/organisations/some-body/"}
    # The key of a page stays that of the source; it is localised when read.
    assert french.recipients.get().organisation_id == body.pk
    assert (
        french.recipients.get().translation_key
        == letter.recipients.get().translation_key
    )


def test_a_changed_date_follows_at_the_next_publishing(letters, on_commit):
    letter = builders.make_letter(letters, title="The letter")
    french = publish_french(letter, {"The letter": "La lettre"}, on_commit)
    letter = LetterPage.objects.get(pk=letter.pk)
    letter.document_date = builders.LETTER_DAY.replace(year=2013)
    letter = builders.publish(letter)

    source = submit(letter, "fr")
    source.update_from_db()
    with on_commit(execute=True):
        publish_target(source, "fr")

    assert LetterPage.objects.get(pk=french.pk).document_date.year == 2013
    assert LetterPage.objects.get(pk=french.pk).title == "La lettre"


def test_submitting_shows_nothing_before_it_is_published(client, letters, on_commit):
    letter = builders.make_letter(letters, slug="the-letter")
    with on_commit(execute=True):
        submit(letter, "fr")

    french = Page.objects.get(
        translation_key=letter.translation_key, locale__language_code="fr"
    )
    assert not french.live
    assert client.get("/fr/letters/the-letter/").status_code in {302, 404}


def test_submitting_a_response_submits_its_letter(letters, on_commit):
    letter = builders.make_letter(letters, recipients=["First"])
    response = builders.make_response(letter)

    with on_commit(execute=True):
        submit(response, "fr")

    french = LetterPage.objects.get(
        translation_key=letter.translation_key, locale__language_code="fr"
    )
    assert french.alias_of_id is None
    assert not french.live
    assert ResponsePage.objects.child_of(french).count() == 1
    assert Translation.objects.filter(
        source__object_id=letter.translation_key, target_locale__language_code="fr"
    ).exists()


def test_submitting_a_response_leaves_a_translated_letter_alone(letters, on_commit):
    letter = builders.make_letter(letters, title="The letter", recipients=["First"])
    french = publish_french(letter, {"The letter": "La lettre"}, on_commit)
    response = builders.make_response(letter)

    with on_commit(execute=True):
        submit(response, "fr")

    assert LetterPage.objects.get(pk=french.pk).live
    assert LetterPage.objects.get(pk=french.pk).title == "La lettre"


def test_a_response_of_a_translated_letter_goes_by_the_letters_source(
    letters, on_commit
):
    letter = builders.make_letter(letters, title="The letter", recipients=["First"])
    french = publish_french(letter, {"The letter": "La lettre"}, on_commit)
    response = builders.make_response(french)

    with on_commit(execute=True):
        submit(response, "ar")

    sources = Translation.objects.filter(
        source__object_id=letter.translation_key, target_locale__language_code="ar"
    )
    assert [t.source.locale.language_code for t in sources] == ["en"]


def test_what_hides_the_source_hides_its_translation_at_once(
    client, letters, on_commit
):
    letter = builders.make_letter(letters, title="The letter", slug="the-letter")
    builders.restrict(letter)

    publish_french(letter, {"The letter": "La lettre"}, on_commit)

    assert client.get("/fr/letters/the-letter/").status_code == 302
    assert "La lettre" not in get_main(client, "/fr/letters/")


def test_a_restriction_of_the_source_counts_for_a_live_translation(
    client, letters, on_commit
):
    letter = builders.make_letter(letters, title="The letter", slug="the-letter")
    publish_french(letter, {"The letter": "La lettre"}, on_commit)
    assert client.get("/fr/letters/the-letter/").status_code == 200

    builders.restrict(letter)

    assert client.get("/fr/letters/the-letter/").status_code == 302


def test_a_sync_never_removes_a_translations_own_restriction(
    client, letters, on_commit
):
    letter = builders.make_letter(letters, title="The letter", slug="the-letter")
    french = publish_french(letter, {"The letter": "La lettre"}, on_commit)
    group = builders.make_group("Readers")
    builders.restrict(french, "groups", groups=[group])

    source = submit(letter, "fr")
    source.update_from_db()
    source.update_target_view_restrictions(french.locale)
    with on_commit(execute=True):
        publish_target(source, "fr")

    own = french.view_restrictions.get()
    assert own.restriction_type == "groups"
    assert list(own.groups.all()) == [group]
    # Neither is it rewritten when the source gets one of another kind.
    builders.restrict(letter)
    source.update_target_view_restrictions(french.locale)
    assert french.view_restrictions.get().restriction_type == "groups"
    assert client.get("/fr/letters/the-letter/").status_code == 302


def test_a_translation_gets_the_restriction_of_its_source(letters, on_commit):
    letter = builders.make_letter(letters, title="The letter")
    builders.restrict(letter)

    french = publish_french(letter, {"The letter": "La lettre"}, on_commit)

    assert french.view_restrictions.get().restriction_type == "login"


def test_empty_blocks_survive_the_way_to_translators(home, on_commit):
    index = builders.make_release_index(home)
    body = [
        ("quote", {"quote": "We regret.", "speaker": None, "role": ""}),
        ("quote", {"quote": None, "speaker": "", "role": None}),
    ]
    release = builders.make_release(index, title="A release", body=body)

    french = publish_french(
        release, {"A release": "Un communiqué", "We regret.": "Navrés."}, on_commit
    )

    quotes = [block.value for block in french.body]
    assert quotes[0]["quote"] == "Navrés."
    assert not quotes[0]["speaker"]
    assert not quotes[1]["quote"]


def test_alternative_texts_are_translated(home, on_commit):
    image = get_image_model().objects.create(title="Crowd", file=get_test_image_file())
    index = builders.make_release_index(home)
    raw = [
        {
            "type": "image",
            "value": {"image": image.pk, "alt_text": "A crowd", "decorative": False},
        }
    ]
    release = builders.make_release(index, title="A release", live=False)
    release = PressReleasePage.objects.get(pk=release.pk)
    field = PressReleasePage._meta.get_field("body")
    release.body = field.stream_block.to_python(raw)
    release = builders.publish(release)
    strings = get_strings(submit(release, "fr")).values()
    assert ["A crowd"] in strings

    french = publish_french(release, {"A crowd": "Une foule"}, on_commit)

    assert french.body[0].value.contextual_alt_text == "Une foule"


@pytest.fixture
def admin(client):
    client.force_login(builders.make_user(superuser=True))
    return client


def translate_in_editor(admin, source, code, text, wanted):
    """Save one string through the stock editor's own address."""
    translation = Translation.objects.get(
        source=source, target_locale__language_code=code
    )
    segment = StringSegment.objects.get(source=source, string__data=text)
    response = admin.put(
        reverse(
            "wagtail_localize:edit_string_translation",
            args=[translation.pk, segment.pk],
        ),
        f"value={wanted}",
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code in {200, 201}, response.content
    return translation


def publish_in_editor(admin, translation, on_commit):
    target = translation.get_target_instance()
    url = reverse(
        f"wagtailsnippets_{target._meta.app_label}_{target._meta.model_name}:edit",
        args=[target.pk],
    )
    html = admin.get(url)
    assert html.status_code == 200
    assert b"translation-editor" in html.content or b"data-props" in html.content
    with on_commit(execute=True):
        assert admin.post(url, {"action": "publish"}).status_code == 302
    return type(target).objects.get(pk=target.pk)


def test_region_names_are_translated_in_the_stock_editor(admin, home, on_commit):
    region = builders.make_region("Western Africa", labels={"en": "Western Africa"})
    label = region.labels.get(locale=home.locale)
    source = submit(label, "fr")

    translation = translate_in_editor(
        admin, source, "fr", "Western Africa", "Afrique de l'Ouest"
    )
    french = publish_in_editor(admin, translation, on_commit)

    assert french.label == "Afrique de l'Ouest"
    assert french.region_id == region.pk
    assert str(type(region).objects.with_label(french.locale).get()) == french.label


def test_the_coalition_is_translated_in_the_stock_editor(admin, home, on_commit):
    coalition = Coalition.objects.create(
        site=home.get_site(), locale=home.locale, name="The coalition"
    )
    source = submit(coalition, "fr")

    translation = translate_in_editor(
        admin, source, "fr", "The coalition", "La coalition"
    )
    french = publish_in_editor(admin, translation, on_commit)

    assert french.name == "La coalition"
    assert french.site == coalition.site


def test_translated_strings_are_what_the_translator_saved(letters):
    letter = builders.make_letter(letters, title="The letter")
    source = submit(letter, "fr")
    translate(source, "fr", {"The letter": "La lettre"})

    assert StringTranslation.objects.get().data == "La lettre"


def test_the_release_view_says_what_is_not_translated(admin, letters):
    letter = builders.make_letter(letters, recipients=["Somebody"], body="<p>A</p>")
    source, _ = TranslationSource.get_or_create_from_instance(letter)
    french = builders.make_locale("fr")
    translation = Translation.objects.create(source=source, target_locale=french)
    translation.save_target(publish=False)
    done = StringSegment.objects.filter(source=source).first()
    count = StringSegment.objects.filter(source=source).count()
    url = reverse("rtop_release", args=[letter.pk])

    before = admin.get(url).content.decode()
    translate_in_editor(admin, source, "fr", done.string.data, "Traduit")
    after = admin.get(url).content.decode()

    assert f"{count} of {count} texts are not translated" in before
    assert f"{count - 1} of {count} texts are not translated" in after
