"""A correction keeps the text before it readable, at an address that stays."""

from datetime import date, timedelta

import html5lib
import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.models import PageLogEntry

from tests import builders
from tests.embargo.test_paths import build_post
from tests.releases.conftest import reload
from wagtail_rtop.models import ReleaseVersion
from wagtail_rtop.pages.models import ReleaseCorrection
from wagtail_rtop.releases.corrections import PublishedCorrectionError
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.lifting import lift_now
from wagtail_rtop.visibility.retraction import retract


def get_text(response):
    return " ".join(
        "".join(html5lib.parse(response.content.decode()).itertext()).split()
    )


def correct(page, note, **fields):
    """Publish the page with one correction more, as a later draft would."""
    page = reload(page).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(page, name, value)
    page.corrections.add(ReleaseCorrection(note=note, corrected_on=date(2013, 5, 8)))
    return builders.publish(page)


@pytest.fixture(scope="module")
def page(press):
    return builders.make_release(
        press.index,
        slug="release",
        subtitle="Three killed",
        boilerplate=press.about,
    )


def test_the_text_before_stays_readable(page, press, client):
    press.about.text = "<p>We have changed.</p>"
    press.about.save()

    correct(page, "Two, not three.", subtitle="Two killed", title="New title")

    now = client.get("/en/press/release/")
    before = client.get("/en/press/release/versions/1/")
    assert "Two, not three." in get_text(now)
    assert "Two killed" in get_text(now)
    assert "We have changed." in get_text(now)
    assert 'href="/en/press/release/versions/1/"' in now.content.decode()
    assert before.status_code == 200
    assert "Three killed" in get_text(before)
    assert "We are a coalition." in get_text(before)
    assert "Two, not three." not in get_text(before)
    assert "This is an earlier text." in get_text(before)


def test_each_correction_keeps_its_own(page, client):
    correct(page, "First.", subtitle="Second text")
    builders.publish(reload(page))
    correct(page, "Second.", subtitle="Third text")

    assert list(ReleaseVersion.objects.values_list("number", flat=True)) == [1, 2]
    assert "Three killed" in get_text(client.get("/en/press/release/versions/1/"))
    assert "Second text" in get_text(client.get("/en/press/release/versions/2/"))
    assert "Third text" in get_text(client.get("/en/press/release/"))


def test_a_publish_without_a_new_correction_keeps_nothing(page):
    correct(page, "First.")
    builders.publish(reload(page))
    reload(page).unpublish()
    builders.publish(reload(page))

    assert ReleaseVersion.objects.count() == 1


def test_a_draft_correction_keeps_nothing_and_shows_nothing(page, client):
    draft = reload(page)
    draft.corrections.add(ReleaseCorrection(note="Not yet."))
    draft.save_revision()

    assert not ReleaseVersion.objects.exists()
    assert "Not yet." not in get_text(client.get("/en/press/release/"))


def test_a_first_publish_with_a_correction_has_no_text_before_it(press, client):
    page = builders.make_release(press.index, live=False, slug="corrected")
    correct(page, "Known before.")

    assert not ReleaseVersion.objects.exists()
    assert client.get("/en/press/corrected/").status_code == 200
    assert client.get("/en/press/corrected/versions/1/").status_code == 404


def test_an_unpublished_draft_in_between_is_not_what_was_published(page, client):
    reload(page).unpublish()
    secret = reload(page)
    secret.subtitle = "Never published"
    secret.save()
    secret.save_revision()

    correct(page, "First.", subtitle="Second text")

    before = get_text(client.get("/en/press/release/versions/1/"))
    assert "Never published" not in before
    assert "Three killed" in before


def test_it_survives_purged_revisions(page, client):
    page = reload(page)
    page.frozen["revision"] = None
    type(page).objects.filter(pk=page.pk).update(frozen=page.frozen)

    correct(page, "First.", subtitle="Second text")

    assert "Three killed" in get_text(client.get("/en/press/release/versions/1/"))


def test_a_published_correction_is_not_deleted_in_code(page, client):
    page = correct(page, "First.")

    for delete in (page.corrections.all().delete, page.corrections.first().delete):
        refused = pytest.raises(PublishedCorrectionError, match="can't be deleted")
        with refused, transaction.atomic():
            delete()
    page.corrections = []
    page.save()
    builders.publish(page)

    assert "First." in get_text(client.get("/en/press/release/"))
    assert ReleaseCorrection.objects.count() == 1
    page.delete()
    assert ReleaseCorrection.objects.count() == 0


def test_a_draft_of_before_knows_of_the_correction(page, client):
    before = reload(page).get_latest_revision()
    correct(page, "First.", subtitle="Second text")

    before.publish()

    text = get_text(client.get("/en/press/release/"))
    assert "Three killed" in text
    assert "First." in text


