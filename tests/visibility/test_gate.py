"""The gate: facts, verdicts, sites, cost; and a slow reference that knows no SQL."""

import random
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from tests import builders
from tests.visibility.reference import look_up
from wagtail_rtop.models import DocumentClaim, Embargo, Retraction
from wagtail_rtop.pages.models import LetterAttachment, LetterPage
from wagtail_rtop.register.verification import verify
from wagtail_rtop.visibility.facts import get_facts
from wagtail_rtop.visibility.gate import Gate, Verdict, get_gate


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def letter(shared_db):
    home = builders.make_home()
    builders.make_translated_home(home, "fr")
    index = builders.make_letter_index(home)
    fr = builders.make_locale("fr")
    builders.publish(index.copy_for_translation(fr))
    return builders.make_letter(index, recipients=["Somebody"])


def ask(page, user=None):
    return Gate(builders.make_request(user)).get_verdict(page)


def translate(page, code="fr"):
    return builders.publish(page.copy_for_translation(builders.make_locale(code)))


def test_hidden_flows_from_the_source_and_never_back(letter):
    french = translate(letter)
    builders.restrict(french)

    assert ask(french) is Verdict.SIGN_IN
    assert ask(letter) is Verdict.VISIBLE

    PageViewRestriction.objects.all().delete()
    builders.restrict(letter.get_parent())

    assert ask(french) is Verdict.SIGN_IN


def test_the_source_is_the_one_that_translations_name(letter):
    from wagtail_localize.models import TranslationSource

    french = translate(letter)
    TranslationSource.get_or_create_from_instance(french)
    builders.restrict(french)

    assert ask(letter) is Verdict.SIGN_IN


def test_an_alias_is_as_private_as_what_it_repeats(letter):
    target = builders.make_letter_index(letter.get_parent().get_parent(), slug="b")
    alias = letter.create_alias(parent=target, update_slug="alias")
    again = alias.create_alias(parent=target, update_slug="again")
    builders.restrict(letter)

    assert ask(alias) is ask(again) is Verdict.SIGN_IN


def test_a_loop_of_aliases_ends(letter):
    other = builders.make_letter(letter.get_parent(), recipients=["X"])
    Page.objects.filter(pk=letter.pk).update(alias_of=other.pk)
    Page.objects.filter(pk=other.pk).update(alias_of=letter.pk)
    builders.restrict(other)

    assert get_facts([letter.pk])[letter.pk].restrictions


def test_a_restriction_on_the_root_holds_everywhere(letter):
    builders.restrict(Page.objects.get(depth=1))

    assert ask(letter) is Verdict.SIGN_IN


def test_a_member_of_a_wrong_group_gets_nothing(letter):
    group = builders.make_group("In")
    builders.restrict(letter, "groups", groups=[group])

    assert ask(letter) is Verdict.SIGN_IN
    assert ask(letter, builders.make_user()) is Verdict.HIDDEN
    assert ask(letter, builders.make_user(groups=[group])) is Verdict.VISIBLE


def test_an_own_password_asks_for_it_and_that_of_the_source_hides(letter):
    french = translate(letter)
    builders.restrict(letter, "password", password="x")

    assert ask(letter) is Verdict.PASSWORD
    assert ask(french) is Verdict.HIDDEN


def test_time_is_read_at_the_request(letter):
    now = timezone.now()
    Page.objects.filter(pk=letter.pk).update(expire_at=now + timedelta(hours=1))

    assert Gate(at=now).can_see(letter)
    assert not Gate(at=now + timedelta(hours=1)).can_see(letter)

    Page.objects.filter(pk=letter.pk).update(expire_at=None)
    Embargo.objects.create(group_key=letter.translation_key, lift=now)
    Page.objects.filter(pk=letter.pk).update(live=True)

    assert Gate(at=now).can_see(letter)
    assert not Gate(at=now - timedelta(seconds=1)).can_see(letter)


