"""Publishes what is due: embargoes lifted, schedules met, pages expired."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from wagtail_rtop.register.models import Entry
from wagtail_rtop.register.sync import bump_content_version
from wagtail_rtop.visibility.incidents import tell_managers
from wagtail_rtop.visibility.lifting import (
    LiftReport,
    fetch_due_embargoes,
    fetch_due_pages,
    fetch_expired_pages,
    release_due,
)
from wagtail_rtop.visibility.scheduler import hold_lock, record_run


class Command(BaseCommand):
    """Run it every minute. Running it twice, or two at once, does no harm.

    Exit code 1 if anything failed; what failed is tried again at the next run.
    """

    help = (
        "Publish press releases, letters and responses whose embargo has lifted or "
        "whose scheduled time has come, and take expired ones off line. Run it every "
        "minute."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Say what is due and change nothing.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self.stdout.write(
                f"Due: {len(fetch_due_embargoes())} embargoes, "
                f"{len(fetch_due_pages())} scheduled pages, "
                f"{len(fetch_expired_pages())} expired pages."
            )
            return
        with hold_lock() as runner:
            if runner is None:
                self.stdout.write("Another run is at work; nothing done.")
                return
            report = release_due(runner.prolong)
            before = record_run(len(report.failures))
            refresh_caches(before)
            tell_managers()
        self._print(report)

    def _print(self, report: LiftReport) -> None:
        for page in report.published:
            self.stdout.write(f"Published: {page.pk} {page.title}")
        for page in report.expired:
            self.stdout.write(f"Expired: {page.pk} {page.title}")
        for name, error in report.failures:
            self.stderr.write(f"Failed: {name}: {type(error).__name__}: {error}")
        if report.failures:
            raise CommandError(
                f"{len(report.failures)} of "
                f"{len(report.failures) + len(report.published) + len(report.expired)} "
                "failed and will be tried again at the next run. See the log for "
                "the tracebacks; the cause is in the code that they name."
            )


def refresh_caches(since: datetime | None) -> None:
    """Move the content version on if time alone has changed what is visible.

    Args:
        since: the run before; None = unknown.
    """
    window = Q(lift__lte=timezone.now()) | Q(expires__lte=timezone.now())
    if since is not None:
        window = Q(lift__range=(since, timezone.now())) | Q(
            expires__range=(since, timezone.now())
        )
    if Entry.objects.filter(window).exists():
        bump_content_version()
