"""Rebuild the publication register, or compare it with the pages and the gate."""

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wagtail_rtop.register.verification import rebuild, verify


PROGRESS_SECONDS = 5


class Command(BaseCommand):
    help = (
        "rebuild: write every row of the register anew that differs from its page. "
        "verify: list every difference with the pages and with the gate; exit code "
        "1 if there is any. Both can run while editors work."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["rebuild", "verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        self.is_quiet = options["verbosity"] < 1
        self.said_at = monotonic()
        if options["action"] == "rebuild":
            read, written = rebuild(self._say)
            self.stdout.write(f"Read {read} pages, wrote {written} rows.")
        else:
            self._verify()

    def _verify(self) -> None:
        count = 0
        for difference in verify(self._say):
            count += 1
            self.stdout.write(str(difference))
        if count:
            raise CommandError(
                f"The register differs in {count} places. "
                "Run: manage.py rtop_register rebuild"
            )
        self.stdout.write("The register agrees with the pages and with the gate.")

    def _say(self, done: int, total: int) -> None:
        """Tell the progress now and then, beside what the command answers."""
        now = monotonic()
        if self.is_quiet or now - self.said_at < PROGRESS_SECONDS:
            return
        self.said_at = now
        self.stderr.write(f"{done} of {total} pages", str)
