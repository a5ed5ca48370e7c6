"""Builders of what tests need: a page, a letter, a visitor. Each returns it saved.

Pages are published through a revision, as the editor does it, unless
``publish=False`` leaves them drafts.
"""

import itertools
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.models import GroupPagePermission, Locale, Page, PageViewRestriction, Site

from tests.site_app.models import HomePage, ReportPage
from wagtail_rtop.models import Region, RegionLabel
from wagtail_rtop.pages.models import (
    LetterIndexPage,
    LetterPage,
    LetterRecipient,
    Membership,
    OrganisationIndexPage,
    OrganisationName,
    OrganisationPage,
    PressReleaseIndexPage,
    PressReleasePage,
    RegionIndexPage,
    ResponsePage,
)


LETTER_DAY = date(2012, 3, 22)
_numbers = itertools.count(1)


def make_locale(code: str) -> Locale:
    return Locale.objects.get_or_create(language_code=code)[0]


def make_home(code: str = "en", *, title: str = "Home", site: bool = True) -> HomePage:
    """Return a home page below the root; the default site's if ``site``."""
    root = Page.objects.get(depth=1)
    home = HomePage(
        title=title, slug=f"home-{code}-{next(_numbers)}", locale=make_locale(code)
    )
    root.add_child(instance=home)
    if site:
        Site.objects.update_or_create(
            is_default_site=True,
            defaults={
                "hostname": "testserver",
                "root_page": home,
                "site_name": "Test coalition",
            },
        )
        Site.clear_site_root_paths_cache()
    return home


def make_translated_home(home: HomePage, code: str) -> HomePage:
    """Return the home page's own translation, live."""
    copy = home.copy_for_translation(make_locale(code))
    copy.title = f"Home {code}"
    return publish(copy)


def publish(page: Any) -> Any:
    """Publish the page's state as a new revision; return it as the database has it."""
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def add(parent: Page, page: Any, *, live: bool = True) -> Any:
    """Add the page below ``parent``, as a draft or published."""
    page.live = False
    page.locale = parent.locale
    parent.add_child(instance=page)
    page.save_revision()
    return publish(page) if live else page


def make_page(parent: Page, cls: type = HomePage, *, live: bool = True, **fields: Any):
    number = next(_numbers)
    fields.setdefault("title", f"{cls.__name__} {number}")
    fields.setdefault("slug", f"{cls.__name__.lower()}-{number}")
    return add(parent, cls(**fields), live=live)


def make_letter_index(home: Page, **fields: Any) -> LetterIndexPage:
    fields.setdefault("slug", "letters")
    return make_page(home, LetterIndexPage, **{"title": "Letters", **fields})


def make_organisation_index(home: Page, **fields: Any) -> OrganisationIndexPage:
    fields.setdefault("slug", "organisations")
    return make_page(
        home, OrganisationIndexPage, **{"title": "Organisations", **fields}
    )


def make_release_index(home: Page, **fields: Any) -> PressReleaseIndexPage:
    fields.setdefault("slug", "press")
    return make_page(home, PressReleaseIndexPage, **{"title": "Press", **fields})


def make_region_index(home: Page, **fields: Any) -> RegionIndexPage:
    fields.setdefault("slug", "regions")
    return make_page(home, RegionIndexPage, **{"title": "Regions", **fields})


def make_organisation(
    index: Page,
    *,
    names: Any = (),
    members: Any = (),
    regions: Any = (),
    live: bool = True,
    **fields: Any,
) -> OrganisationPage:
    """Return a profile; ``names`` and ``members`` are dicts of a row's fields."""
    page = OrganisationPage(
        **{"title": (t := f"Organisation {next(_numbers)}"), **fields}
    )
    page.slug = fields.get("slug", t.lower().replace(" ", "-"))
    page.names = [OrganisationName(sort_order=i, **row) for i, row in enumerate(names)]
    page.members = [Membership(sort_order=i, **row) for i, row in enumerate(members)]
    add(index, page, live=False)
    if regions:
        page.regions.set(list(regions))
    return publish(page) if live else page


