"""Sets who may read many pages: everybody, whoever is signed in, or some groups."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.log_actions import log
from wagtail.models import BaseViewRestriction, PageViewRestriction

from wagtail_rtop.desk.bulk.base import DeskBulkAction, explain_lock
from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.visibility.groups import get_source_page
from wagtail_rtop.visibility.models import GuardedPageMixin


PUBLIC = BaseViewRestriction.NONE
LOGIN = BaseViewRestriction.LOGIN
GROUPS = BaseViewRestriction.GROUPS


class PrivacyForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Who may read them"),
        choices=[
            (LOGIN, gettext_lazy("Whoever is signed in")),
            (GROUPS, gettext_lazy("The members of some groups")),
            (PUBLIC, gettext_lazy("Everybody")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Making a page more private takes the right to edit it; everything else "
            "takes the right to publish it."
        ),
    )
    groups = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Groups"),
        queryset=Group.objects.order_by("name"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") == GROUPS and not data.get("groups"):
            raise ValidationError(
                {"groups": _("Choose at least one group.")}, code="required"
            )
        return data


class SetPrivacy(DeskBulkAction):
    """Sets or removes the restriction that stands on each page itself."""

    display_name = gettext_lazy("Privacy")
    action_type = "rtop_privacy"
    aria_label = gettext_lazy("Set who may read selected pages")
    action_priority = 130
    form_class = PrivacyForm
    icon = "view"
    title = gettext_lazy("Privacy of many pages")
    question = gettext_lazy(
        "Set on these pages. What stands on a page holds for the pages below it, and "
        "for its translations, too:"
    )
    button = gettext_lazy("Set privacy")
    undo_action = "wagtail_rtop.set_privacy"

    @classmethod
    def find_refusal(cls, page: Any, user: Any) -> str:
        if not page.permissions_for_user(user).can_edit():
            return explain_lock(page, user)
        return ""

    def describe(self, page: Any) -> str:
        return " ".join(describe_restrictions(page))

    @classmethod
    def apply(cls, page: Any, **context: Any) -> bool:
        return set_privacy(
            page, context["kind"], list(context["groups"]), user=context["user"]
        )

    @classmethod
    def undo(cls, page: Any, entries: list[Any], *, user: Any) -> int:
        before, after = entries[0].data["before"], entries[0].data["after"]
        refusal = cls.find_refusal(page, user)
        if refusal:
            raise WagtailRtopError(refusal)
        if read_own(page) != after:
            raise WagtailRtopError(_("It has changed since."))
        if before["type"] == BaseViewRestriction.PASSWORD:
            raise WagtailRtopError(
                _("It had a password, which nobody keeps. Set it in the page's editor.")
            )
        groups = list(Group.objects.filter(pk__in=before["groups"]))
        if len(groups) < len(before["groups"]):
            raise WagtailRtopError(_("A group that could read it is no longer there."))
        tighter = is_tightening(get_own(page), before["type"], groups)
        if not tighter and not page.permissions_for_user(user).can_publish():
            raise WagtailRtopError(
                _("More people would read it, and you may not publish it.")
            )
        set_privacy(page, before["type"], groups, user=user)
        return 1

    def count_changed(self, count: int) -> str:
        return ngettext(
            "The privacy of %(count)s page has changed.",
            "The privacy of %(count)s pages has changed.",
            count,
        ) % {"count": count}


def get_own(page: Any) -> PageViewRestriction | None:
    """Return the restriction that stands on the page itself, or None."""
    return page.view_restrictions.order_by("pk").first()


def read_own(page: Any) -> dict[str, Any]:
    """Return what the log keeps of the page's own restriction; no password.

    Shape: {"type": PUBLIC or a type of restriction, "groups": [id, …] ascending}.
    """
    own = get_own(page)
    if own is None:
        return {"type": PUBLIC, "groups": []}
    return {
        "type": own.restriction_type,
        "groups": sorted(own.groups.values_list("pk", flat=True)),
    }


def is_tightening(
    before: PageViewRestriction | None, kind: str, groups: Iterable[Any]
) -> bool:
    """Return whether fewer people than before may read the page, or the same."""
    if kind == PUBLIC:
        return before is None
    if before is None:
        return True
    if before.restriction_type == LOGIN:
        return True
    if before.restriction_type == GROUPS and kind == GROUPS:
        kept = set(before.groups.values_list("pk", flat=True))
        return {group.pk for group in groups} <= kept
    # Who has a password need not have an account, and the other way round.
    return False


def set_privacy(page: Any, kind: str, groups: list[Any], *, user: Any) -> bool:
    """Set the page's own restriction; return whether it changed.

    Args:
        page: the page.
        kind: PUBLIC, LOGIN or GROUPS.
        groups: for GROUPS.
        user: who does it.

    Raises:
        WagtailRtopError: if the page does not offer this, or it would let in more
            people and the user may not publish the page.
    """
    before = get_own(page)
    if kind != PUBLIC and kind not in page.private_page_options:
        raise WagtailRtopError(
            _("“%(title)s” can't be restricted this way: its type does not offer it.")
            % {"title": page.get_admin_display_title()}
        )
    may_publish = page.permissions_for_user(user).can_publish()
    if not is_tightening(before, kind, groups) and not may_publish:
        raise WagtailRtopError(
            _(
                "“%(title)s” stays as it is: more people would read it, and you may "
                "not publish it."
            )
            % {"title": page.get_admin_display_title()}
        )
    if kind == PUBLIC and before is None:
        return False
    known = read_own(page)
    _write(page, before, kind, groups, user=user)
    log(
        instance=page,
        action=SetPrivacy.undo_action,
        user=user,
        data={"before": known, "after": read_own(page)},
    )
    return True


def _write(
    page: Any,
    before: PageViewRestriction | None,
    kind: str,
    groups: list[Any],
    *,
    user: Any,
) -> None:
    if kind == PUBLIC and before:
        before.delete(user=user)
        return
    restriction = before or PageViewRestriction(page_id=page.pk)
    restriction.restriction_type = kind
    restriction.password = ""
    restriction.save(user=user)
    restriction.groups.set(groups if kind == GROUPS else [])


def describe_restrictions(page: Any) -> list[str]:
    """Return who may read the page now, and what else restricts it.

    Some five queries.
    """
    own = get_own(page)
    found = [_("Restricted.") if own else _("Not restricted itself.")]
    source = get_source_page(page) if isinstance(page, GuardedPageMixin) else page
    pages = {page.pk: page, source.pk: source}
    for member in pages.values():
        others = member.get_view_restrictions().exclude(page=page.pk)
        for restriction in others.select_related("page"):
            found.append(
                _("A restriction on “%(title)s” holds for it whatever is set here.")
                % {"title": restriction.page.title}
            )
    return list(dict.fromkeys(found))
