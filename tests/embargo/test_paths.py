"""Every way to publish meets the embargo: editor, workflow, localize, actions."""

import html5lib
import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import (
    GroupApprovalTask,
    Workflow,
    WorkflowContentType,
    WorkflowTask,
)
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.operations import translate_object

from tests import builders
from tests.embargo.conftest import get_live, reload
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.models import Embargo


@pytest.fixture
def editor(group, client):
    user = builders.make_user("editor", superuser=True)
    client.force_login(user)
    return user


def build_post(client, page, **changes):
    """Return what the page's editor posts, from the form it shows."""
    response = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert response.status_code == 200
    document = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    form = document.find(".//form[@id='page-edit-form']")
    data = {}
    for field in form.iter():
        name = field.get("name")
        if field.tag not in ("input", "textarea", "select") or not name:
            continue
        if field.get("type") in ("submit", "button", "file"):
            continue
        if field.get("type") in ("checkbox", "radio") and field.get("checked") is None:
            continue
        if field.tag == "textarea":
            data[name] = "".join(field.itertext())
        elif field.tag == "select":
            chosen = [o for o in field.iter("option") if o.get("selected") is not None]
            data[name] = [o.get("value", "") for o in chosen]
        else:
            data[name] = field.get("value", "")
    # The script of the StreamField adds its fields.
    return {"body-count": "0", **data, **changes}


def test_the_editors_publish_button(group, lift, editor, client):
    set_embargo(group.release, lift)
    data = build_post(client, group.release, **{"action-publish": "1"})

    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[group.release.pk]), data
    )

    assert response.status_code == 302
    page = reload(group.release)
    assert not page.live
    assert page.scheduled_revision.approved_go_live_at == lift
    assert page.scheduled_revision.content["go_live_at"] is None


def test_the_editors_publish_button_without_an_embargo(group, editor, client):
    data = build_post(client, group.release, **{"action-publish": "1"})

    client.post(reverse("wagtailadmin_pages:edit", args=[group.release.pk]), data)

    assert get_live(group.release) == ["release"]


def test_no_save_or_autosave_touches_the_embargo(group, lift, editor, client):
    # The form was opened before the embargo was set.
    data = build_post(client, group.release)
    set_embargo(group.release, lift)
    before = Embargo.objects.values().get()

    for headers in ({}, {"accept": "application/json"}):
        client.post(
            reverse("wagtailadmin_pages:edit", args=[group.release.pk]),
            {**data, "lift": "", "embargo": "", "embargo_lift": ""},
            headers=headers,
        )

    assert Embargo.objects.values().get() == before
    assert reload(group.release).revisions.count() > 1


def test_a_workflow_approval(group, lift, editor):
    task = GroupApprovalTask.objects.create(name="Approval")
    workflow = Workflow.objects.create(name="Moderation")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    WorkflowContentType.objects.create(
        workflow=workflow,
        content_type=ContentType.objects.get_for_model(type(group.release)),
    )
    set_embargo(group.release, lift)
    page = reload(group.release)
    page.save_revision()
    state = workflow.start(page, editor)

    state.current_task_state.approve(user=editor)

    assert state.__class__.objects.get(pk=state.pk).status == "approved"
    assert get_live(group.release) == []
    assert reload(group.release).scheduled_revision.approved_go_live_at == lift


def test_wagtail_localize(group, lift, editor, django_capture_on_commit_callbacks):
    builders.publish(group.release)
    builders.make_translated_home(group.home, "es")
    group.index.copy_for_translation(builders.make_locale("es"))
    set_embargo(reload(group.release), lift)
    release, locale = reload(group.release), builders.make_locale("es")

    with django_capture_on_commit_callbacks(execute=True):
        translate_object(release, [locale])
    spanish = release.get_translation(locale)
    assert get_live(spanish) == []

    translation = Translation.objects.get(target_locale=locale)
    with django_capture_on_commit_callbacks(execute=True):
        translation.save_target(publish=True)
    assert get_live(spanish) == []
    assert reload(spanish).scheduled_revision.approved_go_live_at == lift


def test_wagtail_localize_publishes_without_an_embargo(
    group, editor, django_capture_on_commit_callbacks
):
    builders.publish(group.release)
    builders.make_translated_home(group.home, "es")
    builders.publish(group.index.copy_for_translation(builders.make_locale("es")))
    release, locale = reload(group.release), builders.make_locale("es")

    with django_capture_on_commit_callbacks(execute=True):
        translate_object(release, [locale])
        TranslationSource.objects.get().create_or_update_translation(
            locale, publish=True, fallback=True
        )

    assert get_live(release.get_translation(locale)) == ["release"]


def test_wagtails_action_for_apis(group, lift, editor):
    set_embargo(group.release, lift)
    page = reload(group.release)
    revision = page.save_revision()

    PublishPageRevisionAction(revision, user=editor).execute()

    assert get_live(group.release) == []


def test_a_revision_scheduled_before_the_embargo(group, lift, clock):
    page = reload(group.release)
    soon = page.go_live_at = timezone.now().replace(minute=30)
    builders.publish(page)
    set_embargo(reload(page), lift)

    clock.move_to(soon.replace(minute=31))
    # Even an old object in memory, or Wagtail's own command, meets it.
    reload(page).revisions.get(pk=reload(page).latest_revision_id).publish()

    assert get_live(page) == []
    assert reload(page).scheduled_revision.approved_go_live_at == lift


def test_bulk_publish(group, lift, editor, client):
    set_embargo(group.release, lift)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    response = client.post(f"{url}?id={group.release.pk}&next=/admin/")

    assert response.status_code == 302
    assert get_live(group.release) == []
