from django.apps import AppConfig


class KitBaseConfig(AppConfig):
    name = "tests.kit.base"
    label = "kit_base"
    default_auto_field = "django.db.models.BigAutoField"
