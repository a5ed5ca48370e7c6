"""One page of each kind can be written, published and found in the register."""

import pytest

from tests import builders
from wagtail_rtop.models import Entry


pytestmark = pytest.mark.django_db


def test_each_kind_has_its_entry():
    home = builders.make_home()
    region = builders.make_region("Western Africa", m49="011")
    organisations = builders.make_organisation_index(home)
    body = builders.make_organisation(organisations, regions=[region])
    letter = builders.make_letter(
        builders.make_letter_index(home), recipients=[body, "Somebody"]
    )
    builders.make_response(letter)
    builders.make_release(builders.make_release_index(home), regions=[region])
    builders.make_report(home, regions=[region])

    found = Entry.objects.order_by("kind").values_list("kind", "public")

    assert list(found) == [
        ("letter", True),
        ("organisation", True),
        ("other", True),
        ("release", True),
        ("response", True),
    ]
    assert letter.rtop_entry.recipients == 2
    assert letter.rtop_entry.regions.get().region == region
    assert Entry.objects.get(pk=letter.pk).answered == 1
