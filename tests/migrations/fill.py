"""Fills the plain site with one page of each kind. Run with ``manage.py shell``."""

from datetime import date

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.management import call_command
from wagtail.documents import get_document_model
from wagtail.models import GroupPagePermission, Page, Site

from tests.plain.site.models import HomePage
from wagtail_rtop.models import Boilerplate, Coalition, PressContact
from wagtail_rtop.pages import models


DAY = date(2012, 3, 22)


def main():
    chief = get_user_model().objects.create_superuser("chief", "c@example.org", "x")
    home = HomePage(title="Home stays", slug="home-of-plain")
    Page.objects.get(depth=1).add_child(instance=home)
    Site.objects.update(root_page=home)
    document = get_document_model()(title="Full text")
    document.file.save("full-text.pdf", ContentFile(b"%PDF-1.4"))
    call_command("rtop_load_regions", verbosity=0)
    bodies = add(home, models.OrganisationIndexPage(title="Bodies", slug="bodies"))
    call_command("rtop_load_organisations", verbosity=0)
    letters = add(home, models.LetterIndexPage(title="Letters", slug="letters"))
    letter = models.LetterPage(title="Words kept", slug="a", document_date=DAY)
    letter.full_text = document
    bodies.refresh_from_db()
    body = bodies.get_children().first()
    letter.recipients = [models.LetterRecipient(organisation=body, name=body.title)]
    letter = add(letters, letter)
    letter.save_revision(user=chief, log_action=True)
    add(letter, models.ResponsePage(title="Answer", slug="b", document_date=DAY))
    press = add(home, models.PressReleaseIndexPage(title="Press", slug="press"))
    release = models.PressReleasePage(title="News", slug="c", document_date=DAY)
    release.contacts = [
        models.ReleaseContact(contact=PressContact.objects.create(name="Somebody"))
    ]
    add(press, release)
    add(home, models.RegionIndexPage(title="Regions", slug="regions"))
    Boilerplate.objects.create(name="About us", text="<p>We are.</p>")
    Coalition.objects.create(name="The coalition", site=Site.objects.get())
    permission = GroupPagePermission.objects.first()
    GroupPagePermission.objects.create(
        group=permission.group, page=letters, permission=permission.permission
    )


def add(parent, page):
    page.live = False
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


main()
