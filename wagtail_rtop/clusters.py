"""Reads a page with its child rows out of a revision, few queries for all rows."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from modelcluster.models import get_all_child_relations, model_from_serializable_data


class BulkClusterMixin(models.Model):
    """A page whose rows' foreign keys are checked together.

    modelcluster asks the database for every foreign key of every row each time
    a revision is read: 42 queries for fourteen recipients, several times a
    publishing. Here it is one query for each foreign key of each kind of row.
    What becomes of a row whose target is gone stays as it is there.
    """

    class Meta:
        abstract = True

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], check_fks: bool = True, strict_fks: bool = False
    ) -> Any:
        bulk = {
            relation.get_accessor_name(): relation.related_model
            for relation in get_all_child_relations(cls)
            if not hasattr(relation.related_model, "from_serializable_data")
        }
        own = {name: value for name, value in data.items() if name not in bulk}
        page = super().from_serializable_data(  # type: ignore[misc]  # ClusterableModel's
            own, check_fks=check_fks, strict_fks=strict_fks
        )
        if page is None:
            return None
        for name, model in bulk.items():
            if name in data:
                rows = data[name]
                if check_fks:
                    rows = drop_dangling(model, rows)
                setattr(page, name, [build_row(model, row) for row in rows])
        return page


def build_row(model: Any, data: dict[str, Any]) -> Any:
    return model_from_serializable_data(model, data, check_fks=False, strict_fks=True)


def drop_dangling(model: Any, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows' data without targets that are gone, as modelcluster does.

    A row whose deletion would have followed its target's is left out, a nullable
    foreign key is emptied. One query for each foreign key that is in use.

    Raises:
        ObjectDoesNotExist: for any other ``on_delete``, where modelcluster raises too.
    """
    found = [dict(row) for row in rows]
    for field in model._meta.fields:
        if isinstance(field.remote_field, models.ManyToOneRel):
            found = _check_field(field, found)
    return found


def _check_field(field: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    remote = field.remote_field
    target = remote.model._meta.get_field(remote.field_name)
    values = {
        row[field.name]: target.to_python(row[field.name])
        for row in rows
        if row.get(field.name) is not None
    }
    if not values:
        return rows
    existing = set(
        remote.model._default_manager.filter(
            **{f"{remote.field_name}__in": set(values.values())}
        ).values_list(remote.field_name, flat=True)
    )
    gone = {raw for raw, value in values.items() if value not in existing}
    if not gone or remote.on_delete is models.DO_NOTHING:
        return rows
    if remote.on_delete is models.CASCADE:
        return [row for row in rows if row.get(field.name) not in gone]
    if remote.on_delete is models.SET_NULL:
        return [
            {**row, field.name: None} if row.get(field.name) in gone else row
            for row in rows
        ]
    raise ObjectDoesNotExist(
        f"{field.model.__name__}.{field.name} refers to {sorted(map(str, gone))}, which "
        f"do not exist any more, and its on_delete says nothing of revisions. Accepted "
        "are CASCADE, SET_NULL and DO_NOTHING."
    )
