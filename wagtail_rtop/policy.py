"""Which fields translators translate: merged over a page type's parents."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core import checks
from django.db import models


def merge_translation_policy(cls: type, own: Iterable[Any]) -> list[Any]:
    """Return one policy for a class from those of all its parents.

    wagtail-localize reads ``override_translatable_fields`` of the class alone, so
    a site's own list would silently replace the package's, and its slugs would
    be sent to translators. Here the nearest class decides for each field.

    Args:
        cls: the class being made.
        own: what the class itself declares.

    Shape: TranslatableField and SynchronizedField, one a field name.
    """
    merged = {field.field_name: field for field in own}
    for parent in cls.__mro__[1:]:
        declared = [
            *parent.__dict__.get("rtop_translation_policy", ()),
            *parent.__dict__.get("override_translatable_fields", ()),
        ]
        for field in declared:
            merged.setdefault(field.field_name, field)
    return list(merged.values())


class TranslationPolicyMixin(models.Model):
    """Merges ``rtop_translation_policy`` of every parent into the class's own."""

    # An abstract model, not a plain class: migrations leave abstract models out
    # of a page type's bases, so none of them imports this module.
    override_translatable_fields: ClassVar[list[Any]]

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = [
            *cls.__dict__.get("override_translatable_fields", ()),
            *cls.__dict__.get("rtop_translation_policy", ()),
        ]
        cls.override_translatable_fields = merge_translation_policy(cls, own)  # type: ignore[attr-defined]  # wagtail-localize's


def check_slug_is_synchronised(cls: Any) -> Iterable[checks.CheckMessage]:
    """Yield an error if translators would be asked to translate the slug."""
    from wagtail_localize.fields import SynchronizedField

    if cls._meta.abstract:
        return
    for field in getattr(cls, "translatable_fields", None) or ():
        if field.field_name == "slug" and not isinstance(field, SynchronizedField):
            yield _build_slug_error(cls, "translatable_fields")
            return
    for field in cls.override_translatable_fields:
        if field.field_name == "slug" and isinstance(field, SynchronizedField):
            return
    yield _build_slug_error(cls, "override_translatable_fields")


def _build_slug_error(cls: Any, attribute: str) -> checks.Error:
    return checks.Error(
        f"The slug of {cls.__name__} is not synchronised between languages.",
        hint=f"Put SynchronizedField('slug') into {cls.__name__}.{attribute}: a "
        "translated slug breaks the addresses other pages rely on.",
        obj=cls,
        id="wagtail_rtop.E003",
    )
