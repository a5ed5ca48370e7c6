"""Whose turn it is to save a page: two who started from one text can't both.

Wagtail warns of a newer version while one edits, and refuses an autosave over it. A
save by hand that was begun before the warning came overwrites in silence.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wagtail_rtop.compat import get_page_model, get_page_model_string


# A turn that came to nothing, for a form with a mistake, gives way after this.
LEASE = timedelta(seconds=30)


class SaveTurn(models.Model):
    """Who is saving, or has just saved, what was written over which text. One a page."""

    page = models.OneToOneField(
        get_page_model_string(),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("page"),
    )
    # The revision that was latest, and when it was written; see get_base().
    base = models.CharField(_("base"), max_length=100, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("user"),
    )
    taken_at = models.DateTimeField(_("taken at"), default=timezone.now)

    class Meta:
        verbose_name = _("turn to save")
        verbose_name_plural = _("turns to save")

    def __str__(self) -> str:
        return f"{self.page_id}: {self.base}"


def fetch_base(page_id: int) -> tuple[int | None, datetime | None]:
    """Return the page's latest revision and when it was written. One query.

    An autosave writes a revision over again: its id stays, its time does not.
    """
    pages = get_page_model().objects.filter(pk=page_id)
    found = pages.values_list("latest_revision", "latest_revision__created_at").first()
    return found or (None, None)


@transaction.atomic
def take_turn(
    page_id: int,
    base: tuple[int | None, datetime | None],
    user: Any,
    *,
    force: bool = False,
) -> bool:
    """Take the turn to save over ``base``; return whether it was taken.

    Not if another text is the latest by now, nor if somebody else has the turn,
    unless ``force``: then the editor has been told.
    """
    SaveTurn.objects.get_or_create(page_id=page_id)
    turn = SaveTurn.objects.select_for_update().get(page_id=page_id)
    # Read under the lock: who saved in between had the turn before.
    if fetch_base(page_id) != base:
        return False
    now, name = timezone.now(), _name_base(base)
    is_taken = (
        turn.base == name
        and turn.user_id not in (None, user.pk)
        and turn.taken_at > now - LEASE
    )
    if is_taken and not force:
        return False
    turn.base, turn.user, turn.taken_at = name, user, now
    turn.save()
    return True


def _name_base(base: tuple[int | None, datetime | None]) -> str:
    revision, moment = base
    return f"{revision or ''} {moment.isoformat() if moment else ''}"
