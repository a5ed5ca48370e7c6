"""The register can be verified and rebuilt; the audit finds what it promises."""

import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from tests import builders
from wagtail_rtop.models import Embargo, Entry, EntryOrganisation, EntryRegion
from wagtail_rtop.pages.models import LetterPage
from wagtail_rtop.register.models import AccessSet
from wagtail_rtop.register.verification import verify


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def letter(shared_db):
    home = builders.make_home()
    region = builders.make_region("Western Africa")
    body = builders.make_organisation(builders.make_organisation_index(home))
    letter = builders.make_letter(
        builders.make_letter_index(home),
        recipients=[body, "Somebody"],
        regions=[region],
        body="<p>We write.</p>",
    )
    builders.make_response(letter)
    return letter


def run(command, *arguments):
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_a_true_register_passes(letter):
    assert list(verify()) == []
    assert "agrees" in run("rtop_register", "verify")


CORRUPTIONS = {
    "public": lambda pk: Entry.objects.filter(pk=pk).update(public=False),
    "kind": lambda pk: Entry.objects.filter(pk=pk).update(kind="other"),
    "date": lambda pk: Entry.objects.filter(pk=pk).update(
        document_date=date(1999, 1, 1)
    ),
    "lift": lambda pk: Entry.objects.filter(pk=pk).update(lift=timezone.now()),
    "expires": lambda pk: Entry.objects.filter(pk=pk).update(expires=timezone.now()),
    "access": lambda pk: Entry.objects.filter(pk=pk).update(
        access=AccessSet.objects.create(key="1")
    ),
    "path": lambda pk: Entry.objects.filter(pk=pk).update(path="0001"),
    "alias": lambda pk: Entry.objects.filter(pk=pk).update(is_alias=True),
    "answered": lambda pk: Entry.objects.filter(pk=pk).update(answered=2),
    "group": lambda pk: Entry.objects.filter(pk=pk).update(
        group_key="00000000-0000-0000-0000-000000000001"
    ),
    "missing": lambda pk: Entry.objects.filter(pk=pk).delete(),
    "region gone": lambda pk: EntryRegion.objects.filter(entry=pk).delete(),
    "region hidden": lambda pk: EntryRegion.objects.filter(entry=pk).update(
        public=False
    ),
    "organisation gone": lambda pk: EntryOrganisation.objects.filter(entry=pk).delete(),
    "page unpublished behind our back": lambda pk: Page.objects.filter(pk=pk).update(
        live=False
    ),
    "restriction behind our back": lambda pk: PageViewRestriction.objects.bulk_create(
        [PageViewRestriction(page_id=pk, restriction_type="login")]
    ),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_each_corruption_is_found_and_mended(letter, name):
    CORRUPTIONS[name](letter.pk)

    assert any(difference.page_id == letter.pk for difference in verify())
    with pytest.raises(CommandError, match="differs in"):
        run("rtop_register", "verify")

    run("rtop_register", "rebuild")
    assert list(verify()) == []


def test_an_entry_of_a_page_without_row_is_found_and_removed(letter):
    home = letter.get_parent().get_parent()
    template = Entry.objects.get(pk=letter.pk)
    template.pk = home.pk
    template.save(force_insert=True)

    assert [d.page_id for d in verify() if d.what == "its entry"] == [home.pk]

    run("rtop_register", "rebuild")
    assert not Entry.objects.filter(pk=home.pk).exists()


def test_rebuilding_an_empty_register_gives_the_same_rows(letter):
    before = list(Entry.objects.order_by("pk").values())
    Entry.objects.all().delete()

    run("rtop_register", "rebuild")

    assert list(Entry.objects.order_by("pk").values()) == before
    assert run("rtop_register", "rebuild").endswith("wrote 0 rows.\n")


def test_verifying_writes_nothing(letter):
    PageViewRestriction.objects.bulk_create(
        [PageViewRestriction(page_id=letter.pk, restriction_type="login")]
    )

    list(verify())

    assert not AccessSet.objects.exists()


def test_the_audit_of_a_clean_site_finds_nothing(letter):
    assert run("rtop_audit") == "Nothing found.\n"


def audit(match):
    out = io.StringIO()
    with pytest.raises(CommandError, match="finding"):
        call_command("rtop_audit", stdout=out)
    assert match in out.getvalue(), out.getvalue()


def make_french(letter):
    home = letter.get_parent().get_parent().specific
    builders.make_translated_home(home, "fr")
    fr = builders.make_locale("fr")
    builders.publish(letter.get_parent().specific.copy_for_translation(fr))
    return builders.publish(letter.copy_for_translation(fr))


def test_the_audit_finds_a_translation_weaker_than_its_source(letter):
    make_french(letter)
    builders.restrict(letter)

    audit("(fr) lacks 1 view restriction(s)")


def test_the_audit_finds_a_live_translation_of_what_is_not(letter):
    make_french(letter)
    letter.unpublish()

    audit("(fr) is live, but the page it translates")


def test_the_audit_finds_a_translation_that_outlives_its_source(letter):
    make_french(letter)
    moment = timezone.now() + timedelta(days=1)
    Page.objects.filter(pk=letter.pk).update(expire_at=moment)

    audit("(fr) does not expire with")


def test_the_audit_finds_a_live_page_below_a_draft(letter):
    Page.objects.filter(pk=letter.get_parent().pk).update(live=False)

    audit("is live below a page that is not")


def test_the_audit_finds_a_live_page_under_embargo(letter):
    lift = timezone.now() + timedelta(days=1)
    Embargo.objects.create(group_key=letter.translation_key, lift=lift)
    Page.objects.filter(pk=letter.pk).update(live=True)

    audit("is live under an embargo until")


def test_the_audit_finds_a_text_that_the_editor_would_change(letter):
    LetterPage.objects.filter(pk=letter.pk).update(body="<p>ok</p><li>x</li>")

    audit("the text in “body” is not as the editor stores it")


def test_the_audit_finds_documents_served_around_the_gate(letter, settings):
    settings.WAGTAILDOCS_SERVE_METHOD = "direct"

    audit("WAGTAILDOCS_SERVE_METHOD is 'direct'")
