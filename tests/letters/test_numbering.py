"""Reference numbers: given at the first publishing, never twice, without gaps."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from wagtail.models import Site

from tests import builders
from tests.embargo.test_scheduler import run_in_threads
from tests.rows.editor import Editor
from wagtail_rtop.models import Coalition, ReferenceCounter
from wagtail_rtop.pages.models import LetterPage


pytestmark = pytest.mark.django_db


def make_coalition(home, pattern="{year}/{number:03}"):
    return Coalition.objects.create(
        site=Site.objects.get(), locale=home.locale, name="C", reference_pattern=pattern
    )


@pytest.fixture
def home():
    return builders.make_home()


@pytest.fixture
def letters(home):
    return builders.make_letter_index(home)


@pytest.fixture
def numbered(home, letters):
    make_coalition(home)
    return letters


@pytest.fixture
def editor(client, home):
    actions = ["add", "change", "publish"]
    group = builders.make_group("Desk", pages=[home], actions=actions)
    client.force_login(builders.make_user("editor", groups=[group]))
    return client


def reload(page):
    return LetterPage.objects.get(pk=page.pk)


def test_numbers_are_given_when_a_letter_is_first_published(numbered):
    drafts = [builders.make_letter(numbered, live=False) for _ in range(3)]
    assert [d.reference for d in drafts] == [""] * 3

    # The second is never published and leaves no gap.
    published = [builders.publish(drafts[0]), builders.publish(drafts[2])]
    assert [p.reference for p in published] == ["2012/001", "2012/002"]


def test_a_number_stays_whatever_is_published_after(editor, numbered):
    letter = builders.make_letter(numbered)
    assert letter.reference == "2012/001"
    assert letter.get_latest_revision_as_object().reference == "2012/001"

    form = Editor(editor, letter)
    assert form.data["reference"] == "2012/001"
    form.set(reference="", document_date="2013-01-01")
    form.post(**{"action-publish": "1"})

    assert reload(letter).reference == "2012/001"
    builders.publish(reload(letter))
    assert reload(letter).reference == "2012/001"


def test_each_year_has_numbers_of_its_own(numbered):
    dates = [date(2012, 1, 1), date(2013, 1, 1), date(2012, 12, 31)]
    found = [builders.make_letter(numbered, document_date=d).reference for d in dates]
    assert found == ["2012/001", "2013/001", "2012/002"]


def test_a_pattern_without_a_year_counts_through(home, letters):
    make_coalition(home, "C-{number}")
    dates = [date(2012, 1, 1), date(2013, 1, 1)]
    found = [builders.make_letter(letters, document_date=d).reference for d in dates]
    assert found == ["C-1", "C-2"]


def test_a_typed_number_is_left_out(numbered):
    builders.make_letter(numbered, reference="2012/001")
    assert builders.make_letter(numbered, reference="ours").reference == "ours"
    assert builders.make_letter(numbered).reference == "2012/002"


def test_no_pattern_no_number(letters):
    assert builders.make_letter(letters).reference == ""
    assert not ReferenceCounter.objects.exists()


def test_a_broken_pattern_keeps_no_letter_from_being_published(home, letters):
    make_coalition(home, "{nonsense}")
    letter = builders.make_letter(letters)
    assert letter.live
    assert letter.reference == ""


@pytest.mark.parametrize(
    "pattern",
    [
        *("{year}", "{", "{number", "{number!r}", "{number.real}", "{number:x}"),
        *("{0}", "{}", "{number:99999}", "{other}/{number}", "{number:{year}}"),
    ],
)
def test_a_pattern_that_gives_no_number_is_refused(home, letters, pattern):
    coalition = make_coalition(home, pattern)
    with pytest.raises(ValidationError) as caught:
        coalition.full_clean()
    assert list(caught.value.message_dict) == ["reference_pattern"]
    assert builders.make_letter(letters).reference == ""


@pytest.mark.parametrize("pattern", ["", "{number}", "ICRtoP/{year}/L-{number:04}"])
def test_patterns(home, pattern):
    make_coalition(home, pattern).full_clean()


def test_translations_and_aliases_have_the_letters_number(home, numbered):
    french = builders.make_translated_home(home, "fr")
    numbered.copy_for_translation(french.locale)
    letter = builders.make_letter(numbered)
    copy = letter.copy_for_translation(french.locale)
    assert copy.reference == letter.reference == "2012/001"
    assert builders.publish(copy).reference == "2012/001"

    alias = letter.create_alias(update_slug="alias")
    assert alias.reference == "2012/001"
    assert builders.make_letter(numbered).reference == "2012/002"


def test_a_translation_made_before_the_number_gets_the_same(home, numbered):
    french = builders.make_translated_home(home, "fr")
    numbered.copy_for_translation(french.locale)
    letter = builders.make_letter(numbered, live=False)
    copy = letter.copy_for_translation(french.locale)
    assert copy.reference == ""

    builders.publish(letter)
    assert builders.publish(copy).reference == "2012/001"


def test_a_copy_has_no_number_and_gets_one_of_its_own(numbered):
    letter = builders.make_letter(numbered, recipients=["First"])

    draft = letter.copy(
        update_attrs={"slug": "a"}, keep_live=False, copy_revisions=True
    )
    assert draft.reference == ""
    assert draft.get_latest_revision_as_object().reference == ""
    assert [r.name for r in draft.recipients.all()] == ["First"]
    assert builders.publish(draft).reference == "2012/002"


@pytest.mark.parametrize("same", ["RO/2012/007", "ro/2012/007"])
def test_a_reference_that_another_letter_has_is_refused(editor, letters, same):
    builders.make_letter(letters, title="The first", reference="RO/2012/007")
    letter = builders.make_letter(letters)
    form = Editor(editor, letter)
    form.set(reference=same)

    html = form.post().content.decode()

    assert f"“The first” has the reference {same} already." in html
    form.set(reference="2012/008")
    assert form.post().status_code == 302


def test_its_own_translation_is_no_other_letter(home, letters):
    french = builders.make_translated_home(home, "fr")
    letters.copy_for_translation(french.locale)
    letter = builders.make_letter(letters, reference="2012/007")
    copy = letter.copy_for_translation(french.locale)
    letter.full_clean()
    copy.full_clean()


def test_two_letters_of_an_archive_with_one_reference_stay_editable(editor, letters):
    builders.make_letter(letters, reference="ICRtoP/2011")
    twin = builders.make_letter(letters, reference="ICRtoP/2011")
    assert twin.live
    form = Editor(editor, twin)
    form.set(title="Changed")
    assert form.autosave()["success"]


def test_a_letter_that_is_not_written_gives_its_number_back(numbered):
    letter = builders.make_letter(numbered, live=False)
    letter.title = ""
    letter.live = True
    with pytest.raises(ValidationError):
        letter.save()
    letter = builders.make_letter(numbered)
    assert letter.reference == "2012/001"


def test_the_name_is_frozen_by_every_way_of_publishing(home, letters):
    index = builders.make_organisation_index(home)
    body = builders.make_organisation(
        index, title="Body", names=[{"language": "en", "name": "Official body"}]
    )
    letter = builders.make_letter(
        letters, recipients=[{"organisation": body}], live=False
    )
    assert letter.recipients.get().name == ""

    builders.publish(letter)

    assert reload(letter).recipients.get().name == "Official body"


def test_a_name_that_was_filled_in_follows_another_organisation(editor, home, letters):
    index = builders.make_organisation_index(home)
    first, second = (
        builders.make_organisation(index, title=title) for title in ("One", "Two")
    )
    letter = builders.make_letter(letters, recipients=[first, first])
    form = Editor(editor, letter)
    form.set(
        **{
            "recipients-0-organisation": second.pk,
            "recipients-1-organisation": second.pk,
            "recipients-1-name": "As it was written",
        }
    )
    form.post(**{"action-publish": "1"})

    names = [row.name for row in reload(letter).recipients.all()]
    assert names == ["Two", "As it was written"]


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs row locks")
@pytest.mark.django_db(transaction=True)
def test_letters_published_at_once_get_one_number_each_without_a_gap():
    from wagtail.models import Page

    if not Page.objects.filter(depth=1).exists():
        Page.add_root(title="Root", slug="root", locale=builders.make_locale("en"))
    home = builders.make_home()
    make_coalition(home)
    index = builders.make_letter_index(home)
    drafts = [builders.make_letter(index, live=False) for _ in range(8)]

    for number in (0, 4):
        jobs = [d.get_latest_revision().publish for d in drafts[number : number + 4]]
        run_in_threads(*jobs)

    found = sorted(reload(draft).reference for draft in drafts)
    assert found == [f"2012/{number:03}" for number in range(1, 9)]
