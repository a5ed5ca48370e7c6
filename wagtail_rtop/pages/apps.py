"""The app with the ready-made page types."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from wagtail_rtop.conf import get_setting


class WagtailRtopPagesConfig(AppConfig):
    name = "wagtail_rtop.pages"
    label = "wagtail_rtop_pages"
    verbose_name = _("Letters and regional organisations: page types")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        offered = get_setting("PAGE_TYPES")
        if offered is None:
            return
        for model in self.get_models():
            if hasattr(model, "is_creatable"):
                model.is_creatable = model.__name__ in offered
