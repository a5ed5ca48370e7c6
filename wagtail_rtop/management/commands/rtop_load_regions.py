"""``manage.py rtop_load_regions``: the UN M49 regions and their names."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from wagtail.models import Locale

from wagtail_rtop.management.reports import write_results
from wagtail_rtop.regions.loading import apply_regions, plan_regions, read_regions


class Command(BaseCommand):
    help = (
        "Create the UN M49 macro-regions and sub-regions, “Middle East” and "
        "“Asia-Pacific”, with their names in every language of the site that the "
        "package knows. Adds what is missing; never changes what is there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Print the same report, write nothing.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            Locale.get_default()
        except Locale.DoesNotExist:
            raise CommandError(
                "There is no locale for LANGUAGE_CODE. Add it under Settings, "
                "Locales in the admin, then run this again."
            ) from None
        steps = plan_regions(read_regions())
        dry_run = options["dry_run"]
        results = (step.result for step in steps) if dry_run else apply_regions(steps)
        write_results(self, results, dry_run=dry_run, verbosity=options["verbosity"])
