"""The public models of wagtail_rtop. Import them from here; no logic in this module."""

from wagtail_rtop.browse.models import (
    IndexMixin,
    LetterIndexMixin,
    OrganisationIndexMixin,
    RegionIndexMixin,
    ReleaseIndexMixin,
)
from wagtail_rtop.coalition.models import Coalition
from wagtail_rtop.coalition.subscriptions import DigestSubscription
from wagtail_rtop.four_eyes import FourEyesTask
from wagtail_rtop.letters.events import CorrespondenceEvent
from wagtail_rtop.letters.groups import RecipientGroup, RecipientGroupMember
from wagtail_rtop.letters.ledger_rows import LedgerRow
from wagtail_rtop.letters.models import LetterMixin
from wagtail_rtop.letters.numbering import ReferenceCounter
from wagtail_rtop.letters.responses import ResponseMixin
from wagtail_rtop.letters.rows import AbstractLetterRecipient, AbstractSignatory
from wagtail_rtop.organisations.models import OrganisationMixin
from wagtail_rtop.organisations.rows import (
    AbstractMembership,
    AbstractOrganisationName,
)
from wagtail_rtop.regions.models import (
    Region,
    RegionLabel,
    RegionSlug,
    TaggedRegion,
)
from wagtail_rtop.register.models import (
    AccessSet,
    ContentVersion,
    DocumentMixin,
    Entry,
    EntryOrganisation,
    EntryRegion,
    RegionTaggedMixin,
    RegisterRow,
)
from wagtail_rtop.releases.models import (
    AbstractCorrection,
    AbstractReleaseContact,
    Boilerplate,
    PressContact,
    PressReleaseMixin,
    ReleaseVersion,
)
from wagtail_rtop.rows import AbstractAttachment, StableInlinePanel, StableRow
from wagtail_rtop.visibility.incidents import Incident
from wagtail_rtop.visibility.models import (
    DocumentClaim,
    Embargo,
    GuardedPageMixin,
    Retraction,
)
from wagtail_rtop.visibility.previews import PreviewLink
from wagtail_rtop.visibility.turns import SaveTurn


__all__ = [
    "AbstractAttachment",
    "AbstractCorrection",
    "AbstractLetterRecipient",
    "AbstractMembership",
    "AbstractOrganisationName",
    "AbstractReleaseContact",
    "AbstractSignatory",
    "AccessSet",
    "Boilerplate",
    "Coalition",
    "ContentVersion",
    "CorrespondenceEvent",
    "DigestSubscription",
    "DocumentClaim",
    "DocumentMixin",
    "Embargo",
    "Entry",
    "EntryOrganisation",
    "EntryRegion",
    "FourEyesTask",
    "GuardedPageMixin",
    "Incident",
    "IndexMixin",
    "LedgerRow",
    "LetterIndexMixin",
    "LetterMixin",
    "OrganisationIndexMixin",
    "OrganisationMixin",
    "PressContact",
    "PressReleaseMixin",
    "PreviewLink",
    "RecipientGroup",
    "RecipientGroupMember",
    "ReferenceCounter",
    "Region",
    "RegionIndexMixin",
    "RegionLabel",
    "RegionSlug",
    "RegionTaggedMixin",
    "RegisterRow",
    "ReleaseIndexMixin",
    "ReleaseVersion",
    "ResponseMixin",
    "Retraction",
    "SaveTurn",
    "StableInlinePanel",
    "StableRow",
    "TaggedRegion",
]
