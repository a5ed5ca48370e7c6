"""A slow gate that knows no SQL: what the fast one is compared with."""

from wagtail.models import PageViewRestriction

from wagtail_rtop.models import Embargo


def look_up(pages, pk, user, at, seen=frozenset()):
    """Whether a page is visible, by walking one step at a time."""
    if pk in seen:
        return True
    page, seen = pages[pk], seen | {pk}
    if page.depth == 1:
        return True
    end = page
    while end.alias_of_id:
        end = pages[end.alias_of_id]
    embargo = Embargo.objects.filter(group_key=end.translation_key).first()
    if not page.live or (embargo and embargo.lift > at):
        return False
    for restriction in PageViewRestriction.objects.filter(page=pk):
        inside = user.is_authenticated and (
            restriction.restriction_type == "login"
            or (
                restriction.restriction_type == "groups"
                and set(restriction.groups.all()) & set(user.groups.all())
            )
        )
        if not inside:
            return False
    group = [p for p in pages.values() if p.translation_key == page.translation_key]
    source = min([p for p in group if not p.alias_of_id] or group, key=lambda p: p.pk)
    parent = next(p for p in pages.values() if p.path == page.path[:-4])
    above = [parent.pk, source.pk, *filter(None, [page.alias_of_id])]
    return all(look_up(pages, other, user, at, seen) for other in above)
