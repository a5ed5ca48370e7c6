"""One site for the tests of a module, built once: each test undoes what it writes."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission

from tests import builders


def build_site() -> SimpleNamespace:
    """Return pages and people: an editor of all, and one of another section."""
    home = builders.make_home()
    french = builders.make_translated_home(home, "fr")
    letters = builders.make_letter_index(home)
    releases = builders.make_release_index(home)
    organisations = builders.make_organisation_index(home)
    africa = builders.make_region("Africa", labels={"fr": "Afrique"})
    asia = builders.make_region("Asia")
    bodies = [builders.make_organisation(organisations) for _ in range(2)]
    letter = builders.make_letter(
        letters, title="To both", recipients=bodies, regions=[africa]
    )
    builders.make_response(letter)
    other = builders.make_letter(
        letters, title="To nobody", regions=[asia], kind="open"
    )
    other.unpublish()
    release = builders.make_release(releases, title="News", regions=[africa])
    actions = ["add", "change", "publish"]
    group = builders.make_group("All pages", pages=[home, french], actions=actions)
    group.permissions.add(Permission.objects.get(codename="submit_translation"))
    section = builders.make_group("Press alone", pages=[releases], actions=actions)
    return SimpleNamespace(
        home=home,
        french=french,
        letters=letters,
        releases=releases,
        organisations=organisations,
        africa=africa,
        asia=asia,
        bodies=bodies,
        letter=letter,
        other=other,
        release=release,
        editor=builders.make_user("editor", groups=[group]),
        stranger=builders.make_user("stranger", groups=[section]),
    )


@pytest.fixture(scope="module")
def site(shared_db):
    return build_site()


@pytest.fixture
def editor(site, client):
    """A client signed in as the editor."""
    client.force_login(site.editor)
    return client