def test_a_correction_keeps_its_row_when_published_again(page):
    pk = correct(page, "First.").corrections.get().pk
    text = reload(page).get_latest_revision_as_object()
    text.subtitle = "Third text"
    text.save_revision().publish()
    reload(page).get_latest_revision().publish()

    assert reload(page).corrections.get().pk == pk


def test_a_corrected_release_comes_back_from_an_embargo(page):
    pk = correct(page, "First.").corrections.get().pk
    set_embargo(reload(page), timezone.now() + timedelta(hours=1))
    assert not reload(page).live

    lift_now(reload(page))

    assert reload(page).live
    assert reload(page).corrections.get().pk == pk


def test_a_draft_correction_may_be_deleted(page):
    draft = reload(page)
    draft.corrections.add(ReleaseCorrection(note="Not yet."))
    draft.save_revision()
    draft = reload(page).get_latest_revision_as_object()
    draft.corrections = []
    draft.save_revision()

    assert not reload(page).get_latest_revision_as_object().corrections.all()


def test_the_form_refuses_to_delete_what_is_published(page, client):
    correct(page, "First.")
    client.force_login(builders.make_user(superuser=True))
    edit = f"/admin/pages/{page.pk}/edit/"

    for accept in ("text/html", "application/json"):
        data = build_post(client, page, **{"corrections-0-DELETE": "on"})
        response = client.post(edit, data, headers={"accept": accept})

        if accept == "text/html":
            assert "is published and can't be deleted" in get_text(response)
        assert reload(page).get_latest_revision_as_object().corrections.count() == 1


def test_publishing_says_in_the_history_what_it_corrects(page, press):
    older = builders.make_release(press.index, title="Older")
    correct(page, "Two, not three.", supersedes=older)
    builders.publish(reload(page))

    entries = PageLogEntry.objects.filter(action__startswith="wagtail_rtop.")
    assert [entry.message for entry in entries.order_by("pk")] == [
        "Corrected: Two, not three.",
        "Supersedes “Older”",
    ]


def test_lists_mark_what_is_corrected_and_superseded(page, press, client):
    other = builders.make_release(press.index, title="Other")
    row = '<span class="rtop-kind">{}</span>'
    listing = "/en/press/"
    assert row.format("corrected") not in client.get(listing).content.decode()

    correct(page, "First.")
    newer = builders.make_release(press.index, supersedes=other, live=False)
    content = client.get(listing).content.decode()
    assert content.count(row.format("corrected")) == 1
    assert row.format("superseded") not in content

    builders.publish(newer)
    assert client.get(listing).content.decode().count(row.format("superseded")) == 1
    builders.restrict(newer)
    assert row.format("superseded") not in client.get(listing).content.decode()


def test_editors_comments_are_not_kept(page):
    correct(page, "First.")

    assert "wagtail_admin_comments" not in ReleaseVersion.objects.get().content


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "9" * 30, "9" * 5000, "%00"])
def test_unknown_versions_are_404(page, client, number):
    correct(page, "First.")

    assert client.get(f"/en/press/release/versions/{number}/").status_code == 404


def test_a_version_is_as_visible_as_its_page(page, press, client):
    correct(page, "First.")
    url = "/en/press/release/versions/1/"

    restriction = builders.restrict(reload(page), "login")
    assert client.get(url).status_code == 302
    restriction.delete()
    reload(page).unpublish()
    assert client.get(url).status_code == 404
    builders.publish(reload(page))
    retract(reload(page), reason="Wrong")
    assert client.get(url).status_code == 404


def test_an_alias_shows_its_sources_texts(page, press, client):
    reload(page).create_alias(parent=press.index, update_slug="alias")
    correct(page, "First.", subtitle="Second text")

    assert "Three killed" in get_text(client.get("/en/press/alias/versions/1/"))


def test_translations_keep_their_own(page, press, client):
    french = reload(page).copy_for_translation(builders.make_locale("fr"))
    french.subtitle = "Trois morts"
    builders.publish(french)

    correct(french, "Deux.", subtitle="Deux morts")

    assert "Trois morts" in get_text(client.get("/fr/press/release/versions/1/"))
    assert client.get("/en/press/release/versions/1/").status_code == 404


def test_a_correction_without_a_note_is_refused_at_publishing(page):
    with pytest.raises(ValidationError) as caught:
        ReleaseCorrection(release=page, note="").full_clean(
            exclude=["locale", "translation_key"]
        )

    assert caught.value.message_dict == {"note": ["This field cannot be blank."]}
