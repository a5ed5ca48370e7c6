"""Who wants the daily e-mail. One row for each user who was ever asked."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DigestSubscription(models.Model):
    """Whether a user wants the daily e-mail, and for which day it was sent last."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("user"),
    )
    wanted = models.BooleanField(
        _("Daily e-mail about overdue answers"),
        default=False,
        help_text=_(
            "Sent on days on which an answer to a letter that you may edit is "
            "overdue or due within seven days."
        ),
    )
    # In the coalition's audience time zone.
    sent_for = models.DateField(_("sent for"), null=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("subscription to the daily e-mail")
        verbose_name_plural = _("subscriptions to the daily e-mail")

    def __str__(self) -> str:
        return str(self.user)


def get_subscription(user: Any) -> DigestSubscription:
    """Return the user's subscription, unsaved if there was none. One query."""
    found = DigestSubscription.objects.filter(user=user).first()
    return found or DigestSubscription(user=user)
