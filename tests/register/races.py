"""Two editors at once: each order of two transactions, on connections of their own."""

import threading
from unittest import mock

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from wagtail.models import Page

from tests import builders
from tests.visibility.reference import look_up
from wagtail_rtop.register import sync
from wagtail_rtop.register.verification import verify
from wagtail_rtop.visibility.gate import Gate


# Seconds that one who has written waits for the other, who may be waiting for it.
HOLD = 0.3
# Both write, then commit; (who writes first, who commits first).
ORDERS = [(0, 0), (0, 1), (1, 1), (1, 0)]


class Turn:
    """One of the two, and what the other waits for."""

    def __init__(self):
        self.wrote = threading.Event()
        self.committed = threading.Event()


def interleave(jobs, writes_first, commits_first):
    """Run both jobs, each in a transaction; return the errors by job."""
    turns, errors = [Turn(), Turn()], {}

    def work(number):
        own, other = turns[number], turns[1 - number]
        try:
            if number != writes_first:
                other.wrote.wait(10)
            with transaction.atomic():
                notice_deadlocks()
                jobs[number]()
                own.wrote.set()
                awaited = other.wrote if number == commits_first else other.committed
                awaited.wait(HOLD)
        except Exception as error:  # noqa: BLE001  # told in the main thread
            errors[number] = error
        finally:
            own.wrote.set()
            own.committed.set()
            connection.close()

    run_threads(work)
    return errors


def collide(jobs):
    """Run both at once, as views do; each waits once it holds its first locks."""
    barrier, errors = threading.Barrier(2, timeout=10), {}
    held = [threading.Event(), threading.Event()]
    lock_entries, mine = sync.lock_entries, threading.local()

    def pause(pks):
        locked = lock_entries(pks)
        if not mine.paused:
            mine.paused = True
            held[mine.number].set()
            held[1 - mine.number].wait(HOLD)
        return locked

    def work(number):
        mine.number, mine.paused = number, False
        try:
            notice_deadlocks(local=False)
            barrier.wait()
            jobs[number]()
        except Exception as error:  # noqa: BLE001  # told in the main thread
            errors[number] = error
        finally:
            held[number].set()
            connection.close()

    with mock.patch.object(sync, "lock_entries", pause):
        run_threads(work)
    return errors


def run_threads(work):
    threads = [threading.Thread(target=work, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def notice_deadlocks(local=True):
    """Let the server look for them at once, not after a second."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET {'LOCAL' if local else ''} deadlock_timeout = '50ms'")


def find_differences():
    """Return where the register, the gate and the reference disagree."""
    found = [str(difference) for difference in verify()]
    pages = {page.pk: page for page in Page.objects.all()}
    gate, user = Gate(), AnonymousUser()
    seen = {page.pk for page in gate.get_visible(pages.values())}
    for pk, page in pages.items():
        if page.depth > 1 and (pk in seen) != look_up(pages, pk, user, gate.at):
            found.append(
                f"The gate's answer about {page} ({pk}) is not the reference's."
            )
    return found


class Site:
    """A home page in two languages; each round works in a section of its own."""

    def __init__(self):
        if not Page.objects.filter(depth=1).exists():
            locale = builders.make_locale("en")
            Page.add_root(title="Root", slug="root", locale=locale)
        self.home = builders.make_home()
        self.french = builders.make_locale("fr")
        builders.make_translated_home(self.home, "fr")
        bodies = builders.make_organisation_index(self.home)
        self.body = builders.make_organisation(bodies)
        self.number = 0

    def open_section(self):
        """Return the pages of a round: a section and a letter in it, in two languages."""
        self.number += 1
        slug = f"letters-{self.number}"
        section = builders.make_letter_index(self.home, slug=slug)
        letter = builders.make_letter(section, recipients=[self.body], live=False)
        builders.publish(section.copy_for_translation(self.french))
        french = letter.copy_for_translation(self.french)
        french.save_revision()
        return Round(
            self, body=self.body, section=section, letter=letter, french=french
        )


class Round:
    """Pages of one round; what is done to them takes them fresh from the database."""

    def __init__(self, site, **pages):
        self.site = site
        self.pks = {name: page.pk for name, page in pages.items()}

    def get(self, name):
        return Page.objects.get(pk=self.pks[name]).specific

    def add(self, name, page):
        self.pks[name] = page.pk

    def publish(self, name):
        self.get(name).latest_revision.publish()

    def write(self, parent):
        """Add a page that is live from the start, as code does."""
        number = self.site.number
        page = builders.LetterPage(
            title=f"Written {number}",
            slug=f"written-{number}",
            locale=self.get(parent).locale,
            document_date=builders.LETTER_DAY,
        )
        self.get(parent).add_child(instance=page)
