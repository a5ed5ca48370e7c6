"""What has to hold on the kit site. Run by test_kit.py, with its settings."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.models import Locale, PageViewRestriction, Site
from wagtail_localize.fields import SynchronizedField, TranslatableField

from tests.kit.site import models
from wagtail_rtop.compat import get_page_model
from wagtail_rtop.models import Entry, Region


pytestmark = pytest.mark.django_db
DAY = date(2012, 3, 22)
KINDS = [models.OwnLetter, models.OwnRelease, models.OwnOrganisation, models.Report]


def add(parent, page, *, live=True):
    page.live = False
    page.locale = parent.locale
    parent.add_child(instance=page)
    page.save_revision()
    if live:
        page.latest_revision.publish()
    return type(page).objects.get(pk=page.pk)


@pytest.fixture
def home():
    root = get_page_model().objects.get(depth=1)
    Locale.objects.get_or_create(language_code="fr")
    page = models.HomePage(title="Home", slug="home-of-kit")
    root.add_child(instance=page)
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "testserver", "root_page": page}
    )
    Site.clear_site_root_paths_cache()
    return page


@pytest.fixture
def region():
    return Region.objects.create(name="Western Africa", slug="western-africa")


@pytest.fixture
def organisation(home, region):
    index = add(home, models.OrganisationList(title="Bodies", slug="bodies"))
    page = models.OwnOrganisation(title="African Union", slug="african-union")
    page.names = [models.OwnName(name="African Union", language="en")]
    page.members = [models.OwnMembership(country="GH")]
    page = add(index, page, live=False)
    page.regions.set([region])
    page.save_revision().publish()
    return models.OwnOrganisation.objects.get(pk=page.pk)


@pytest.fixture
def letters(home):
    return add(home, models.LetterList(title="Letters", slug="letters"))


def make_letter(letters, *recipients, live=True, **fields):
    page = models.OwnLetter(
        **{
            "title": "A letter to many",
            "slug": "letter",
            "document_date": DAY,
            "issuer": "The kit coalition",
            "body": "<p>Words of the body.</p>",
            "shelf_mark": "zweibruecken",
            **fields,
        }
    )
    page.recipients = [
        models.OwnRecipient(organisation=body, name=body.title) for body in recipients
    ]
    return add(letters, page, live=live)


def test_the_base_page_is_the_sites_own():
    import wagtail

    expected = "kit_base" if wagtail.VERSION >= (8, 0) else "wagtailcore"
    assert get_page_model()._meta.app_label == expected
    assert get_document_model()._meta.label == "kit_papers.Paper"


@pytest.mark.parametrize("model", KINDS)
def test_search_fields_of_page_package_and_site(model):
    found = {field.field_name for field in model.get_search_fields()}

    assert {"title", "path", "shelf_mark"} <= found
    if model is not models.Report:
        assert "body" in found


@pytest.mark.parametrize("model", KINDS)
def test_form_has_the_fields_of_all_three(model):
    form = model.get_edit_handler().get_form_class()

    expected = {"title", "shelf_mark", "regions"}
    if model is not models.Report:
        expected.add("body")
    assert expected <= set(form.base_fields)


# The policy of a page type that is only tagged is the site's alone.
@pytest.mark.parametrize("model", KINDS[:-1])
def test_policy_of_package_and_site(model):
    policy = {field.field_name: field for field in model.override_translatable_fields}

    assert isinstance(policy["slug"], SynchronizedField)
    assert isinstance(policy["shelf_mark"], TranslatableField)


def test_api_fields_of_package_and_site():
    names = {field.name for field in models.OwnLetter.api_fields}
    assert {"shelf_mark", "body", "recipients"} <= names


def test_letter_is_served_listed_and_found(home, letters, organisation, client):
    letter = make_letter(letters, organisation)

    response = client.get(letter.url)
    assert response.status_code == 200
    text = response.content.decode()
    assert "Words of the body." in text
    assert f'href="{organisation.url}"' in text

    assert letter.url in client.get(letters.url).content.decode()
    assert letter.url in client.get(organisation.url).content.decode()
    assert list(models.OwnLetter.objects.search("zweibruecken")) == [letter]


def test_region_page_lists_every_kind(home, letters, organisation, region, client):
    regions = add(home, models.RegionList(title="Regions", slug="regions"))
    letter = make_letter(letters, organisation)
    report = add(home, models.Report(title="Report", slug="report"), live=False)
    report.regions.set([region])
    report.save_revision().publish()

    text = client.get(f"{regions.url}western-africa/").content.decode()

    for page in (letter, organisation, report):
        assert page.url in text


def test_response_and_release(home, letters, organisation, client):
    letter = make_letter(letters, organisation)
    row = letter.recipients.get()
    response = add(
        letter,
        models.OwnResponse(
            title="The answer",
            slug="answer",
            document_date=date(2012, 4, 2),
            recipient_keys=[str(row.translation_key)],
        ),
    )
    releases = add(home, models.ReleaseList(title="Press", slug="press"))
    release = add(
        releases,
        models.OwnRelease(title="The release", slug="release", document_date=DAY),
    )

    assert response.url in client.get(letter.url).content.decode()
    assert "The answer" in client.get(response.url).content.decode()
    assert "The release" in client.get(release.url).content.decode()
    assert release.url in client.get(releases.url).content.decode()


@pytest.mark.parametrize("hide", ["draft", "private"])
def test_what_is_hidden_is_nowhere(hide, letters, organisation, client):
    letter = make_letter(letters, organisation, live=hide != "draft")
    if hide == "private":
        PageViewRestriction.objects.create(
            page=letter, restriction_type="password", password="x"
        )

    for page in (letters, organisation):
        assert "A letter to many" not in client.get(page.url).content.decode()
    assert not Entry.objects.filter(pk=letter.pk, public=True).exists()


def test_paper_of_a_draft_is_not_served(letters, organisation, client):
    paper = get_document_model()(title="Full text")
    paper.file.save("full.pdf", ContentFile(b"%PDF-1.4"))
    letter = make_letter(letters, organisation, full_text=paper, live=False)
    assert client.get(paper.url).status_code == 404

    letter.latest_revision.publish()
    response = client.get(paper.url)
    assert response.status_code == 200
    response.close()


@pytest.mark.parametrize(
    ("parent", "model"),
    [
        ("letters", models.OwnLetter),
        ("letter", models.OwnResponse),
        ("home", models.OwnRelease),
        ("home", models.OwnOrganisation),
        ("home", models.RegionList),
        ("home", models.Report),
    ],
)
def test_editor_opens_the_form(parent, model, home, letters, organisation, client):
    parents = {"home": home, "letters": letters}
    if parent == "letter":
        parents["letter"] = make_letter(letters, organisation)
    client.force_login(
        get_user_model().objects.create_superuser("chief", "c@example.org", "x")
    )

    address = reverse(
        "wagtailadmin_pages:add",
        args=(model._meta.app_label, model._meta.model_name, parents[parent].pk),
    )

    response = client.get(address)
    assert response.status_code == 200
    assert 'name="title"' in response.content.decode()


def test_translation_keeps_slug_and_rows(letters, organisation):
    letter = make_letter(letters, organisation)
    french = Locale.objects.get(language_code="fr")
    letter.get_parent().get_parent().copy_for_translation(french)
    letters.copy_for_translation(french)

    copy = letter.copy_for_translation(french)

    assert copy.slug == letter.slug
    assert [row.translation_key for row in copy.recipients.all()] == [
        row.translation_key for row in letter.recipients.all()
    ]


def test_commands_run(letters, organisation):
    make_letter(letters, organisation)

    call_command("rtop_load_regions", verbosity=0)
    call_command("rtop_register", "rebuild", verbosity=0)
    call_command("rtop_register", "verify", verbosity=0)
    call_command("rtop_publish_due", verbosity=0)
