from django.apps import AppConfig


class KitSiteConfig(AppConfig):
    name = "tests.kit.site"
    label = "kit_site"
    default_auto_field = "django.db.models.BigAutoField"
