"""What hides a whole translation group, and the mixin of pages that are guarded."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.documents import get_document_model_string
from wagtail.locks import ScheduledForPublishLock
from wagtail.url_routing import RouteResult

from wagtail_rtop.compat import get_page_model_string
from wagtail_rtop.errors import PageGoneError
from wagtail_rtop.visibility.locks import lock_pages


class Embargo(models.Model):
    """Nothing of a translation group is readable before ``lift``.

    It lives apart from the page: a page form or an autosave that posts old
    values must never remove it. ``released_at`` is set by the command that
    publishes what was waiting.
    """

    group_key = models.UUIDField(_("translation group"), unique=True, editable=False)
    lift = models.DateTimeField(
        _("lift"),
        help_text=_("Nothing is readable before this moment, in any language."),
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        # The embargo outlives the account of who set it.
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("set by"),
    )
    set_at = models.DateTimeField(_("set at"), default=timezone.now)
    released_at = models.DateTimeField(
        _("released at"), null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("embargo")
        verbose_name_plural = _("embargoes")
        indexes = [models.Index(fields=["lift"], name="rtop_embargo_lift")]

    def __str__(self) -> str:
        return f"{self.group_key}: {self.lift.isoformat()}"

    def is_active(self, at: Any = None) -> bool:
        """Return whether the lift is still to come at ``at`` (default: now)."""
        return self.lift > (at or timezone.now())


class Retraction(models.Model):
    """A translation group that was withdrawn and answers 410 with a tombstone."""

    group_key = models.UUIDField(_("translation group"), unique=True, editable=False)
    reason = models.TextField(
        _("reason"), help_text=_("Shown to the public. Plain text.")
    )
    reason_language = models.CharField(
        _("language of the reason"),
        # The longest language code in use, like wagtailcore's Locale.
        max_length=100,
    )
    show_title = models.BooleanField(
        _("show the title"),
        default=True,
        help_text=_("Name the withdrawn text on its address and on the list."),
    )
    retracted_at = models.DateTimeField(_("retracted at"), default=timezone.now)
    retracted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("retracted by"),
    )
    successor_key = models.UUIDField(
        _("successor"),
        null=True,
        blank=True,
        help_text=_("Translation group of the page that replaces this one."),
    )
    # Ids of the revisions that were live, for the case that it is withdrawn.
    taken_down = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = _("retraction")
        verbose_name_plural = _("retractions")
        ordering = ["-retracted_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.group_key}: {self.retracted_at.date().isoformat()}"


class SchedulerRun(models.Model):
    """When ``rtop_publish_due`` ran last, and which runner is at work. One row."""

    finished_at = models.DateTimeField(_("finished at"), null=True)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    runner = models.CharField(
        # The 32 hexadecimal digits of a UUID.
        _("runner"),
        max_length=32,
        default="",
        blank=True,
    )
    runner_until = models.DateTimeField(_("runner until"), null=True)

    class Meta:
        verbose_name = _("run of the scheduler")
        verbose_name_plural = _("runs of the scheduler")

    def __str__(self) -> str:
        return str(self.finished_at)


class DocumentClaim(models.Model):
    """A document that a revision of a guarded page names, or has named.

    A claimed document is served only through a live page that the visitor may
    see. Claims are never taken back while the page exists: a file that was
    attached to a draft yesterday is no more public today.
    """

    document = models.ForeignKey(
        get_document_model_string(),
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("document"),
    )
    page = models.ForeignKey(
        get_page_model_string(),
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("page"),
    )

    class Meta:
        verbose_name = _("document claim")
        verbose_name_plural = _("document claims")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "page"], name="rtop_document_claim"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} ← {self.page_id}"


class GuardedPageMixin(models.Model):
    """A page whose every way out asks the gate.

    To use: inherit it before the page class; the package's mixins do.
    It keeps a page under embargo off line whatever publishes it, lets a
    retracted page answer 410, and marks personal responses as private.
    """

    if TYPE_CHECKING:
        # Of the page class that every subclass inherits beside this one.
        title: Any
        live: Any
        live_revision: Any
        live_revision_id: Any
        go_live_at: Any
        last_published_at: Any
        alias_of: Any
        alias_of_id: Any
        translation_key: Any
        path: Any
        locale_id: Any

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the page; never live under an embargo, a copy never live at once."""
        fields = kwargs.get("update_fields")
        if fields is None or "live" in fields:
            self._lock_group()
        if self.live and (fields is None or "live" in fields) and self._is_withheld():
            self.live = False
            self.live_revision = None
            if fields is not None:
                kwargs["update_fields"] = {*fields, "live", "live_revision"}
        elif self.live and fields is None:
            if self._state.adding and not self.last_published_at:
                # Written live by code: its copies must be known for copies.
                self.last_published_at = timezone.now()
            self.prepare_live()
        # Neither does the row keep the lift, for the reason that revisions do not.
        shown, self.go_live_at = self.go_live_at, self._get_own_go_live_at()
        try:
            super().save(*args, **kwargs)
        finally:
            self.go_live_at = shown
        if fields is None:
            # Imported here: it reads the tables of this module. Code may name a
            # document without a revision that says so.
            from wagtail_rtop.visibility.documents import claim_documents

            claim_documents(self.pk, self)

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete the page and all below it, once nobody writes them any more."""
        # Ahead of Django's search for the rows that go with them: what somebody
        # adds after it would make the deletion fail.
        lock_pages(Q(path__startswith=self.path))
        return super().delete(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Return the page as of ``content``, scheduled for the lift if there is one.

        Every publishing path of Wagtail asks a revision for its object and
        schedules it when ``go_live_at`` is to come; that is the first lock.
        """
        page = super().with_content_json(content)  # type: ignore[misc]  # Page's
        embargo = self.get_active_embargo()
        if embargo and (page.go_live_at is None or page.go_live_at < embargo.lift):
            page._embargoed_go_live_at = (embargo.lift, page.go_live_at)
            page.go_live_at = embargo.lift
        return page

    def serializable_data(self) -> dict[str, Any]:
        data = super().serializable_data()  # type: ignore[misc]  # Page's
        # The lift is not part of the text: a revision that kept it would go on
        # waiting for a moment that has been moved.
        own = self._get_own_go_live_at()
        data["go_live_at"] = own.isoformat() if own else None
        return data

    def get_lock(self) -> Any:
        """Return Wagtail's lock, but for the one of a scheduled page.

        Wagtail lets nobody edit what is scheduled, so that a correction means to
        cancel the schedule, and to remember to set it again: an embargo would be
        lifted with nothing behind it. Here the scheduled text stays, and the editor
        is asked whether what was saved since replaces it.
        """
        lock = super().get_lock()  # type: ignore[misc]  # Page's
        if not isinstance(lock, ScheduledForPublishLock):
            return lock
        # It comes first and hides the others, which hold: asked again as if nothing
        # were scheduled, by the attribute that Wagtail's own lists fill.
        kept = self.__dict__.pop("_approved_schedule", None)
        self._approved_schedule = False
        try:
            return super().get_lock()  # type: ignore[misc]  # Page's
        finally:
            del self._approved_schedule
            if kept is not None:
                self._approved_schedule = kept

    def prepare_live(self) -> None:
        """Do what belongs to a publish; called ahead of writing a live row."""

    def route(self, request: Any, path_components: list[str]) -> RouteResult:
        """Route to the page, also when it is not live but has a tombstone."""
        # Imported here: the gate reads the tables of this module.
        from wagtail_rtop.visibility.gate import get_retraction

        try:
            return super().route(request, path_components)  # type: ignore[misc]
        except Http404:
            if path_components or not get_retraction(self):
                raise
            return RouteResult(self)

    def get_group_key(self) -> Any:
        """Return the translation group: the key at the end of the alias chain."""
        page: Any = self
        seen: set[int] = set()
        while page.alias_of_id and page.pk not in seen:
            seen.add(page.pk)
            page = page.alias_of
        return page.translation_key

    def get_active_embargo(self) -> Embargo | None:
        """Return the embargo that hides this page now, or None. One query."""
        embargo = Embargo.objects.filter(group_key=self.get_group_key()).first()
        return embargo if embargo and embargo.is_active() else None

    def _is_withheld(self) -> bool:
        """Return whether the page must not become live. Two queries or fewer."""
        if self._is_fresh_copy():
            return True
        key = self.get_group_key()
        return (
            self.get_active_embargo() is not None
            or Retraction.objects.filter(group_key=key).exists()
        )

    def _lock_group(self) -> None:
        """Wait for whoever changes a page of the group now. One query.

        An embargo locks the rows before it takes them off line: either it waits
        for this page and finds it live, or this page finds it.

        Raises:
            PageGoneError: if the page was deleted meanwhile: saving it would bring
                it back.
        """
        if self._state.adding:
            return
        group = Q(translation_key=self.get_group_key())
        if self.pk not in lock_pages(Q(pk=self.pk) | group):
            raise PageGoneError(
                f"The page “{self.title}” ({self.pk}) was deleted by somebody else, "
                "so it can't be saved. Create it anew if it is still needed."
            )

    def _get_own_go_live_at(self) -> Any:
        """Return the moment the editor chose, not the lift put in its place."""
        lift, own = getattr(self, "_embargoed_go_live_at", (None, None))
        # The editor's form shows the lift and posts it back without seconds.
        if lift and self.go_live_at and _cut(self.go_live_at) == _cut(lift):
            return own
        return self.go_live_at

    def _is_fresh_copy(self) -> bool:
        # Wagtail's copy keeps what the original was published with until the copy
        # has its own; a page made by code or by the editor has none of it.
        published = self.live_revision_id or self.last_published_at
        return bool(self._state.adding and published and not self.alias_of_id)


def is_guarded(page: Any) -> bool:
    """Return whether a page, loaded or not as its own type, is a document of ours.

    By its class, without a query: lists ask it for each row.
    """
    return bool(page.pk) and issubclass(page.specific_class or object, GuardedPageMixin)


def _cut(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