def make_letter(
    index: Page,
    *,
    recipients: Any = (),
    regions: Any = (),
    live: bool = True,
    **fields: Any,
) -> LetterPage:
    """Return a letter; ``recipients`` are profiles, names or dicts of a row's fields."""
    number = next(_numbers)
    page = LetterPage(
        **{
            "title": f"Letter {number}",
            "slug": f"letter-{number}",
            "document_date": LETTER_DAY,
            "issuer": "The coalition",
            "body": "<p>We write to you.</p>",
            **fields,
        }
    )
    page.recipients = [_make_recipient(i, r) for i, r in enumerate(recipients)]
    add(index, page, live=False)
    if regions:
        page.regions.set(list(regions))
    return publish(page) if live else page


def _make_recipient(order: int, value: Any) -> LetterRecipient:
    if isinstance(value, dict):
        return LetterRecipient(sort_order=order, **value)
    if isinstance(value, str):
        return LetterRecipient(sort_order=order, name=value)
    return LetterRecipient(sort_order=order, organisation=value, name=value.title)


def make_response(
    letter: LetterPage, *, rows: Any = None, live: bool = True, **fields: Any
) -> ResponsePage:
    """Return a response from the given recipient rows (default: the first)."""
    number = next(_numbers)
    rows = list(letter.recipients.all())[:1] if rows is None else rows
    page = ResponsePage(
        **{
            "title": f"Response {number}",
            "slug": f"response-{number}",
            "document_date": date(2012, 4, 2),
            "recipient_keys": [str(row.translation_key) for row in rows],
            **fields,
        }
    )
    return add(letter, page, live=live)


def make_release(
    index: Page, *, regions: Any = (), live: bool = True, **fields: Any
) -> PressReleasePage:
    number = next(_numbers)
    page = PressReleasePage(
        **{
            "title": f"Release {number}",
            "slug": f"release-{number}",
            "document_date": date(2013, 5, 6),
            **fields,
        }
    )
    add(index, page, live=False)
    if regions:
        page.regions.set(list(regions))
    return publish(page) if live else page


def make_report(parent: Page, *, regions: Any = (), live: bool = True, **fields: Any):
    page = make_page(parent, ReportPage, live=False, **fields)
    if regions:
        page.regions.set(list(regions))
    return publish(page) if live else page


def make_region(name: str = "", **fields: Any) -> Region:
    """Return a region; ``labels`` is a dict of language code to name."""
    labels = fields.pop("labels", {})
    name = name or f"Region {next(_numbers)}"
    fields.setdefault("slug", name.lower().replace(" ", "-"))
    region = Region(name=name, **fields)
    region.full_clean()
    region.save()
    for code, label in labels.items():
        RegionLabel.objects.update_or_create(
            region=region, locale=make_locale(code), defaults={"label": label}
        )
    return region


def make_document(title: str = "Document", content: bytes = b"%PDF-1.4") -> Any:
    document = get_document_model()(title=title)
    document.file.save(f"{title.lower()}-{next(_numbers)}.pdf", ContentFile(content))
    document.save()
    return document


def make_user(name: str = "", *, groups: Any = (), **fields: Any) -> Any:
    name = name or f"user-{next(_numbers)}"
    make = get_user_model().objects.create_user
    if fields.pop("superuser", False):
        make = get_user_model().objects.create_superuser
    user = make(name, email=f"{name}@example.org", password="password", **fields)
    user.groups.set(groups)
    return user


def make_group(name: str, *, pages: Any = (), actions: Any = ()) -> Group:
    """Return a group that may do ``actions`` (add, change, publish) on ``pages``."""
    from django.contrib.auth.models import Permission

    group, _ = Group.objects.get_or_create(name=name)
    for page, action in itertools.product(pages, actions):
        permission = Permission.objects.get(
            content_type__app_label="wagtailcore", codename=f"{action}_page"
        )
        GroupPagePermission.objects.create(
            group=group, page=page, permission=permission
        )
    if pages:
        group.permissions.add(
            Permission.objects.get(
                content_type__app_label="wagtailadmin", codename="access_admin"
            )
        )
    return group


def restrict(page: Page, kind: str = "login", *, groups: Any = (), password: str = ""):
    """Put a view restriction on the page: login, groups or password."""
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=kind, password=password
    )
    restriction.groups.set(groups)
    return restriction


def make_request(user: Any = None, path: str = "/") -> Any:
    """Return a GET request of this user, with a site and an empty session."""
    from django.test import RequestFactory

    request = RequestFactory().get(path, HTTP_HOST="testserver")
    request.user = user or AnonymousUser()
    request.session = {}
    return request
