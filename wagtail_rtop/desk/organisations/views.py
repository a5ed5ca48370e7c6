"""An organisation's documents in the admin."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.desk.documents import DocumentsView
from wagtail_rtop.organisations.models import OrganisationMixin
from wagtail_rtop.register.models import Entry


def load_organisation(pk: int) -> Any:
    """Return the profile of this page id, as a bare page.

    Raises:
        Http404: if there is none.
    """
    page = get_object_or_404(get_page_model(), pk=pk)
    if not issubclass(page.specific_class or object, OrganisationMixin):
        raise Http404("This page is no profile of an organisation.")
    return page


class OrganisationDocumentsView(DocumentsView):
    """The letters to an organisation and the responses from it."""

    page_title = _("Letters and responses")

    def load(self, pk: int) -> Any:
        # Nothing of the profile but its key is asked for.
        return load_organisation(pk).specific_deferred

    def may_open(self) -> bool:
        return self.thing.permissions_for_user(self.request.user).can_edit()

    def get_entries(self) -> Any:
        return Entry.objects.filter(
            organisations__organisation_key=self.thing.get_organisation_key(),
            organisations__kind__in=self.thing.profile_kinds,
        )
