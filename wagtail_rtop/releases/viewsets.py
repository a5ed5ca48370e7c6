"""The texts that many press releases share, in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import LocaleColumn, UpdatedAtColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from wagtail_rtop.releases.models import Boilerplate, PressContact


class BoilerplateViewSet(SnippetViewSet):
    model = Boilerplate
    icon = "doc-full"
    menu_label = _("Boilerplates")
    list_display = ["name", LocaleColumn(label=_("Language")), UpdatedAtColumn()]
    search_backend_name = None  # see RegionLabelViewSet
    search_fields = ["name"]


class PressContactViewSet(SnippetViewSet):
    model = PressContact
    icon = "user"
    menu_label = _("Press contacts")
    list_display = [
        "name",
        "role",
        "email",
        LocaleColumn(label=_("Language")),
        UpdatedAtColumn(),
    ]
    search_backend_name = None  # see RegionLabelViewSet
    search_fields = ["name", "role", "email"]
