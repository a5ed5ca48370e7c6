"""The story of a press officer: from the letter to the report, from the release on.

Nothing but the admin's own pages: no address is typed after signing in but that of
what readers see.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import time_machine
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from wagtail.models import Locale

from tests import builders
from tests.browser.hands import Keyboard
from tests.browser.story import Officer, build_prose
from tests.browser.world import GROUP, LANGUAGES
from wagtail_rtop.pages.models import PressReleaseIndexPage, PressReleasePage


# After sending.
SOON, LATE, DECLINED = (timedelta(days=n) for n in (20, 40, 25))
# Column of the spreadsheet: days to reply.
DAYS = 12


def do_meanwhile(work: Any) -> Any:
    """Do something in the database: Playwright's loop forbids it in this thread."""

    def close_after() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(close_after).result()


@contextmanager
def start(browser, site_url, code, hands):
    """Sign in an officer; in the end nothing may have gone wrong unseen."""
    with Officer(browser, site_url, code, hands) as officer:
        yield officer
        if hands is Keyboard:
            assert officer.page.evaluate("window.rtopPointer") == 0
        assert officer.faults == []


def get_status(officer, path):
    """Return how the address answers to somebody who is not signed in."""
    reader = officer.context.browser.new_context()
    try:
        return reader.request.get(f"{officer.site_url}/{path}").status
    finally:
        reader.close()


def publish_letter(officer):
    officer.write_letter()
    officer.hands.open_tab(1)
    officer.paste_recipients(build_prose(officer.code))
    officer.picture("story-proposals")
    officer.decide()
    officer.close_modal()
    assert officer.count_recipients() == 14
    # All of them are there already, under whatever name they were pasted.
    officer.add_group(GROUP)
    assert officer.count_recipients() == 14
    officer.picture("story-recipients")
    officer.save()
    officer.publish()


def record_answers(officer):
    officer.open_desk()
    officer.search_desk(14)
    officer.record_for_all("sent", officer.sent)
    names = officer.get_recipients()
    for number, kind, after in ((1, "substantive", SOON), (3, "meeting", LATE)):
        officer.add_response(names[number])
        title = f"{kind}, {officer.name}"
        officer.picture("story-response")
        officer.respond(kind, title, officer.sent + after, "They thank us.")
        officer.open_desk()
        officer.search_desk(14)
        officer.open_ledger(names[number])
    officer.picture("story-ledger")
    officer.tick_recipient(names[2])
    officer.attach_file()
    officer.picture("story-record")
    officer.record("declined", officer.sent + DECLINED, note="By telephone.")


def remind_the_silent(officer):
    officer.go("aside a[href='/admin/']", "/admin/$")
    officer.go("a[href*='due=overdue']", "due=overdue")
    officer.search_desk(11)
    officer.picture("story-overdue")
    officer.record_for_all("sent", date.today(), note="Reminder")
    assert officer.page.locator("td:has-text('Reminder')").count() == 11
    officer.go("aside a[href='/admin/']", "/admin/$")
    assert not officer.page.locator(f"td bdi:has-text('{officer.name}')").count()


def read_report(officer):
    officer.open_report()
    officer.filter_report("occasion", officer.name)
    officer.filter_report("within", "30")
    officer.go("main a[href*='document_date_from']", "document_date_from")
    year = str(officer.sent.year)
    numbers = ["14", "2 (14 %)", "1 (7 %)", "3 (21 %)", ""]
    rows = [
        [cell.replace("\xa0", " ") for cell in row] for row in officer.read_figures()
    ]
    assert [row[1:] for row in rows] == [numbers, numbers]
    assert rows[0][0] == year
    bars = officer.find("table:has(caption)").locator("tr:first-child rect").all()
    assert [bar.get_attribute("width") for bar in bars[:2]] == ["21", "14"]
    officer.picture("story-report")

    heading, *rows = officer.download()
    assert len(heading) == 14
    assert len(rows) == 14
    days = sorted(int(row[DAYS]) for row in rows if row[DAYS])
    assert days == [after.days for after in (SOON, DECLINED, LATE)]


def run_letter(browser, site_url, code, hands):
    """A letter, its answers, a reminder, and the report of it all."""
    with start(browser, site_url, code, hands) as officer:
        publish_letter(officer)
        record_answers(officer)
        remind_the_silent(officer)
        read_report(officer)


def run_release(browser, site_url, code, hands):
    """A release under embargo, its lift, its correction; and a retraction."""
    with start(browser, site_url, code, hands) as officer:
        officer.write_release()
        slug = do_meanwhile(lambda: translate(officer.name))
        day = (timezone.now() + timedelta(days=1)).date()
        told = officer.embargo(f"{day} 09:31")
        assert "09:31" in told or "9:31" in told
        for language in LANGUAGES:
            assert name_release(officer.name, language) in told
        paths = [f"{language}/press/{slug}/" for language in LANGUAGES]
        assert {get_status(officer, path) for path in paths} == {404}

        lift = datetime(
            day.year, day.month, day.day, 9, 31, tzinfo=timezone.get_default_timezone()
        )
        with time_machine.travel(lift):
            do_meanwhile(lambda: call_command("rtop_publish_due", verbosity=0))
            assert {get_status(officer, path) for path in paths} == {200}
        with time_machine.travel(lift + timedelta(days=1)):
            correct_release(officer, slug)
            retract_other(officer)


def name_release(name, code):
    return f"Release, {name}" + ("" if code == "en" else f", {code}")


def translate(name):
    """Translate the draft into the other languages; return its slug."""
    page = PressReleasePage.objects.get(title=name_release(name, "en"))
    for code in LANGUAGES[1:]:
        copy = page.copy_for_translation(Locale.objects.get(language_code=code))
        copy.title = name_release(name, code)
        copy.save_revision()
    return page.slug


def correct_release(officer, slug):
    officer.find_in_list(f"Release, {officer.name}")
    officer.correct("Three have answered", "It was three, not twelve.")
    reader = officer.context.new_page()
    reader.goto(f"{officer.site_url}/en/press/{slug}/")
    text = reader.locator("main").inner_text()
    assert "Three have answered" in text
    assert "It was three, not twelve." in text
    reader.locator("main a[href*='versions/1/']").first.click()
    assert "Twelve have answered" in reader.locator("main").inner_text()
    reader.close()


def retract_other(officer):
    title = f"Wrong figures, {officer.name}"
    slug = do_meanwhile(lambda: publish_other(title))
    officer.find_in_list(title)
    officer.retract("The figures were wrong.")
    reader = officer.context.browser.new_context()
    answer = reader.request.get(f"{officer.site_url}/en/press/{slug}/")
    assert answer.status == 410
    assert "The figures were wrong." in answer.text()
    reader.close()


def publish_other(title):
    index = PressReleaseIndexPage.objects.get(locale__language_code="en")
    return builders.make_release(index, title=title).slug
