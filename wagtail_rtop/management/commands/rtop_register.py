"""Rebuild the publication register, or compare it with the pages and the gate."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wagtail_rtop.register.verification import rebuild, verify


class Command(BaseCommand):
    help = (
        "rebuild: write every row of the register anew that differs from its page. "
        "verify: list every difference with the pages and with the gate; exit code "
        "1 if there is any. Both can run while editors work."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["rebuild", "verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "rebuild":
            self._rebuild(options["verbosity"])
        else:
            self._verify()

    def _rebuild(self, verbosity: int) -> None:
        read = written = 0
        for read, written in rebuild():
            if verbosity > 1:
                self.stdout.write(f"{read} pages read, {written} rows written")
        self.stdout.write(f"Read {read} pages, wrote {written} rows.")

    def _verify(self) -> None:
        count = 0
        for difference in verify():
            count += 1
            self.stdout.write(str(difference))
        if count:
            raise CommandError(
                f"The register differs in {count} places. "
                "Run: manage.py rtop_register rebuild"
            )
        self.stdout.write("The register agrees with the pages and with the gate.")
