"""Questions to the register: lists, counts and facets for one visitor."""

from typing import Any

from django.db.models import Q, QuerySet

from wagtail_rtop.register.models import AccessSet, Entry
from wagtail_rtop.visibility.gate import Gate


def build_visible_q(gate: Gate, prefix: str = "") -> Q:
    """Return the condition for rows that the gate's visitor may see.

    Args:
        gate: the visitor and the moment.
        prefix: path to the gate columns, for example "entry__".

    Cost: none for an anonymous visitor, else one query for the access sets and
    one for the restrictions they name, once a gate.
    """
    seen = Q(**{f"{prefix}public": True})
    access = get_accepted_access(gate)
    if access:
        seen |= Q(**{f"{prefix}access__in": access})
    lifted = Q(**{f"{prefix}lift__isnull": True}) | Q(**{f"{prefix}lift__lte": gate.at})
    kept = Q(**{f"{prefix}expires__isnull": True}) | Q(
        **{f"{prefix}expires__gt": gate.at}
    )
    return seen & lifted & kept


def get_accepted_access(gate: Gate) -> list[int]:
    """Return the ids of the access sets that let the gate's visitor pass."""
    if gate.is_anonymous:
        return []
    cached = getattr(gate, "_accepted_access", None)
    if cached is None:
        sets = {
            pk: [int(part) for part in key.split(",")]
            for pk, key in AccessSet.objects.values_list("pk", "key")
        }
        refused = {
            r.pk for r in gate.get_refused({x for s in sets.values() for x in s})
        }
        cached = [pk for pk, ids in sets.items() if not refused.intersection(ids)]
        gate._accepted_access = cached  # type: ignore[attr-defined]  # kept with the gate, one request long
    return cached


def get_visible_entries(gate: Gate, **conditions: Any) -> QuerySet[Entry]:
    """Return the entries the visitor may see, newest document first."""
    return Entry.objects.filter(build_visible_q(gate), **conditions).order_by(
        "-document_date", "-page"
    )
