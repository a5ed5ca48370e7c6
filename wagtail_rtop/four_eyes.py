"""A step of a workflow that nobody passes with a text of their own."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import AbstractGroupApprovalTask, Revision, TaskState, WorkflowState


class FourEyesTask(AbstractGroupApprovalTask):
    """Approval by a member of the groups who has written nothing of the text.

    To use: add it to a workflow in the admin, Settings › Workflow tasks. It binds
    superusers too. Whoever has the right to publish may publish without any
    workflow, as everywhere in Wagtail: authors belong in a group without it.
    """

    class Meta:
        verbose_name = gettext_lazy("Four eyes")
        verbose_name_plural = gettext_lazy("Four eyes")

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        actions = super().get_actions(obj, user)
        if actions and is_author(obj, user):
            # Taking one's own text back is no approval.
            return [action for action in actions if action[0] != "approve"]
        return actions

    def on_action(
        self, task_state: Any, user: Any, action_name: str, **kwargs: Any
    ) -> Any:
        """Approve or reject; asked again, because the approver may have typed.

        Raises:
            PermissionDenied: if the approver is an author.
        """
        obj = task_state.workflow_state.content_object
        if action_name == "approve" and is_author(obj, user):
            raise PermissionDenied(
                _(
                    "You have written part of this text. Somebody who has not must "
                    "approve it."
                )
            )
        return super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(
        self, user: Any, **kwargs: Any
    ) -> QuerySet[TaskState]:
        """Return what waits for this user: nothing of their own. Some two queries."""
        states = super().get_task_states_user_can_moderate(user, **kwargs)
        found = states.select_related("workflow_state").prefetch_related(
            "workflow_state__content_object"
        )
        objects = {state.pk: state.workflow_state.content_object for state in found}
        own = find_authored(objects.values(), user)
        return states.exclude(workflow_state__requested_by=user).exclude(
            pk__in=[pk for pk, obj in objects.items() if (type(obj), obj.pk) in own]
        )

    @classmethod
    def get_description(cls) -> str:
        return _(
            "A member of the chosen groups who has not written any of the text can "
            "approve this task"
        )


def is_author(obj: Any, user: Any) -> bool:
    """Return whether the user has written any of what is to be approved.

    That is: a stored text since the one that is live, or the wish to have it
    approved. Two queries.
    """
    if user is None or find_authored([obj], user):
        return user is not None
    running = obj.workflow_states.filter(status=WorkflowState.STATUS_IN_PROGRESS)
    return running.filter(requested_by=user).exists()


def find_authored(objects: Iterable[Any], user: Any) -> set[tuple[type, Any]]:
    """Return (class, id) of those of which the user has written an unpublished text.

    One query for each class of objects.
    """
    if user is None:
        # Revisions by nobody are not nobody's own.
        return set()
    by_type: dict[Any, dict[str, Any]] = {}
    for obj in objects:
        content_type = obj.get_base_content_type().pk
        by_type.setdefault(content_type, {})[str(obj.pk)] = obj
    found = set()
    for content_type, by_pk in by_type.items():
        rows = Revision.objects.filter(
            base_content_type=content_type, object_id__in=list(by_pk), user=user
        ).values_list("pk", "object_id")
        for pk, object_id in rows:
            obj = by_pk[object_id]
            if pk > (getattr(obj, "live_revision_id", None) or 0):
                found.add((type(obj), obj.pk))
    return found
