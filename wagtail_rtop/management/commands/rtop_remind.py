"""Sends the daily e-mail about answers that are overdue or due soon."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wagtail_rtop.correspondence.digest import DigestReport, send_digests
from wagtail_rtop.visibility.scheduler import REMINDING, hold_lock


class Command(BaseCommand):
    """Run it every hour, or more often: nobody is written to twice a day.

    Exit code 1 if an e-mail could not be sent; it is tried again at the next run.
    """

    help = (
        "Send the daily e-mail about overdue answers to each user who asked for it, "
        "from the coalition's digest hour on. Run it every hour."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Say who would be written to and send nothing.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self._print(send_digests(dry_run=True), "Would be written to")
            return
        with hold_lock(*REMINDING) as runner:
            if runner is None:
                self.stdout.write("Another run is at work; nothing done.")
                return
            report = send_digests(prolong=runner.prolong)
        self._print(report, "Written to")

    def _print(self, report: DigestReport, done: str) -> None:
        if report.waiting:
            self.stdout.write("The digest hour has not come yet; nothing done.")
            return
        for user in report.sent:
            self.stdout.write(f"{done}: {user.get_username()}")
        for user, error in report.failures:
            self.stderr.write(
                f"Failed: {user.get_username()}: {type(error).__name__}: {error}"
            )
        self.stdout.write(f"{len(report.sent)} e-mails.")
        if report.failures:
            raise CommandError(
                f"{len(report.failures)} e-mails could not be sent and will be tried "
                "again at the next run. Check the site's e-mail settings and the log."
            )
