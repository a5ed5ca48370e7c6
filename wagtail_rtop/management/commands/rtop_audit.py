"""List what the gate hides, but the site's own code may show."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wagtail_rtop.register.audit import audit


class Command(BaseCommand):
    help = (
        "List translations and aliases weaker than their source, live pages below "
        "hidden ones or under an embargo, texts that the editor would change, and "
        "attachments served around the gate. Exit code 1 if there is any."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for finding in audit():
            count += 1
            self.stdout.write(finding)
        if count:
            raise CommandError(f"{count} finding(s). Each says how to mend it.")
        self.stdout.write("Nothing found.")
