"""What a release prints is what it printed when it was published."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import GroupApprovalTask, Workflow, WorkflowTask
from wagtail_localize.models import Translation
from wagtail_localize.operations import translate_object

from tests import builders
from tests.releases.conftest import reload
from wagtail_rtop.pages.models import ReleaseContact


def make(press, **fields):
    page = builders.make_release(
        press.index, boilerplate=press.about, live=False, slug="release", **fields
    )
    page.contacts = [ReleaseContact(contact=press.contact)]
    page.save()
    page.save_revision()
    return reload(page)


def get_text(page):
    return (reload(page).frozen.get("boilerplate") or {}).get("text")


def publish_revision(page):
    builders.publish(page)


def publish_by_action(page):
    user = builders.make_user(superuser=True)
    PublishPageRevisionAction(page.save_revision(), user=user).execute()


def publish_by_schedule(page):
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision().publish()
    assert reload(page).frozen == {}
    with time_machine.travel(page.go_live_at):
        call_command("rtop_publish_due")


def publish_by_workflow(page):
    user = builders.make_user(superuser=True)
    task = GroupApprovalTask.objects.create(name="Approval")
    workflow = Workflow.objects.create(name="Moderation")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    page.save_revision()
    workflow.start(reload(page), user).current_task_state.approve(user=user)


def publish_by_code(page):
    page = reload(page)
    page.live = True
    page.save()


PATHS = [
    publish_revision,
    publish_by_action,
    publish_by_schedule,
    publish_by_workflow,
    publish_by_code,
]


@pytest.mark.parametrize("publish", PATHS)
def test_every_path_freezes(press, publish):
    page = make(press)
    assert reload(page).frozen == {}

    publish(page)

    page = reload(page)
    assert page.live
    assert page.frozen["boilerplate"] == {
        "text": "<p>We are a coalition.</p>",
        "language": "en",
    }
    assert page.frozen["contacts"] == [
        {
            "name": "A. Speaker",
            "role": "Press",
            "phone": "+254 20 1",
            "email": "p@example.org",
            "language": "en",
        }
    ]


def test_a_later_change_of_the_snippet_shows_at_the_next_publish_only(press, client):
    page = make(press)
    builders.publish(page)
    press.about.text = "<p>We have changed.</p>"
    press.about.save()
    press.contact.delete()

    reload(page).save_revision()
    reload(page).save()
    assert get_text(page) == "<p>We are a coalition.</p>"
    content = client.get("/en/press/release/").content.decode()
    assert "We are a coalition." in content
    assert "mailto:p@example.org" in content

    builders.publish(reload(page))
    assert get_text(page) == "<p>We have changed.</p>"
    assert reload(page).frozen["contacts"] == []


def test_publishing_an_old_revision_prints_what_is_true_now(press):
    page = make(press)
    builders.publish(page)
    old = reload(page).latest_revision
    press.about.text = "<p>We have changed.</p>"
    press.about.save()
    builders.publish(reload(page))

    old.publish()

    assert get_text(page) == "<p>We have changed.</p>"


def test_an_unpublished_page_keeps_what_it_printed(press):
    page = make(press)
    builders.publish(page)
    press.about.text = "<p>We have changed.</p>"
    press.about.save()

    reload(page).unpublish()
    reload(page).save()

    assert get_text(page) == "<p>We are a coalition.</p>"


def test_a_copy_and_a_translation_have_printed_nothing(press):
    page = make(press)
    builders.publish(page)

    copy = reload(page).copy(to=press.index, update_attrs={"slug": "copy"})
    french = reload(page).copy_for_translation(builders.make_locale("fr"))

    assert reload(copy).frozen == reload(french).frozen == {}


def test_each_language_prints_its_own(press):
    page = make(press)
    builders.publish(page)
    french = reload(page).copy_for_translation(builders.make_locale("fr"))

    builders.publish(french)

    assert reload(french).frozen["boilerplate"] == {
        "text": "<p>Nous sommes une coalition.</p>",
        "language": "fr",
    }
    # There is no French contact: the English one says so.
    assert reload(french).frozen["contacts"][0]["language"] == "en"
    assert get_text(page) == "<p>We are a coalition.</p>"


def test_wagtail_localize_freezes_when_it_publishes(
    press, django_capture_on_commit_callbacks
):
    page = make(press)
    builders.publish(page)
    locale = builders.make_locale("fr")
    with django_capture_on_commit_callbacks(execute=True):
        translate_object(reload(page), [locale])
    french = reload(page).get_translation(locale)
    translation = Translation.objects.get(
        target_locale=locale, source__object_id=page.translation_key
    )
    # Translating the page has written the snippet's French row anew.
    press.a_propos.save()
    with django_capture_on_commit_callbacks(execute=True):
        translation.save_target(publish=True)
    assert get_text(french) == "<p>Nous sommes une coalition.</p>"
    press.a_propos.text = "<p>Autrement.</p>"
    press.a_propos.save()

    with django_capture_on_commit_callbacks(execute=True):
        translation.save_target(publish=False)
    assert get_text(french) == "<p>Nous sommes une coalition.</p>"

    with django_capture_on_commit_callbacks(execute=True):
        translation.save_target(publish=True)
    assert get_text(french) == "<p>Autrement.</p>"


def test_an_alias_prints_what_its_source_prints(press):
    page = make(press)
    alias = page.create_alias(parent=press.index, update_slug="alias")

    builders.publish(reload(page))

    assert reload(alias).live
    assert reload(alias).frozen == reload(page).frozen


def test_nothing_is_frozen_under_an_embargo(press):
    from wagtail_rtop.visibility.embargo import set_embargo

    page = make(press)
    set_embargo(page, timezone.now() + timedelta(hours=1))

    builders.publish(page)

    assert reload(page).frozen == {}
