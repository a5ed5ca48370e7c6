"""What editors, translators, timers and code do to a site.

Each function does one thing to a random page and returns whether it happened.
"""

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.models import Locale, Page, PageViewRestriction
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.operations import translate_object

from tests import builders
from tests.register.vocabulary import (
    add_locale,
    change_site,
    delete_region,
    recode_locale,
    remove_locale,
    rename_label,
    rename_region,
    rename_site,
)
from tests.site_app.models import HomePage, ReportPage
from wagtail_rtop.letters.ledger import record_event, withdraw_event
from wagtail_rtop.models import (
    CorrespondenceEvent,
    Embargo,
    Region,
    Retraction,
)
from wagtail_rtop.pages.models import (
    LetterIndexPage,
    LetterPage,
    LetterRecipient,
    OrganisationIndexPage,
    OrganisationPage,
    PressReleaseIndexPage,
    PressReleasePage,
    ResponsePage,
)
from wagtail_rtop.visibility.embargo import remove_embargo, set_embargo
from wagtail_rtop.visibility.lifting import lift_now
from wagtail_rtop.visibility.models import GuardedPageMixin
from wagtail_rtop.visibility.retraction import retract, withdraw_retraction


DOCUMENTS = (LetterPage, ResponsePage, PressReleasePage, OrganisationPage, ReportPage)
HOMES = {
    LetterPage: LetterIndexPage,
    ResponsePage: LetterPage,
    PressReleasePage: PressReleaseIndexPage,
    OrganisationPage: OrganisationIndexPage,
    ReportPage: HomePage,
    LetterIndexPage: HomePage,
    PressReleaseIndexPage: HomePage,
    OrganisationIndexPage: HomePage,
}


def find_home(world, page):
    """Return a parent that may hold such a page, not below itself; None if none."""
    kind = HOMES.get(type(page))
    pages = kind and Page.objects.type(kind).exclude(path__startswith=page.path)
    return pages and world.pick_one(pages)


def move(world, page=None):
    page = page or world.pick(*HOMES)
    parent = page and find_home(world, page)
    if not parent:
        return False
    if parent.get_children().filter(slug=page.slug).exclude(pk=page.pk).exists():
        return False
    sibling = world.pick_one(parent.get_children().exclude(pk=page.pk))
    if sibling and world.rng.random() < 0.4:
        page.move(sibling, pos="left")
    else:
        page.move(parent, pos=world.rng.choice(["first-child", "last-child"]))
    return True


def move_response(world):
    page = world.pick(ResponsePage)
    return bool(page) and move(world, page)


def copy(world):
    page = world.pick(*DOCUMENTS, LetterIndexPage, HomePage, depth__gt=2)
    if not page:
        return False
    page.copy(
        recursive=world.rng.random() < 0.6,
        update_attrs={"slug": world.get_slug()},
        keep_live=world.rng.random() < 0.5,
    )
    return True


def alias(world):
    page = world.pick(*DOCUMENTS)
    parent = page and find_home(world, page)
    if not parent:
        return False
    page.create_alias(parent=parent, update_slug=world.get_slug())
    return True


def convert_alias(world):
    page = world.pick(alias_of__isnull=False)
    if not page:
        return False
    ConvertAliasPageAction(page).execute(skip_permission_checks=True)
    return True


def restrict(world):
    page = world.pick()
    if world.rng.random() < 0.1:
        page = Page.objects.get(depth=1)
    if page.view_restrictions.exists():
        return False
    builders.restrict(page, world.rng.choice(["login", "groups", "password"]))
    return True


def change_restriction(world):
    found = world.pick_one(PageViewRestriction.objects.all())
    if not found:
        return False
    if world.rng.random() < 0.5:
        found.page = world.pick()
    found.restriction_type = world.rng.choice(["login", "groups", "password"])
    found.save()
    return True


def delete_restriction(world):
    found = world.pick_one(PageViewRestriction.objects.all())
    return bool(found and found.delete())


def copy_for_translation(world):
    page = world.pick(depth__gt=2)
    locale = world.pick_one(Locale.objects.all())
    if not page or page.has_translation(locale):
        return False
    copied = page.copy_for_translation(
        locale, copy_parents=True, alias=world.rng.random() < 0.4
    )
    if world.rng.random() < 0.5 and not copied.alias_of_id:
        builders.publish(copied)
    return True


def localize(world):
    page = world.pick(*DOCUMENTS, LetterIndexPage, alias_of__isnull=True)
    locale = page and world.pick_one(Locale.objects.exclude(pk=page.locale_id))
    if not locale or page.has_translation(locale):
        return False
    source = TranslationSource.objects.filter(object_id=page.translation_key).first()
    if source and source.locale_id != page.locale_id:
        return False
    translate_object(page, [locale])
    translation = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=locale
    ).first()
    if translation and world.rng.random() < 0.5:
        translation.save_target(publish=True)
    return True


def drop_source(world):
    found = world.pick_one(TranslationSource.objects.all())
    return bool(found and found.delete())


def publish(world):
    page = world.pick(live=False, alias_of__isnull=True)
    if not page:
        return False
    page.get_latest_revision_as_object().save_revision().publish()
    return True


def unpublish(world):
    page = world.pick(live=True, depth__gt=2)
    return page is not None and page.unpublish() is None


def schedule(world):
    page = world.pick(alias_of__isnull=True)
    if world.rng.random() < 0.5:
        page.expire_at = world.get_moment((2, 8))
    else:
        page.go_live_at = world.get_moment()
    page.save_revision().publish()
    return True


def expire(world):
    # As the editor does who publishes at once, with an end.
    page = world.pick(*DOCUMENTS, LetterIndexPage, HomePage, alias_of__isnull=True)
    page.expire_at = world.get_moment()
    builders.publish(page)
    return True


