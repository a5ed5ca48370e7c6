"""A press index in two languages, and shared texts in both."""

from types import SimpleNamespace

import pytest

from tests import builders
from wagtail_rtop.models import Boilerplate, PressContact


@pytest.fixture(scope="module")
def press(shared_db):
    home = builders.make_home()
    index = builders.make_release_index(home)
    builders.make_translated_home(home, "fr")
    builders.publish(index.copy_for_translation(builders.make_locale("fr")))
    english, french = builders.make_locale("en"), builders.make_locale("fr")
    about = Boilerplate.objects.create(
        name="About", text="<p>We are a coalition.</p>", locale=english
    )
    a_propos = about.copy_for_translation(french)
    a_propos.text = "<p>Nous sommes une coalition.</p>"
    a_propos.save()
    contact = PressContact.objects.create(
        name="A. Speaker", role="Press", phone="+254 20 1", email="p@example.org"
    )
    return SimpleNamespace(
        home=home, index=index, about=about, a_propos=a_propos, contact=contact
    )


def reload(page):
    return type(page).objects.get(pk=page.pk)
