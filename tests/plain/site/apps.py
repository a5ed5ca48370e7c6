from django.apps import AppConfig


class PlainSiteConfig(AppConfig):
    name = "tests.plain.site"
    label = "plain_site"
    default_auto_field = "django.db.models.BigAutoField"
