"""``manage.py load_demo``: fills the example site."""

import os
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from example_site.demo.letters import add_group, add_letters
from example_site.demo.organisations import add_organisations
from example_site.demo.people import ACCOUNTS, add_people, grant
from example_site.demo.releases import add_releases
from example_site.demo.snippets import add_snippets
from example_site.demo.tree import add_homes, add_locales, add_sections


class Command(BaseCommand):
    help = (
        "Fill the example site: a coalition, its letters, responses and press "
        "releases, and the profiles of fourteen organisations, in English, French "
        "and Arabic. Adds what is missing and changes nothing that is there; for a "
        "new start delete the database. The accounts' password is DEMO_PASSWORD, "
        "or “demo”."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "load_demo makes accounts with a known password, so it refuses to "
                "run with DEBUG off. Set DEBUG=1 on a machine that nobody else "
                "reaches."
            )
        self.verbosity = options["verbosity"]
        # Not in one transaction: wagtail-localize publishes when it is committed, a
        # page by then has lost its children.
        self.load(os.environ.get("DEMO_PASSWORD") or "demo")
        self.say(
            f"The demonstration is complete. Sign in as {ACCOUNTS[0].name} or one "
            "of the others with the demonstration's password."
        )

    def load(self, password: str) -> None:
        self.say("1/7 Languages and regions")
        add_locales()
        call_command("rtop_load_regions", verbosity=0)
        self.say("2/7 Accounts: " + ", ".join(account.name for account in ACCOUNTS))
        users = add_people(password)
        officer = users["press-officer"]
        people = {a.language: users[a.name] for a in ACCOUNTS if a.language}
        self.say("3/7 Home page, sections and members' page")
        # The others may work below a home page only once it is there.
        homes = add_homes(users["admin"])
        grant(homes["en"])
        sections = add_sections(homes["en"], officer, people)
        self.say("4/7 Coalition, boilerplate and press contact")
        snippets = add_snippets(people)
        self.say("5/7 Organisations")
        organisations = dict(
            self.tell(add_organisations(sections["organisations"], officer, people))
        )
        self.say("6/7 Letters and responses")
        letters = add_letters(sections["letters"], organisations, officer, people)
        add_group(list(self.tell(letters)))
        self.say("7/7 Press releases")
        list(self.tell(add_releases(sections["press"], snippets, officer, people)))

    def say(self, line: str) -> None:
        if self.verbosity:
            self.stdout.write(line)

    def tell(self, items: Iterable[Any]) -> Iterable[Any]:
        """Pass the items on, with a line for each."""
        for item in items:
            page = item[1] if isinstance(item, tuple) else item
            self.say(f"    {page.title}")
            yield item
