"""The coalition's particulars: one a site and language, translated, found cheaply."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Site
from wagtail_localize.models import Translation

from tests import builders
from wagtail_rtop.coalition.models import get_coalition
from wagtail_rtop.models import Boilerplate, Coalition
from wagtail_rtop.seeds import save_translation


pytestmark = pytest.mark.django_db

ADD = "/admin/snippets/wagtail_rtop/coalition/add/"


@pytest.fixture(scope="module")
def site(shared_db):
    builders.make_home()
    return Site.objects.get(is_default_site=True)


def make_coalition(site, code="en", **fields):
    fields.setdefault("name", f"Coalition {code}")
    coalition = Coalition(site=site, locale=builders.make_locale(code), **fields)
    coalition.full_clean()
    coalition.save()
    return coalition


def test_the_languages_own_goes_first_then_any(site):
    english = make_coalition(site)
    french = make_coalition(site, "fr")

    assert get_coalition(site, builders.make_locale("fr")) == french
    assert get_coalition(site, builders.make_locale("en").pk) == english
    assert get_coalition(site, builders.make_locale("ar")) == english
    assert get_coalition(None, builders.make_locale("ar")) is None


def test_another_sites_is_not_taken(site):
    other = Site.objects.create(hostname="other", root_page=site.root_page)
    make_coalition(other)

    assert get_coalition(site, builders.make_locale("en")) is None


def count_queries(function):
    with CaptureQueriesContext(connection) as queries:
        function()
    return len(queries)


def test_it_is_asked_once_a_request(site):
    coalition = make_coalition(site)
    english = builders.make_locale("en")
    request = builders.make_request()

    assert get_coalition(site, english, request).locale.language_code == "en"
    assert count_queries(lambda: get_coalition(site, english, request)) == 0

    # Another request asks nothing but whether something has changed.
    request = builders.make_request()
    assert count_queries(lambda: get_coalition(site, english, request)) == 1

    coalition.name = "Renamed"
    coalition.save()
    assert get_coalition(site, english, builders.make_request()).name == "Renamed"


def test_a_site_without_one_is_asked_once_too(site):
    request = builders.make_request()
    assert get_coalition(site, 1, request) is None

    assert count_queries(lambda: get_coalition(site, 1, request)) == 0


def test_a_new_file_of_its_logo_is_seen_at_once(site):
    coalition = make_coalition(site)
    image = get_image_model().objects.create(
        title="Logo", file=get_test_image_file("old.png")
    )
    coalition.letterhead_logo = image
    coalition.save()
    assert get_coalition(site, 1, builders.make_request()).letterhead_logo == image

    image.file = get_test_image_file("new.png")
    image.save()

    found = get_coalition(site, 1, builders.make_request()).letterhead_logo
    assert found.file.name == image.file.name


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "", "UTC\x00"])
def test_a_time_zone_that_is_none_is_refused(site, zone):
    with pytest.raises(ValidationError) as refused:
        make_coalition(site, audience_time_zone=zone)

    assert set(refused.value.message_dict) == {"audience_time_zone"}


@pytest.mark.parametrize("days", [0, 3651])
def test_days_until_overdue_have_bounds(site, days):
    with pytest.raises(ValidationError) as refused:
        make_coalition(site, overdue_days=days)

    assert set(refused.value.message_dict) == {"overdue_days"}


@pytest.mark.parametrize("hour", [-1, 24])
def test_the_digest_hour_is_one_of_the_day(site, hour):
    with pytest.raises(ValidationError) as refused:
        make_coalition(site, digest_hour=hour)

    assert set(refused.value.message_dict) == {"digest_hour"}


def post(client, site, code="en", **fields):
    data = {
        "site": site.pk,
        "name": "ICRtoP",
        "postal_address": "708 Third Avenue\nNew York",
        "default_issuer": "",
        "overdue_days": "60",
        "weekend": "sat_sun",
        "audience_time_zone": "UTC",
        "digest_hour": "7",
        **fields,
    }
    return client.post(f"{ADD}?locale={code}", data)


def test_a_second_one_in_a_language_is_an_error_at_the_field(site, client):
    builders.make_locale("fr")
    client.force_login(builders.make_user(superuser=True))

    assert post(client, site).status_code == 302
    refused = post(client, site)
    assert post(client, site, "fr").status_code == 302

    assert refused.status_code == 200
    assert "in this language already" in refused.context["form"].errors["site"][0]
    assert Coalition.objects.count() == 2


def test_bad_input_is_an_error_not_a_failure(site, client):
    client.force_login(builders.make_user(superuser=True))

    refused = post(
        client, site, audience_time_zone="nowhere", overdue_days="9" * 40, name="\x00"
    )

    assert set(refused.context["form"].errors) == {
        "audience_time_zone",
        "overdue_days",
        "name",
    }
    assert "“nowhere” is not a time zone." in refused.content.decode()


def test_the_address_runs_as_it_is_written(site, client):
    client.force_login(builders.make_user(superuser=True))

    content = client.get(ADD).content.decode()

    field = re.search(r'<textarea[^>]*name="postal_address"[^>]*>', content)
    assert 'dir="auto"' in field[0]


def test_it_is_translated_in_the_ordinary_editor(site, client):
    french = builders.make_locale("fr")
    boilerplate = Boilerplate.objects.create(name="About us", text="<p>We are.</p>")
    english = make_coalition(
        site,
        postal_address="New York",
        overdue_days=30,
        default_boilerplate=boilerplate,
        reference_pattern="{year}/{number:03}",
        digest_hour=5,
    )
    texts = {"name": "Coalition", "postal_address": "New York, États-Unis"}

    save_translation(english, french, texts, tool="test")

    copy = Coalition.objects.get(locale=french)
    assert (copy.name, copy.postal_address) == ("Coalition", "New York, États-Unis")
    assert (copy.site, copy.overdue_days, copy.digest_hour) == (site, 30, 5)
    assert copy.default_boilerplate == boilerplate
    assert copy.reference_pattern == "{year}/{number:03}"
    assert copy.translation_key == english.translation_key
    assert Translation.objects.get().get_progress() == (2, 2)

    english.overdue_days = 45
    english.save()
    translation = Translation.objects.get()
    translation.source.update_from_db()
    translation.save_target()
    copy.refresh_from_db()
    assert (copy.overdue_days, copy.name) == (45, "Coalition")

    client.force_login(builders.make_user(superuser=True))
    edit = client.get(f"/admin/snippets/wagtail_rtop/coalition/edit/{copy.pk}/")
    assert "wagtail_localize/admin/edit_translation.html" in {
        template.name for template in edit.templates
    }
