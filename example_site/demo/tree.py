"""The pages that everything else stands below, in three languages."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import CommandError
from django.db import transaction
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    Site,
)

from example_site.demo.files import add_documents
from example_site.demo.people import MEMBERS
from example_site.demo.texts import SOURCE, TARGETS, build_value, read
from example_site.demo.translating import translate
from example_site.home.models import HomePage, StandardPage
from wagtail_rtop.models import Region
from wagtail_rtop.pages.models import (
    LetterIndexPage,
    OrganisationIndexPage,
    PressReleaseIndexPage,
    RegionIndexPage,
)


# In the order of the menu.
SECTIONS = {
    "letters": LetterIndexPage,
    "press": PressReleaseIndexPage,
    "organisations": OrganisationIndexPage,
    "regions": RegionIndexPage,
    "about": StandardPage,
    "members": StandardPage,
}


def add_locales() -> None:
    for code in (SOURCE, *TARGETS):
        Locale.objects.get_or_create(language_code=code)


@transaction.atomic
def add_page(
    parent: Page, page: Any, user: Any, *, regions: Any = (), live: bool = True
) -> tuple[Any, bool]:
    """Return the page with this slug below ``parent``, and whether it is new."""
    found = Page.objects.child_of(parent).filter(slug=page.slug).first()
    if found:
        return found.specific, False
    # Each page added moves the parent's numbers.
    parent.refresh_from_db()
    page.locale, page.owner, page.live = parent.locale, user, False
    parent.add_child(instance=page)
    if regions:
        page.regions.set(Region.objects.filter(slug__in=regions))
    revision = page.save_revision(user=user)
    if live:
        revision.publish(user=user)
    return type(page).objects.get(pk=page.pk), True


def add_homes(user: Any) -> dict[str, HomePage]:
    """Return the home page of each language, by its code."""
    home = HomePage.objects.filter(locale__language_code=SOURCE).first()
    texts = read("site")["pages"]["home"]
    if home is None:
        home = _add_home(texts, user)
    _set_address()
    translate(home, texts, people=dict.fromkeys(TARGETS, user))
    return {page.locale.language_code: page for page in HomePage.objects.all()}


@transaction.atomic
def _add_home(texts: Mapping[str, Any], user: Any) -> HomePage:
    _remove_welcome_page()
    root = Page.objects.get(depth=1)
    root.locale = Locale.objects.get(language_code=SOURCE)
    values = {name: build_value(text) for name, text in texts.items()}
    home, _ = add_page(root, HomePage(slug="home", **values), user)
    Site.objects.create(
        is_default_site=True, site_name=texts["title"][SOURCE], root_page=home
    )
    return home


def _set_address() -> None:
    """Write where the site is served: canonical addresses are made from it."""
    base = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    port = base.port or (443 if base.scheme == "https" else 80)
    site = Site.objects.get(is_default_site=True)
    if (site.hostname, site.port) != (base.hostname, port):
        site.hostname, site.port = base.hostname or "localhost", port
        site.save()


def _remove_welcome_page() -> None:
    """Remove the page of a new Wagtail site; refuse if it is another site's."""
    pages = Page.objects.filter(depth=2)
    if any(page.specific_class is not Page or page.numchild for page in pages):
        raise CommandError(
            "This database holds another site's pages. load_demo fills an empty "
            "database alone; give one by DATABASE_URL or DATA_DIR."
        )
    Site.objects.all().delete()
    for page in pages:
        page.delete()


def add_sections(home: Page, user: Any, people: Mapping[str, Any]) -> dict[str, Any]:
    """Return the English page of each section, by its slug."""
    site = read("site")["pages"]
    sections = {}
    for slug, model in SECTIONS.items():
        texts = {k: v for k, v in site[slug].items() if k != "document"}
        values = {name: build_value(text) for name, text in texts.items()}
        page = model(slug=slug, show_in_menus=True, **values)
        files = None
        if "document" in site[slug]:
            documents = _add_members_documents(site[slug])
            page.document = documents[SOURCE]
            files = {"document": documents}
        if slug == "members":
            found = _add_members_page(home, page, user)
        else:
            found, _ = add_page(home, page, user)
        translate(found, texts, people=people, files=files)
        sections[slug] = found
    return sections


@transaction.atomic
def _add_members_page(home: Page, page: StandardPage, user: Any) -> StandardPage:
    found, created = add_page(home, page, user, live=False)
    if not created:
        return found
    # The members' group alone may enter, before the page is public for a moment.
    restriction = PageViewRestriction.objects.create(
        page=found.page_ptr, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.set([Group.objects.get(name=MEMBERS)])
    found.save_revision(user=user).publish(user=user)
    return StandardPage.objects.get(pk=found.pk)


def _add_members_documents(texts: Mapping[str, Any]) -> dict[str, Any]:
    collection = Collection.objects.filter(name="Members").first()
    if collection is None:
        collection = Collection.get_first_root_node().add_child(name="Members")
        restriction = CollectionViewRestriction.objects.create(
            collection=collection, restriction_type=CollectionViewRestriction.GROUPS
        )
        restriction.groups.set([Group.objects.get(name=MEMBERS)])
    return add_documents(
        "members-briefing",
        texts["title"],
        {code: [text] for code, text in texts["document"].items()},
        collection,
    )
