"""Create the text index that searches on PostgreSQL need."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from wagtail_rtop.browse.search_index import (
    INDEX_NAME,
    create_index,
    drop_index,
    has_index,
    needs_index,
)


class Command(BaseCommand):
    help = (
        "Create the PostgreSQL index over titles and bodies that Wagtail's search "
        "asks for and does not bring. Running it again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--drop", action="store_true", help="Drop the index instead."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not needs_index():
            self.stdout.write(
                "Nothing to do: the search does not read PostgreSQL's text index here."
            )
        elif options["drop"]:
            drop_index()
            self.stdout.write(f"Index {INDEX_NAME} dropped.")
        elif has_index():
            self.stdout.write(f"Index {INDEX_NAME} is there.")
        else:
            create_index()
            self.stdout.write(f"Index {INDEX_NAME} created.")
