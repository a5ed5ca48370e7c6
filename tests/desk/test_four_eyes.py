"""The workflow task that nobody passes with a text of their own, in the admin."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import TaskState, Workflow, WorkflowPage, WorkflowTask

from tests import builders
from tests.rows.editor import Editor
from wagtail_rtop.models import FourEyesTask
from wagtail_rtop.pages.models import LetterPage


def sign_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def run(site):
    """A letter that its author has submitted; (page, author, officers, chief)."""
    call_command("rtop_create_groups", verbosity=0)
    officers = Group.objects.get(name="Press officer")
    chief = builders.make_user("chief", superuser=True)
    added = sign_in(chief).post(
        "/admin/workflows/tasks/add/wagtail_rtop/foureyestask/",
        {"name": "Second look", "groups": [officers.pk]},
    )
    assert added.status_code == 302
    workflow = Workflow.objects.create(name="Letters")
    task = FourEyesTask.objects.get(name="Second look")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page=site.letters)
    author = builders.make_user(
        "author", groups=[Group.objects.get(name="Editor"), officers]
    )
    return (
        site.other,
        author,
        [builders.make_user(f"officer-{n}", groups=[officers]) for n in (1, 2)],
        chief,
    )


def save(page, user, **extra):
    editor = Editor(sign_in(user), page)
    editor.set(title=f"By {user}")
    return editor.post(**extra)


def submit(page, user):
    save(page, user, **{"action-submit": "1"})


def act(page, user, action="approve"):
    state = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    url = reverse(
        "wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk]
    )
    return sign_in(user).post(url, {"comment": "Seen"})


def is_live(page):
    return LetterPage.objects.get(pk=page.pk).live


def test_another_member_of_the_group_approves(run):
    page, author, (officer, _), _ = run
    submit(page, author)

    act(page, author)
    assert not is_live(page)
    act(page, officer)
    assert is_live(page)
    assert LetterPage.objects.get(pk=page.pk).title == "By author"


def test_a_superuser_does_not_approve_an_own_text(run):
    page, _, (officer, _), chief = run
    submit(page, chief)

    act(page, chief)
    assert not is_live(page)
    act(page, officer)
    assert is_live(page)


def test_who_wrote_an_earlier_draft_of_it_does_not_approve(run):
    page, author, (officer, other), _ = run
    save(page, officer)
    submit(page, author)

    act(page, officer)
    assert not is_live(page)
    act(page, other)
    assert is_live(page)


def test_who_changes_the_text_while_approving_has_become_an_author(run):
    page, author, (officer, other), _ = run
    submit(page, author)

    save(
        page,
        officer,
        **{"action-workflow-action": "true", "workflow-action-name": "approve"},
    )

    assert not is_live(page)
    # Nothing that was typed is lost.
    assert LetterPage.objects.get(pk=page.pk).draft_title == "By officer-1"
    act(page, officer)
    assert not is_live(page)
    act(page, other)
    assert is_live(page)


def test_who_only_asked_for_approval_does_not_give_it(run):
    page, author, (officer, _), _ = run
    save(page, author)
    page.refresh_from_db()
    workflow = page.get_workflow()
    workflow.start(page, officer)

    act(page, officer)

    assert not is_live(page)


def test_an_author_may_take_the_text_back(run):
    page, author, _, _ = run
    submit(page, author)

    act(page, author, "reject")

    assert not TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).exists()


def test_who_is_in_no_group_of_the_task_does_nothing(run, site):
    page, author, _, _ = run
    submit(page, author)

    act(page, site.editor)

    assert not is_live(page)


def test_a_text_that_is_live_no_longer_counts(run):
    """Who wrote what is live may approve what somebody else writes next."""
    page, author, (officer, _), _ = run
    submit(page, author)
    act(page, officer)
    submit(page, officer)

    act(page, author)

    assert LetterPage.objects.get(pk=page.pk).title == "By officer-1"


def test_what_waits_for_a_user_is_not_their_own(run, site):
    page, author, (officer, _), chief = run
    submit(page, author)
    task = FourEyesTask.objects.get()

    def fetch(user):
        return list(task.get_task_states_user_can_moderate(user))

    assert fetch(author) == []
    assert len(fetch(officer)) == len(fetch(chief)) == 1
    counts = []
    for _number in range(2):
        with CaptureQueriesContext(connection) as queries:
            fetch(officer)
        counts.append(len(queries))
        for _letter in range(2):
            letter = builders.make_letter(site.letters, live=False)
            letter.save_revision(user=author)
            letter.get_workflow().start(letter, author)
    assert len(fetch(officer)) == 5
    assert counts[0] == counts[1]
    assert "By author" in sign_in(officer).get("/admin/").content.decode()
