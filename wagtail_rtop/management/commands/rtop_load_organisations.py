"""``manage.py rtop_load_organisations``: profiles of fourteen organisations."""

from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from wagtail.models import Locale, get_page_models

from wagtail_rtop.browse.models import OrganisationIndexMixin
from wagtail_rtop.compat import get_page_model
from wagtail_rtop.management.reports import write_results
from wagtail_rtop.organisations.loading import (
    apply_organisations,
    find_missing_regions,
    plan_organisations,
    read_organisations,
)
from wagtail_rtop.organisations.models import OrganisationMixin
from wagtail_rtop.seeds import can_translate


class Command(BaseCommand):
    help = (
        "Publish profiles of the fourteen regional organisations that the package "
        "knows below an organisation index, with their names, members and regions "
        "over time. Adds what is missing; never changes a profile that is there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--parent",
            metavar="PAGE",
            help="Id or URL path of the page to put them below. Default: the only "
            "organisation index in the default language.",
        )
        parser.add_argument(
            "--page-type",
            metavar="APP.MODEL",
            help="The page type to create. Default: the only one with "
            "OrganisationMixin that the parent allows.",
        )
        parser.add_argument(
            "--translate",
            metavar="LOCALES",
            help="Language codes with commas between, for example fr,ar: also make "
            "the translations of title and seat, through wagtail-localize.",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Print the same report, write nothing.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        packaged = read_organisations()
        parent = find_parent(options["parent"])
        model = find_page_type(options["page_type"], parent)
        locales = find_locales(options["translate"], parent)
        missing = find_missing_regions(packaged)
        if missing:
            raise CommandError(
                f"These regions are missing: {', '.join(missing)}. Run "
                "rtop_load_regions first."
            )
        steps = plan_organisations(packaged, parent, model, locales)
        dry_run = options["dry_run"]
        write_results(
            self,
            (step.result for step in steps)
            if dry_run
            else apply_organisations(steps, parent, model),
            dry_run=dry_run,
            verbosity=options["verbosity"],
        )


def find_parent(value: str | None) -> Any:
    """Return the page to put profiles below.

    Raises:
        CommandError: if there is none or more than one; names the candidates.
    """
    pages = get_page_model().objects.all()
    if value and value.isdecimal():
        found = list(pages.filter(pk=value)) if len(value) < 10 else []
    elif value:
        path = urlsplit(value).path.strip("/")
        slug = path.rpartition("/")[2]
        found = [
            page
            for page in pages.filter(slug=slug)
            if path == urlsplit(page.full_url or "").path.strip("/")
            or page.url_path.endswith(f"/{path}/")
        ]
    else:
        found = [
            page
            for model in get_page_models()
            if issubclass(model, OrganisationIndexMixin)
            for page in model.objects.filter(locale=Locale.get_default(), alias_of=None)
        ]
    if len(found) == 1:
        return found[0].specific
    what = f"page “{value}”" if value else "organisation index"
    if not found:
        raise CommandError(
            f"There is no {what}. Create one in the admin, or give the id or the URL "
            "path of another page with --parent."
        )
    listed = ", ".join(f"{page.pk} ({page.url_path})" for page in found)
    raise CommandError(f"There is more than one {what}: {listed}. Give an id: --parent")


def find_page_type(label: str | None, parent: Any) -> Any:
    """Return the page type to create.

    Raises:
        CommandError: if it is unknown, not a profile, or not clear which.
    """
    allowed = [
        model
        for model in type(parent).allowed_subpage_models()
        if issubclass(model, OrganisationMixin)
    ]
    names = ", ".join(model._meta.label for model in allowed) or "none"
    if label:
        try:
            model = apps.get_model(label)
        except (LookupError, ValueError):
            model = None
        if model in allowed:
            return model
        raise CommandError(
            f"“{label}” is not an organisation page type allowed below page "
            f"{parent.pk}. Allowed: {names}."
        )
    if len(allowed) == 1:
        return allowed[0]
    raise CommandError(
        f"Which page type to create below page {parent.pk} is not clear. Allowed: "
        f"{names}. Give one with --page-type, or another page with --parent."
    )


def find_locales(value: str | None, parent: Any) -> list[Locale]:
    """Return the locales to translate into.

    Raises:
        CommandError: if one is unknown, or the parent is not translated into it.
    """
    codes = [code.strip() for code in (value or "").split(",") if code.strip()]
    if codes and not can_translate():
        raise CommandError(
            "--translate needs wagtail_localize in INSTALLED_APPS. Add it, or leave "
            "--translate out."
        )
    known = {locale.language_code: locale for locale in Locale.objects.all()}
    translated = set(parent.get_translations().values_list("locale", flat=True))
    for code in codes:
        if code not in known:
            raise CommandError(
                f"“{code}” is not a locale of this site. Known: "
                f"{', '.join(sorted(known))}. Add locales under Settings, Locales."
            )
        if known[code] != parent.locale and known[code].pk not in translated:
            raise CommandError(
                f"Page {parent.pk} has no translation into “{code}”. Translate it "
                "first: profiles stand below it."
            )
    return [known[code] for code in codes]