def test_a_retracted_page_that_was_private_says_nothing(letter):
    Retraction.objects.create(
        group_key=letter.translation_key, reason="x", reason_language="en"
    )

    assert ask(letter) is Verdict.RETRACTED

    builders.restrict(letter)

    assert ask(letter) is Verdict.HIDDEN


def test_a_page_of_another_site_is_not_there(letter):
    other = builders.make_home(site=False)
    Site.objects.create(hostname="other.example", root_page=other)
    foreign = builders.make_letter(builders.make_letter_index(other))

    assert ask(letter) is Verdict.VISIBLE
    assert ask(foreign) is Verdict.HIDDEN
    assert Gate().can_see(foreign)


def test_the_verdict_costs_one_query_and_the_rest_none(
    letter, django_assert_num_queries
):
    french = translate(letter)
    gate = get_gate(builders.make_request())
    Site.get_site_root_paths()

    with django_assert_num_queries(1):
        assert gate.get_verdict(french) is Verdict.VISIBLE
    with django_assert_num_queries(0):
        group = gate.get_visible_group(french)
        ancestors = gate.get_ancestors(french)
        assert gate.can_see(letter)

    assert [node.language_code for node in group] == ["en", "fr"]
    assert [node.get_url() for node in ancestors] == ["/fr/", "/fr/letters/"]


def test_a_copy_of_a_page_written_by_code_is_not_live(letter):
    index = letter.get_parent()
    page = LetterPage(
        title="By code",
        slug="by-code",
        locale=index.locale,
        document_date=builders.LETTER_DAY,
    )
    index.add_child(instance=page)
    assert page.live

    copy = page.copy(update_attrs={"slug": "a-copy"})

    assert not LetterPage.objects.get(pk=copy.pk).live


def test_a_document_that_code_names_is_claimed(letter):
    document = builders.make_document()
    letter.attachments = [LetterAttachment(document=document)]
    letter.save()

    assert DocumentClaim.objects.get().document == document


@pytest.mark.parametrize("seed", range(12))
def test_random_trees_agree_with_the_reference(letter, seed):
    chance = random.Random(seed)
    build_random_tree(letter, chance)
    pages = {page.pk: page for page in Page.objects.all()}
    groups = list(builders.Group.objects.all())
    users = [AnonymousUser(), *(builders.make_user(groups=[g]) for g in groups)]

    for user in users:
        gate = Gate(builders.make_request(user))
        found = {page.pk for page in gate.get_visible(pages.values())}
        expected = {pk for pk in pages if look_up(pages, pk, user, gate.at) and pk != 1}
        assert found - {1} == expected
    assert not list(verify())


def build_random_tree(letter, chance):
    index = letter.get_parent()
    home = index.get_parent()
    sections = [index, *(builders.make_letter_index(home, slug=f"s{n}") for n in "ab")]
    groups = [builders.make_group(name) for name in "AB"]
    made = [letter]
    for _ in range(8):
        section = chance.choice(sections)
        move = chance.randrange(3)
        if move == 0:
            target = Page.objects.get(pk=section.pk)
            page = chance.choice(made)
            slug = f"alias-{len(made)}"
            made.append(page.create_alias(parent=target, update_slug=slug))
        elif move == 1 and not chance.choice(made).alias_of_id:
            page = chance.choice([p for p in made if not p.alias_of_id])
            fr = builders.make_locale("fr")
            if page.locale_id != fr.pk and not page.has_translation(fr):
                copy = page.copy_for_translation(
                    fr, copy_parents=True, alias=chance.random() < 0.3
                )
                made.append(copy if copy.alias_of_id else builders.publish(copy))
        else:
            parent = Page.objects.get(pk=section.pk)
            made.append(builders.make_letter(parent, live=chance.random() < 0.8))
    for page in chance.sample([*made, *sections], 4):
        kind = chance.choice(["login", "groups", "password"])
        builders.restrict(page, kind, groups=[chance.choice(groups)])
    now = timezone.now()
    hours = timedelta(hours=chance.choice([-1, 1]))
    page = chance.choice(made)
    Embargo.objects.create(group_key=page.get_group_key(), lift=now + hours)
    chance.choice(sections).specific.unpublish()
