"""Connects what has to listen, once every app is loaded."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WagtailRtopConfig(AppConfig):
    name = "wagtail_rtop"
    label = "wagtail_rtop"
    verbose_name = _("Letters and regional organisations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models and checks can be imported only now.
        from django.core.checks import Tags, register

        from wagtail_rtop import (
            checks,  # noqa: F401  # registers the checks
            indexing,
            middleware,
        )
        from wagtail_rtop.browse import search_index  # noqa: F401  # registers a check
        from wagtail_rtop.correspondence.panels import CorrespondencePanel
        from wagtail_rtop.letters import localize as letter_localize
        from wagtail_rtop.letters.events import names_document
        from wagtail_rtop.letters.models import LetterMixin
        from wagtail_rtop.regions import signals as region_signals
        from wagtail_rtop.register import signals
        from wagtail_rtop.releases import corrections
        from wagtail_rtop.releases import defaults as release_defaults
        from wagtail_rtop.sign_in import signals as sign_in_signals
        from wagtail_rtop.visibility import documents, scheduler
        from wagtail_rtop.visibility import localize as visibility_localize

        indexing.connect()
        letter_localize.connect()
        visibility_localize.connect()
        region_signals.connect()
        release_defaults.connect()
        corrections.connect()
        sign_in_signals.connect()
        signals.connect()
        documents.connect()
        documents.private_holders.append(names_document)
        LetterMixin.response_tab_panels.append(CorrespondencePanel())
        scheduler.connect()
        register(middleware.check_early_middleware, Tags.caches)
