"""Releases that failed or came late: kept, told to those who look after the site."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from wagtail_rtop.compat import get_page_model, get_page_model_string
from wagtail_rtop.conf import get_setting


logger = logging.getLogger("wagtail_rtop")

# A tick is a minute; as long as the check on the heartbeat waits.
LATE = timedelta(minutes=5)
# What still fails is told again after this.
REMIND = timedelta(hours=1)


class IncidentKind(models.TextChoices):
    """What went wrong with a release."""

    FAILED = "failed", _("failed")
    LATE = "late", _("late")


class Incident(models.Model):
    """One release that did not go out when it should have.

    A failed one is solved by the run in which it succeeds; a late one when it is
    recorded.
    """

    # What was tried, as LiftReport names it.
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=IncidentKind.choices)
    page = models.ForeignKey(
        get_page_model_string(),
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("page"),
    )
    error = models.CharField(_("error"), max_length=500, blank=True)
    due_at = models.DateTimeField(_("due"))
    first_at = models.DateTimeField(_("first tried"), default=timezone.now)
    last_at = models.DateTimeField(_("last tried"), default=timezone.now)
    tries = models.PositiveIntegerField(_("tries"), default=1)
    told_at = models.DateTimeField(_("told"), null=True)
    solved_at = models.DateTimeField(_("solved"), null=True)

    class Meta:
        verbose_name = _("incident of a release")
        verbose_name_plural = _("incidents of releases")
        ordering = ["-first_at", "-pk"]
        indexes = [models.Index(fields=["solved_at"], name="rtop_incident_solved")]

    def __str__(self) -> str:
        return f"{self.name}: {self.kind}"


def record_failure(
    name: str, page_id: int | None, due_at: datetime, error: Exception
) -> None:
    """Note that a release failed, and say so in the history of its page, once."""
    now = timezone.now()
    words = f"{type(error).__name__}: {error}"[:500]
    open_ones = Incident.objects.filter(
        name=name, kind=IncidentKind.FAILED, solved_at=None
    )
    if open_ones.update(last_at=now, error=words, tries=models.F("tries") + 1):
        return
    Incident.objects.create(
        name=name,
        kind=IncidentKind.FAILED,
        page_id=page_id,
        error=words,
        due_at=due_at,
    )
    page = get_page_model().objects.filter(pk=page_id).first()
    if page:
        log(
            instance=page.specific,
            action="wagtail_rtop.fail_release",
            data={"detail": type(error).__name__},
        )


def record_success(name: str, page_id: int | None, due_at: datetime) -> None:
    """Close what had failed; note it if the release came late."""
    now = timezone.now()
    failed = Incident.objects.filter(name=name, solved_at=None)
    if failed.update(solved_at=now):
        return
    if now - due_at > LATE:
        Incident.objects.create(
            name=name,
            kind=IncidentKind.LATE,
            page_id=page_id,
            due_at=due_at,
            solved_at=now,
        )


def tell_managers() -> int:
    """Send one message about what is new or still fails; return to how many.

    A message that can't be sent is tried again at the next run: it stops nothing.
    """
    now = timezone.now()
    untold = models.Q(told_at=None)
    again = models.Q(solved_at=None, told_at__lte=now - REMIND)
    found = list(Incident.objects.filter(untold | again))
    recipients = get_recipients()
    if not found or not recipients:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        message = EmailMessage(
            ngettext(
                "%(count)s release needs your attention",
                "%(count)s releases need your attention",
                len(found),
            )
            % {"count": len(found)},
            build_message(found),
            to=recipients,
        )
    try:
        message.send()
    except Exception:  # mail fails in many ways, none of which may stop a release
        logger.exception("The managers could not be told of %s releases.", len(found))
        return 0
    Incident.objects.filter(pk__in=[i.pk for i in found]).update(told_at=now)
    return len(recipients)


def get_recipients() -> list[str]:
    """Return who is told: ``ALERT_EMAILS``, else MANAGERS, else ADMINS.

    Django 6 lists addresses there, 5.2 pairs of name and address.
    """
    own = get_setting("ALERT_EMAILS")
    if own is not None:
        return [str(address) for address in own]
    people: Iterable[Any] = settings.MANAGERS or settings.ADMINS
    return [p if isinstance(p, str) else p[1] for p in people]


def build_message(incidents: Iterable[Incident]) -> str:
    """Return the text. It names no title and no word of any: mail is read by others."""
    lines = [_describe(incident) for incident in incidents]
    return "\n\n".join(
        [
            *lines,
            gettext(
                "What failed is tried again every minute. Titles are left out of this "
                "message on purpose."
            ),
        ]
    )


def _describe(incident: Incident) -> str:
    values = {
        "name": incident.name,
        "due": f"{incident.due_at:%Y-%m-%d %H:%M} UTC",
        "tries": incident.tries,
        "error": incident.error.partition(":")[0],
    }
    if incident.kind == IncidentKind.LATE:
        text = gettext("Late: %(name)s was due %(due)s and is out now.") % values
    elif incident.solved_at:
        text = (
            gettext("Failed at first: %(name)s was due %(due)s and is out now.")
            % values
        )
    else:
        text = (
            gettext(
                "Failed: %(name)s was due %(due)s and is not out. Tries: %(tries)s, "
                "error: %(error)s."
            )
            % values
        )
    url = _build_url(incident.page_id)
    return f"{text}\n{url}" if url else text


def _build_url(page_id: int | None) -> str:
    base = getattr(settings, "WAGTAILADMIN_BASE_URL", "") or ""
    try:
        path = reverse("rtop_release", args=[page_id]) if page_id else ""
    except NoReverseMatch:
        # A process without the admin's addresses.
        path = ""
    return f"{base.rstrip('/')}{path}" if path else ""
