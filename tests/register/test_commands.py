"""The register can be verified and rebuilt; the audit finds what it promises."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from tests import builders
from wagtail_rtop.management.commands import rtop_register
from wagtail_rtop.models import Embargo, Entry, EntryOrganisation, EntryRegion
from wagtail_rtop.pages.models import LetterPage
from wagtail_rtop.register import verification, writing
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


def test_a_page_that_is_listed_though_the_gate_hides_it_is_found(letter, monkeypatch):
    """The columns are what they should be, and what they should be is wrong."""
    builders.restrict(letter)
    right = writing.build_gate_columns

    def forget_restrictions(facts):
        return right(
            {pk: replace(f, restrictions=frozenset()) for pk, f in facts.items()}
        )

    monkeypatch.setattr(writing, "build_gate_columns", forget_restrictions)
    run("rtop_register", "rebuild")

    found = {str(difference) for difference in verify()}

    response = Entry.objects.get(kind="response").pk
    assert found == {
        f"Page {pk}: visible to an anonymous visitor is True in the register, should "
        "be False."
        for pk in (letter.pk, response)
    }


def test_a_page_that_the_gate_shows_and_no_list_has_is_found(letter, monkeypatch):
    monkeypatch.setattr(verification, "build_visible_q", lambda gate: Q(kind="letter"))

    found = {(d.page_id, d.registered, d.expected) for d in verify()}

    response = Entry.objects.get(kind="response").pk
    assert (response, False, True) in found
    assert letter.pk not in {page_id for page_id, _was, _is in found}


@pytest.mark.parametrize("action", ["rebuild", "verify"])
def test_the_progress_is_told_beside_the_answer(letter, monkeypatch, action):
    monkeypatch.setattr(verification, "BATCH", 2)
    monkeypatch.setattr(rtop_register, "PROGRESS_SECONDS", 0)
    err = io.StringIO()

    call_command("rtop_register", action, stdout=io.StringIO(), stderr=err)

    told = [line.split(" of ") for line in err.getvalue().splitlines()]
    assert told[-1] == ["3", "3 pages"]
    assert [int(done) for done, _total in told] == sorted(int(d) for d, _t in told)

    err = io.StringIO()
    call_command("rtop_register", action, verbosity=0, stdout=io.StringIO(), stderr=err)
    assert err.getvalue() == ""


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


def test_rebuilding_makes_lists_read_anew_what_they_keep(letter):
    """A write around the signals is told to nobody, and no row differs by it."""
    index = letter.get_parent()
    url = index.get_url()
    client = Client()
    assert letter.title in client.get(url).text
    LetterPage.objects.filter(pk=letter.pk).update(title="Another title")

    run("rtop_register", "rebuild")

    assert "Another title" in client.get(url).text