def pass_time(world):
    world.pass_time(world.rng.randint(1, 3))
    call_command("rtop_publish_due", verbosity=0, stdout=world.out)
    return True


def publish_scheduled(world):
    world.pass_time(world.rng.randint(1, 3))
    call_command("publish_scheduled")
    call_command("rtop_publish_due", verbosity=0, stdout=world.out)
    return True


def pick_guarded(world):
    page = world.pick(*DOCUMENTS[:4], LetterIndexPage)
    return page if isinstance(page, GuardedPageMixin) else None


def retract_page(world):
    page = pick_guarded(world)
    if not page:
        return False
    retract(page, reason="A mistake.")
    return True


def withdraw(world):
    keys = Retraction.objects.values("group_key")
    page = world.pick(translation_key__in=keys)
    if not page:
        return False
    withdraw_retraction(page, republish=world.rng.random() < 0.5)
    return True


def embargo(world):
    page = pick_guarded(world)
    if not page:
        return False
    set_embargo(page, world.get_moment())
    return True


def move_embargo(world):
    page = world.pick(translation_key__in=Embargo.objects.values("group_key"))
    if not page:
        return False
    set_embargo(page, world.get_moment())
    return True


def end_embargo(world):
    page = world.pick(translation_key__in=Embargo.objects.values("group_key"))
    if not page:
        return False
    (lift_now if world.rng.random() < 0.5 else remove_embargo)(page)
    return True


def delete_page(world):
    page = world.pick(*DOCUMENTS)
    if not page:
        return False
    page.delete()
    return True


def delete_section(world):
    sections = (LetterIndexPage, OrganisationIndexPage, HomePage, LetterPage)
    page = world.pick(*sections, depth__gt=2)
    # Rarely, else little is left to work on.
    if not page or world.rng.random() < 0.6:
        return False
    page.delete()
    return True


def set_tags(world, page=None):
    page = page or world.pick(*DOCUMENTS, alias_of__isnull=True)
    if not page:
        return False
    chosen = world.rng.sample(world.regions, world.rng.randint(0, 2))
    page.regions.set(list(Region.objects.filter(pk__in=chosen)))
    if world.rng.random() < 0.5:
        page.save()
    else:
        builders.publish(page)
    return True


def set_tags_of_many(world):
    pages = [world.pick(*DOCUMENTS, alias_of__isnull=True) for _ in range(3)]
    with transaction.atomic():
        tagged = [page is not None and set_tags(world, page) for page in pages]
    return all(tagged)


def set_tags_by_form(world):
    page = world.pick(ReportPage, alias_of__isnull=True)
    if not page:
        return False
    region = world.rng.choice(Region.objects.order_by("pk"))
    response = world.client.post(
        f"/admin/pages/{page.pk}/edit/",
        {
            "title": page.title,
            "slug": page.slug,
            "regions": f'"{region.name}"',
            "comments-TOTAL_FORMS": 0,
            "comments-INITIAL_FORMS": 0,
            "action-publish": "1",
        },
    )
    # An error of the form comes back with 200.
    return response.status_code == 302


def rename_parent(world):
    sections = (HomePage, LetterIndexPage, OrganisationIndexPage)
    page = world.pick(*sections, alias_of__isnull=True)
    page.title = f"Renamed {world.get_slug()}"
    if world.rng.random() < 0.5 and page.depth > 2:
        page.slug = world.get_slug()
    builders.publish(page) if page.live else page.save()
    return page.live


def retitle(world):
    page = world.pick(*DOCUMENTS, alias_of__isnull=True)
    if not page:
        return False
    page.title = f"Title {world.get_slug()}"
    if world.rng.random() < 0.5:
        page.save()
    else:
        builders.publish(page)
    return True


def change_recipients(world):
    page = world.pick(LetterPage, alias_of__isnull=True)
    if not page:
        return False
    rows = list(page.recipients.all())
    body = world.pick(OrganisationPage)
    if rows and world.rng.random() < 0.5:
        rows[0].organisation = Page.objects.get(pk=body.pk) if body else None
    else:
        rows.append(LetterRecipient(name="Another", organisation=body, sort_order=9))
    page.recipients.set(rows)
    builders.publish(page)
    return True


def record(world):
    page = world.pick(LetterPage, live=True)
    rows = list(page.recipients.all()) if page else []
    if not rows:
        return False
    key = world.rng.choice(rows).translation_key
    kind = world.rng.choice(["answered", "acknowledged", "declined"])
    record_event(page, key, kind, timezone.localdate(), is_public=True)
    return True


def withdraw_record(world):
    found = world.pick_one(CorrespondenceEvent.objects.filter(withdrawn_at=None))
    return bool(found) and withdraw_event(found) is None


OPERATIONS = {
    function.__name__: function
    for function in (
        *(move, move_response, copy, alias, convert_alias, restrict),
        *(change_restriction, delete_restriction, copy_for_translation, localize),
        *(drop_source, publish, unpublish, schedule, expire, pass_time),
        *(publish_scheduled, retract_page, withdraw, embargo, move_embargo),
        *(end_embargo, delete_page, delete_section, set_tags, set_tags_of_many),
        *(set_tags_by_form, rename_parent, change_recipients, record),
        *(withdraw_record, rename_region, rename_label, delete_region),
        *(remove_locale, add_locale, change_site, rename_site, recode_locale),
        *(retitle,),
    )
}
# What a list or a menu shows at once, whatever the register makes of it.
ANNOUNCED = {
    *("move", "restrict", "delete_restriction", "change_restriction"),
    *("rename_parent", "rename_region", "rename_label", "delete_region"),
    *("rename_site", "recode_locale"),
    *("delete_page", "delete_section", "unpublish"),
}
