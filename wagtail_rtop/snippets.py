"""Assembly: the one menu that holds every snippet of the package.

To add to it, append a SnippetViewSet to ``CoalitionGroup.items`` here.
"""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from wagtail_rtop.coalition.viewsets import CoalitionViewSet
from wagtail_rtop.desk.regions.viewsets import RegionDeskViewSet
from wagtail_rtop.letters.viewsets import RecipientGroupViewSet
from wagtail_rtop.regions.viewsets import RegionLabelViewSet
from wagtail_rtop.releases.viewsets import BoilerplateViewSet, PressContactViewSet


class CoalitionGroup(SnippetViewSetGroup):
    menu_label = _("Coalition")
    menu_icon = "group"
    menu_name = "rtop-coalition-group"
    # Below Pages, Images and Documents, above Reports.
    menu_order = 320
    items = (
        CoalitionViewSet,
        RegionDeskViewSet,
        RegionLabelViewSet,
        BoilerplateViewSet,
        PressContactViewSet,
        RecipientGroupViewSet,
    )
