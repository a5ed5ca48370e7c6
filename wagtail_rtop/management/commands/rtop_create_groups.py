"""Creates the groups of a coalition with their permissions."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from wagtail.models import Site

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.desk.roles import create_groups
from wagtail_rtop.management.reports import write_results


class Command(BaseCommand):
    """Adds what is missing and never takes anything away."""

    help = (
        "Create the groups Editor, Press officer, Archivist, Member and a Translator "
        "group for each language, with their permissions. Adds what is missing, "
        "takes nothing away."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--site", help="Host name of the site. Default: the default site."
        )
        parser.add_argument(
            "--section",
            type=int,
            help="Id of the page below which the groups work. Default: the site's "
            "home page.",
        )
        parser.add_argument(
            "--prefix",
            default="",
            help="Put before each group's name, for a site that has groups of these "
            "names already, for example “Coalition ”.",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Say what would be done and write nothing.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        section = find_section(options["site"], options["section"])
        with transaction.atomic():
            write_results(
                self,
                create_groups(section, prefix=options["prefix"]),
                dry_run=options["dry_run"],
                verbosity=options["verbosity"],
            )
            if options["dry_run"]:
                transaction.set_rollback(True)


def find_section(hostname: str | None, pk: int | None) -> Any:
    """Return the page that the groups work below.

    Raises:
        CommandError: if there is no such site, or no such page on it.
    """
    sites = Site.objects.select_related("root_page")
    site = (
        sites.filter(hostname=hostname).first()
        if hostname
        else sites.filter(is_default_site=True).first()
    )
    if site is None:
        known = ", ".join(sites.values_list("hostname", flat=True)) or "none"
        raise CommandError(
            f"There is no site “{hostname or 'default'}”. Sites: {known}. Give one "
            "of them with --site, or add it in the admin under Settings › Sites."
        )
    if pk is None:
        return site.root_page
    pages = get_page_model().objects.filter(pk=pk)
    roots = site.root_page.get_translations(inclusive=True)
    page = pages.first()
    if page is None or not any(page.path.startswith(root.path) for root in roots):
        raise CommandError(
            f"The site “{site.hostname}” has no page with the id {pk}. The id is in "
            "the address of the page's editor: /admin/pages/ID/edit/."
        )
    return page
