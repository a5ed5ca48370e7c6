"""Giving, revoking and opening preview links."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from wagtail_rtop.visibility.documents import get_document_ids
from wagtail_rtop.visibility.gate import get_retraction
from wagtail_rtop.visibility.groups import fetch_schedule
from wagtail_rtop.visibility.previews import PreviewLink, PreviewText


# A link that somebody forgot must not open for ever.
MAX_DAYS = 30
DEFAULT_DAYS = 7


def may_give(page: Any, user: Any) -> bool:
    """Return whether the user may let others read the page: publish it."""
    return not page.alias_of_id and page.permissions_for_user(user).can_publish()


def get_default_expiry(page: Any) -> datetime:
    """Return the lift if it comes within 30 days, else a week from now."""
    now = timezone.now()
    embargo = page.get_active_embargo()
    if embargo and embargo.lift <= now + timedelta(days=MAX_DAYS):
        return embargo.lift
    return now + timedelta(days=DEFAULT_DAYS)


def check_expiry(expires_at: datetime) -> None:
    """Refuse a moment that has passed or is more than 30 days ahead.

    Raises:
        ValidationError: as said.
    """
    now = timezone.now()
    if expires_at <= now:
        raise ValidationError(
            _("This moment has passed. Choose one that is to come."), code="past"
        )
    if expires_at > now + timedelta(days=MAX_DAYS):
        raise ValidationError(
            _("A preview link lasts %(days)s days at most. Choose an earlier moment."),
            code="too_far",
            params={"days": MAX_DAYS},
        )


@transaction.atomic
def give_link(
    page: Any,
    recipient: str,
    expires_at: datetime,
    *,
    text: str = PreviewText.DRAFT,
    user: Any,
) -> tuple[PreviewLink, str]:
    """Return a new link and its token, which is nowhere stored.

    Raises:
        ValidationError: as check_expiry() says.
    """
    check_expiry(expires_at)
    secret = secrets.token_urlsafe(32)
    link = PreviewLink.objects.create(
        page_id=page.pk,
        text=text,
        token_hash=_hash(secret),
        recipient=recipient,
        expires_at=expires_at,
        created_by=user,
    )
    _log(link, page, "give_preview", user)
    return link, _get_signer().sign(secret)


@transaction.atomic
def revoke_link(link: PreviewLink, *, user: Any = None) -> None:
    """Let the link open nothing any more. Does nothing if it is revoked."""
    changed = PreviewLink.objects.filter(pk=link.pk, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    if changed:
        _log(link, link.page.specific, "revoke_preview", user)


def find_link(token: str) -> PreviewLink | None:
    """Return the link of a token that we signed, also one that is over, or None.

    The signature is compared in constant time, and ahead of the one query.
    """
    try:
        secret = _get_signer().unsign(token)
    except BadSignature:
        return None
    links = PreviewLink.objects.select_related("page__locale", "created_by")
    return links.filter(token_hash=_hash(secret)).first()


def fetch_text(link: PreviewLink) -> Any:
    """Return the page in the text that the link shows; None if it shows nothing.

    Nothing: it is over, the page is retracted, its giver may not publish the page
    any more, or nothing is scheduled.
    """
    if link.is_over():
        return None
    page = link.page.specific
    giver = link.created_by
    if giver is None or not giver.is_active or not may_give(page, giver):
        return None
    if get_retraction(page):
        return None
    if link.text == PreviewText.SCHEDULED:
        waiting = fetch_schedule(page)
        return waiting[0].as_object() if waiting else None
    return page.get_latest_revision_as_object()


def record_opening(link: PreviewLink, page: Any) -> None:
    """Count an opening and log it. The log names the link, not who was given it."""
    PreviewLink.objects.filter(pk=link.pk).update(
        opened=F("opened") + 1, last_opened_at=timezone.now()
    )
    _log(link, page, "open_preview", None)


def names_document(text: Any, document_id: int) -> bool:
    """Return whether this state of the page names the document."""
    return document_id in set(get_document_ids(text))


def _log(link: PreviewLink, page: Any, action: str, user: Any) -> None:
    log(
        instance=page,
        action=f"wagtail_rtop.{action}",
        user=user,
        data={"link": link.pk},
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _get_signer() -> Signer:
    # No dot in what is signed: it is the URL-safe alphabet of base64.
    return Signer(salt="wagtail_rtop.previews", sep=".")
