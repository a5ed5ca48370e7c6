"""The release view: now, at a moment, or under embargo, for all languages at once."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from wagtail.admin import messages
from wagtail.admin.modal_workflow import render_modal_workflow

from wagtail_rtop.coalition.moments import (
    describe_moment,
    format_moment,
    get_audience_zone,
)
from wagtail_rtop.holds.forms import ReleaseForm, When
from wagtail_rtop.holds.plan import Version, fetch_versions
from wagtail_rtop.holds.views import HoldView
from wagtail_rtop.visibility.embargo import (
    may_loosen,
    may_tighten,
    remove_embargo,
    set_embargo,
)
from wagtail_rtop.visibility.gate import get_retraction
from wagtail_rtop.visibility.groups import fetch_schedule
from wagtail_rtop.visibility.lifting import is_held_back, lift_now
from wagtail_rtop.visibility.models import Embargo
from wagtail_rtop.visibility.releasing import (
    include_in_lift,
    is_newer,
    release_now,
    replace_scheduled,
    schedule_release,
)


class ReleaseView(HoldView):
    """Releases a page's group, or holds it back.

    POST ``action``: "set" (default; the form decides when), "lift" (end the
    embargo and publish what waits), "remove" (end it and publish nothing) or
    "replace" (the latest text of ``page`` takes the place of the scheduled one).
    As a modal in the page's editor and as a page.
    """

    form_class = ReleaseForm
    form_template = "wagtail_rtop/admin/_release.html"
    header_icon = "time"

    def get_page_title(self) -> str:
        return gettext("Release")

    def may_open(self) -> bool:
        return self.page.permissions_for_user(self.request.user).can_edit()

    @cached_property
    def embargo(self) -> Embargo | None:
        return self.page.get_active_embargo()

    @cached_property
    def may_loosen(self) -> bool:
        return may_loosen(self.page, self.request.user)

    @cached_property
    def may_tighten(self) -> bool:
        return may_tighten(self.page, self.request.user)

    @cached_property
    def versions(self) -> list[Version]:
        return fetch_versions(self.page, self.members, self.request.user)

    @cached_property
    def choices(self) -> list[Version]:
        """What the editor may choose to let out: drafts that they may publish."""
        return [v for v in self.versions if v.has_draft and v.may_release]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "choices": self.choices,
            "may_embargo": self.may_tighten or self.may_loosen,
            "embargo": self.embargo,
            "audience_zone": str(get_audience_zone(self.page)),
        }

    def get_initial(self) -> dict[str, Any]:
        if self.embargo:
            return {"when": When.EMBARGO, "lift": self.embargo.lift}
        return {"when": When.EMBARGO if self.may_tighten else When.TIME}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        embargo = self.embargo
        return super().get_context_data(
            **{
                "embargo": embargo,
                "moments": describe_moment(embargo.lift, self.page) if embargo else [],
                "now_moments": describe_moment(timezone.now(), self.page),
                "versions": self.versions,
                "choices": self.choices,
                "retraction": get_retraction(self.page),
                "may_loosen": self.may_loosen,
                "may_tighten": self.may_tighten,
                **kwargs,
            }
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        action = request.POST.get("action", "set")
        if action == "set":
            return super().post(request, *args, **kwargs)
        if action == "replace":
            return self.replace(request.POST.get("page", ""))
        if action not in ENDINGS:
            raise Http404
        if not self.may_loosen:
            raise PermissionDenied
        return self.end(action)

    def end(self, action: str) -> HttpResponse:
        """Lift or remove the embargo, once the editor has seen what that does."""
        if "back" in self.request.POST:
            return self.refuse(ValidationError([]))
        if self.embargo is None:
            return self.refuse(ValidationError(gettext("There is no embargo now.")))
        outcome = build_outcome(self.versions, [], action, self.embargo.lift)
        # What was shown: another moment or another text since is shown again.
        key = " ".join(
            [
                self.embargo.lift.isoformat(),
                *(str(v.scheduled.pk) for v in outcome["waiting"] if v.scheduled),
            ]
        )
        if self.request.POST.get("confirmed") != key:
            return self.render_to_response(
                self.get_context_data(
                    form=self.form_class(**self.get_unbound_form_kwargs()),
                    confirming=True,
                    when=action,
                    outcome=outcome,
                    ending_key=key,
                )
            )
        try:
            return self.finish(ENDINGS[action](self.page, self.request.user))
        except ValidationError as error:
            return self.refuse(error)

    def replace(self, pk: str) -> HttpResponse:
        """Schedule the latest text of one language in place of an earlier one."""
        found = [v for v in self.versions if v.page and str(v.page.pk) == pk]
        if not found:
            raise Http404
        if not found[0].may_release:
            raise PermissionDenied
        try:
            moment = replace_scheduled(found[0].page, user=self.request.user)
        except ValidationError as error:
            return self.refuse(error)
        if moment is None:
            return self.finish(gettext("The latest text is scheduled already."))
        return self.finish(gettext("The latest text is scheduled now."))

    def refuse(self, error: ValidationError) -> HttpResponse:
        """Show the view again, with why what was asked was not done."""
        form = self.form_class(**self.get_unbound_form_kwargs())
        return self.render_to_response(
            self.get_context_data(form=form, refusals=error.messages)
        )

    def get_unbound_form_kwargs(self) -> dict[str, Any]:
        kwargs = self.get_form_kwargs()
        return {k: v for k, v in kwargs.items() if k not in ("data", "files")}

    def form_valid(self, form: ReleaseForm) -> HttpResponse:
        if "back" in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form))
        when, lift = form.cleaned_data["when"], form.cleaned_data["lift"]
        chosen = form.get_chosen()
        if when == When.EMBARGO and not self.check_embargo(form, lift):
            return self.form_invalid(form)
        if not self.is_confirmed(form, when, chosen):
            return self.render_to_response(
                self.get_context_data(
                    form=form,
                    confirming=True,
                    when=when,
                    outcome=build_outcome(self.versions, chosen, when, lift),
                    texts=form.build_texts(chosen),
                    new_moments=describe_moment(lift or timezone.now(), self.page),
                )
            )
        try:
            return self.finish(self.release(when, lift, [v.page for v in chosen]))
        except ValidationError as error:
            # An unfinished text, or the moment has passed while the editor read.
            form.add_error(None, error.messages)
            return self.form_invalid(form)

    def check_embargo(self, form: ReleaseForm, lift: Any) -> bool:
        """Add an error, or refuse, unless the editor may set this lift."""
        is_earlier = self.embargo is not None and lift < self.embargo.lift
        if is_earlier and not self.may_loosen:
            form.add_error(
                "lift",
                gettext(
                    "An earlier lift needs the right to publish this document in every "
                    "language. Choose a later moment, or ask somebody who has it."
                ),
            )
            return False
        if not is_earlier and not self.may_tighten:
            raise PermissionDenied
        return True

    def is_confirmed(self, form: ReleaseForm, when: str, chosen: list[Version]) -> bool:
        if when == When.EMBARGO and not form.has_confirmed(self.live_members):
            return False
        if when != When.EMBARGO and not form.cleaned_data["confirmed"]:
            return False
        # Another text saved since is shown before it goes out.
        return form.cleaned_data["texts"] == form.build_texts(chosen)

    @transaction.atomic
    def release(self, when: str, lift: Any, pages: list[Any]) -> str:
        """Do it; return what to tell the editor."""
        user = self.request.user
        if when == When.NOW:
            release_now(self.page, pages, user=user)
            return ngettext(
                "%(count)s page is now public.",
                "%(count)s pages are now public.",
                len(pages),
            ) % {"count": len(pages)}
        if when == When.TIME:
            schedule_release(self.page, pages, lift, user=user)
            return ngettext(
                "%(count)s page is scheduled.",
                "%(count)s pages are scheduled.",
                len(pages),
            ) % {"count": len(pages)}
        set_embargo(self.page, lift, user=user)
        include_in_lift(self.page, pages, user=user)
        return gettext("The embargo is set, in every language.")

    def finish(self, message: str) -> HttpResponse:
        messages.success(self.request, message)
        if self.is_modal:
            return JsonResponse({"step": "done", "url": self.get_success_url()})
        return redirect(self.get_success_url())

    @property
    def is_modal(self) -> bool:
        return self.request.headers.get("X-Requested-With") == "XMLHttpRequest"

    def render_to_response(
        self, context: dict[str, Any], **response_kwargs: Any
    ) -> HttpResponse:
        if self.is_modal:
            return render_modal_workflow(
                self.request,
                "wagtail_rtop/admin/hold_modal.html",
                None,
                context,
                json_data={"step": "form"},
            )
        return super().render_to_response(context, **response_kwargs)


def _lift(page: Any, user: Any) -> str:
    count = len(lift_now(page, user=user))
    return ngettext(
        "The embargo is lifted; %(count)s page is now public.",
        "The embargo is lifted; %(count)s pages are now public.",
        count,
    ) % {"count": count}


def _remove(page: Any, user: Any) -> str:
    remove_embargo(page, user=user)
    return gettext("The embargo is removed. Nothing was published.")


# What ends an embargo before its moment; each returns what to tell the editor.
ENDINGS = {"lift": _lift, "remove": _remove}


def build_outcome(
    versions: list[Version], chosen: list[Version], when: str, lift: Any
) -> dict[str, list[Version]]:
    """Return what the release does to each language.

    ``when`` is one of When or of ENDINGS, ``lift`` the moment, for ENDINGS the one
    that was planned.

    Shape: ``{"out": goes out in its latest text, "waiting": goes out in the text
    that was scheduled, "back": public now and public again at the lift,
    "behind": stays as it is, "missing": has no translation}``.
    """
    outcome: dict[str, list[Version]] = {
        name: [] for name in ("out", "waiting", "back", "behind", "missing")
    }
    for version in versions:
        outcome[_get_fate(version, chosen, when, lift)].append(version)
    return outcome


def _get_fate(version: Version, chosen: list[Version], when: str, lift: Any) -> str:
    if version.page is None:
        return "missing"
    if version in chosen:
        return "out"
    if when in ENDINGS:
        waits = version.scheduled and is_held_back(
            version.scheduled, lift, timezone.now()
        )
        return "waiting" if waits else "behind"
    if when == When.EMBARGO:
        if version.scheduled and version.due:
            return "waiting"
        if version.page.live:
            return "back"
    elif when == When.TIME and version.due and version.due <= lift:
        return "waiting"
    return "behind"


def describe_scheduled(request: HttpRequest, page: Any) -> None:
    """Ask whether the text just saved shall replace an earlier, scheduled one."""
    waiting = fetch_schedule(page)
    latest = page.get_latest_revision() if waiting else None
    if not waiting or not is_newer(latest, waiting[0]):
        return
    scheduled = waiting[0]
    messages.warning(
        request,
        format_html(
            '{} <a href="{}">{}</a>',
            gettext(
                "This text does not go out yet: the one of %(saved)s is scheduled for "
                "%(due)s."
            )
            % {
                "saved": _format(scheduled.created_at),
                "due": _format(scheduled.approved_go_live_at),
            },
            reverse("rtop_release", args=[page.pk]),
            gettext("Replace the scheduled text"),
        ),
    )


def _format(moment: Any) -> str:
    return format_moment(timezone.localtime(moment))
