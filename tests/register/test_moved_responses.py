"""A response that is moved below another letter answers that one, or nobody."""

import pytest

from tests import builders
from wagtail_rtop.models import Entry, EntryOrganisation


pytestmark = pytest.mark.django_db


def test_a_moved_response_leaves_the_lists_of_its_former_letter():
    home = builders.make_home()
    union = builders.make_organisation(builders.make_organisation_index(home))
    letters = builders.make_letter_index(home)
    letter = builders.make_letter(letters, recipients=[union])
    other = builders.make_letter(letters, recipients=["Somebody"])
    response = builders.make_response(letter)
    assert EntryOrganisation.objects.filter(entry=response.pk).exists()
    assert Entry.objects.get(pk=letter.pk).answered == 1

    response.move(other, pos="last-child")

    assert not EntryOrganisation.objects.filter(entry=response.pk).exists()
    assert Entry.objects.get(pk=letter.pk).answered == 0

    response, letter = (
        type(page).objects.get(pk=page.pk) for page in (response, letter)
    )
    response.move(letter, pos="last-child")

    assert EntryOrganisation.objects.get(entry=response.pk)
    assert Entry.objects.get(pk=letter.pk).answered == 1
