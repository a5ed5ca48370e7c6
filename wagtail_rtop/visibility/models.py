"""What hides a whole translation group, and the mixin of pages that are guarded."""

from typing import Any

from django.conf import settings
from django.db import models
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.documents import get_document_model_string
from wagtail.url_routing import RouteResult

from wagtail_rtop.compat import get_page_model_string


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

    class Meta:
        verbose_name = _("retraction")
        verbose_name_plural = _("retractions")
        ordering = ["-retracted_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.group_key}: {self.retracted_at.date().isoformat()}"


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

    class Meta:
        abstract = True

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Return the page as of ``content``, scheduled for the lift if there is one.

        Every publishing path of Wagtail asks a revision for its object and
        schedules it when ``go_live_at`` is to come; that is the first lock.
        """
        page = super().with_content_json(content)  # type: ignore[misc]  # Page's
        embargo = self.get_active_embargo()
        if embargo and (page.go_live_at is None or page.go_live_at < embargo.lift):
            page._go_live_at_before_embargo = page.go_live_at
            page.go_live_at = embargo.lift
        return page

    def serializable_data(self) -> dict[str, Any]:
        data = super().serializable_data()  # type: ignore[misc]  # Page's
        # The lift is not part of the text: a revision that kept it would go on
        # waiting for a moment that has been moved.
        if hasattr(self, "_go_live_at_before_embargo"):
            before = self._go_live_at_before_embargo
            data["go_live_at"] = before.isoformat() if before else None
        return data

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the page; never live under an embargo, a copy never live at once."""
        hidden = self.live and (self._is_fresh_copy() or self.get_active_embargo())
        if hidden:
            self.live = False
            self.live_revision = None
            fields = kwargs.get("update_fields")
            if fields is not None:
                kwargs["update_fields"] = {*fields, "live", "live_revision"}
        super().save(*args, **kwargs)

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
        page, seen = self, set()
        while page.alias_of_id and page.pk not in seen:
            seen.add(page.pk)
            page = page.alias_of
        return page.translation_key

    def get_active_embargo(self) -> Embargo | None:
        """Return the embargo that hides this page now, or None. One query."""
        embargo = Embargo.objects.filter(group_key=self.get_group_key()).first()
        return embargo if embargo and embargo.is_active() else None

    def _is_fresh_copy(self) -> bool:
        # Wagtail's copy keeps the original's live revision until the copy has
        # one of its own; a page made by code or by the editor has none.
        return bool(
            self._state.adding and self.live_revision_id and not self.alias_of_id
        )
