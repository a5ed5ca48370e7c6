"""The dashboard's panel: what is lifted this week, and what did not go out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.models import Revision
from wagtail.permissions import page_permission_policy

from wagtail_rtop.visibility.incidents import Incident
from wagtail_rtop.visibility.models import Embargo
from wagtail_rtop.visibility.scheduler import get_silence


DAYS = 7
# More than these are a list, not a glance.
SHOWN = 20


@dataclass
class Lift:
    """One embargo on the panel.

    Attributes:
        page: the oldest page of the group that the editor may change.
        moment: the lift.
        languages: names of the languages that go out; empty says that none does.
    """

    page: Any
    moment: datetime
    languages: list[str] = field(default_factory=list)


class ReleasesPanel(Component):
    """Shows to each editor what concerns pages that they may change."""

    name = "rtop_releases"
    template_name = "wagtail_rtop/admin/panel.html"
    order = 205

    def get_context_data(self, parent_context: Any = None) -> Mapping[str, Any]:
        user = parent_context["request"].user
        return {
            "lifts": fetch_lifts(user),
            "incidents": fetch_incidents(user),
            # None while the scheduler runs, or nothing waits for it.
            "silence": get_silence(),
        }


def fetch_lifts(user: Any) -> list[Lift]:
    """Return the embargoes of the coming week, soonest first. Four queries or fewer."""
    until = timezone.now() + timedelta(days=DAYS)
    embargoes = Embargo.objects.filter(released_at=None, lift__lte=until)
    moments = dict(embargoes.order_by("lift").values_list("group_key", "lift"))
    if not moments:
        return []
    pages = get_editable(user).filter(translation_key__in=moments, alias_of=None)
    lifts: dict[Any, Lift] = {}
    locales: dict[int, tuple[Any, str]] = {}
    for page in pages.select_related("locale").order_by("pk"):
        key = page.translation_key
        lifts.setdefault(key, Lift(page, moments[key]))
        locales[page.pk] = (key, page.locale.get_display_name())
    waiting = Revision.objects.filter(
        approved_go_live_at__isnull=False, object_id__in=[str(pk) for pk in locales]
    )
    ids = {int(pk) for pk in waiting.values_list("object_id", flat=True)}
    for pk in sorted(ids & locales.keys()):
        key, name = locales[pk]
        lifts[key].languages.append(name)
    return [lifts[key] for key in moments if key in lifts][:SHOWN]


def fetch_incidents(user: Any) -> list[Incident]:
    """Return what failed or was late this week, open ones first. Two queries."""
    since = timezone.now() - timedelta(days=DAYS)
    recent = Incident.objects.filter(Q(solved_at=None) | Q(last_at__gte=since))
    recent = recent.filter(page__in=get_editable(user).values("pk"))
    found = recent.select_related("page").order_by("-first_at", "-pk")[:SHOWN]
    return sorted(found, key=lambda incident: incident.solved_at is not None)


def get_editable(user: Any) -> Any:
    """Return the queryset of pages that the user may change or publish."""
    return page_permission_policy.instances_user_has_any_permission_for(
        user, ["change", "publish"]
    )
