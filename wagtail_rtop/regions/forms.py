"""Choosing regions by typing: every language is understood, nothing is dropped."""

from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from wagtail.admin.forms.tags import TagField
from wagtail.admin.widgets import AdminTagWidget

from wagtail_rtop.regions.successors import fetch_merged_names


# So alike that one is a slip of the other. 0 to 1, see difflib.
ALIKE = 0.6


class RegionField(TagField):
    """A tag field that knows regions by name, label in any language, or slug.

    Wagtail's own drops a tag that does not exist, without a word.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Imported here: the models' manager makes this field.
        from wagtail_rtop.regions.models import Region

        # As if tags were free: the widget then sends what was typed, and what
        # is no region comes back with an error instead of vanishing.
        kwargs["widget"] = AdminTagWidget(tag_model=Region, free_tagging=True)
        kwargs |= {"tag_model": Region, "free_tagging": True}
        super().__init__(*args, **kwargs)

    def clean(self, value: Any) -> list[str]:
        """Return the regions' names, each once.

        A region that was merged into another one while the form was open is that
        one.

        Raises:
            ValidationError: naming what is no region and what comes near it.
        """
        typed = super().clean(value)
        if not typed:
            return []
        names = build_name_index()
        from wagtail_rtop.regions.models import build_name_key

        found: dict[str, None] = {}
        errors = []
        keys = {text: build_name_key(text) for text in typed}
        if any(key not in names for key in keys.values()):
            names = {**fetch_merged_names(), **names}
        for text, key in keys.items():
            if key in names:
                found[names[key]] = None
            else:
                errors.append(build_unknown_error(text, key, names))
        if errors:
            raise ValidationError(errors)
        return list(found)


def build_name_index() -> dict[str, str]:
    """Return name key → name of the region. Three queries.

    Keys are those of names, labels in every language, and slugs, former ones too;
    where two regions share one, the region's own name goes first, then the label.
    """
    from wagtail_rtop.regions.models import (
        Region,
        RegionLabel,
        RegionSlug,
        build_name_key,
    )

    names: dict[str, str] = {}
    slugs: dict[str, str] = {}
    for name, key, slug in Region.objects.values_list("name", "name_key", "slug"):
        names[key] = name
        slugs[build_name_key(slug)] = name
    labels = RegionLabel.objects.order_by("pk").values_list("label", "region__name")
    for label, name in labels:
        names.setdefault(build_name_key(label), name)
    former: dict[str, str] = {}
    for slug, name in RegionSlug.objects.values_list("slug", "region__name"):
        # Also as its name was most likely written.
        former[build_name_key(slug)] = former[
            build_name_key(slug.replace("-", " "))
        ] = name
    return {**former, **slugs, **names}


def build_unknown_error(text: str, key: str, names: dict[str, str]) -> ValidationError:
    """Return the error for a text that is no region."""
    near = get_close_matches(key, names, n=5, cutoff=ALIKE)
    near += [k for k in names if key and key in k and k not in near]
    suggestions = list(dict.fromkeys(names[k] for k in near))[:3]
    if suggestions:
        message = _(
            "“%(text)s” is not a region. Did you mean %(suggestions)s? New regions "
            "are added under Coalition, Regions."
        )
    else:
        message = _(
            "“%(text)s” is not a region, and no region has a similar name. New "
            "regions are added under Coalition, Regions."
        )
    quoted = [_("“%(name)s”") % {"name": name} for name in suggestions]
    params = {"text": text, "suggestions": get_text_list(quoted, _("or"))}
    return ValidationError(message, code="unknown_region", params=params)
