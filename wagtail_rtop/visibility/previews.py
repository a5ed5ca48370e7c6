"""Who was given a link to what, until when. A side table: no page knows of it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wagtail_rtop.compat import get_page_model_string


class PreviewText(models.TextChoices):
    """Which text of the page a link shows."""

    DRAFT = "draft", _("the latest draft")
    SCHEDULED = "scheduled", _("the text that is scheduled")


class PreviewLink(models.Model):
    """A link that shows one page, in one language, to one recipient.

    Of the link's secret only a hash is stored: who reads the database can't open
    a link, and nobody can be shown one again.
    """

    page = models.ForeignKey(
        get_page_model_string(),
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("page"),
    )
    text = models.CharField(
        _("text"),
        max_length=20,
        choices=PreviewText.choices,
        default=PreviewText.DRAFT,
    )
    # SHA-256 in hexadecimal digits.
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    recipient = models.CharField(
        _("given to"),
        max_length=255,
        help_text=_("Stands at the top of what they see."),
    )
    expires_at = models.DateTimeField(_("expires"))
    created_at = models.DateTimeField(_("given on"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        # A link lives no longer than its giver's right to give it.
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("given by"),
    )
    revoked_at = models.DateTimeField(_("revoked on"), null=True, editable=False)
    opened = models.PositiveIntegerField(_("opened"), default=0, editable=False)
    last_opened_at = models.DateTimeField(_("last opened"), null=True, editable=False)

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.recipient}"

    def is_over(self) -> bool:
        """Return whether it was revoked or has expired."""
        return self.revoked_at is not None or self.expires_at <= timezone.now()
