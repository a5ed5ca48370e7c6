from django.apps import AppConfig


class KitPapersConfig(AppConfig):
    name = "tests.kit.papers"
    label = "kit_papers"
    default_auto_field = "django.db.models.BigAutoField"
