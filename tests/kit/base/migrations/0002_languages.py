from django.db import migrations

from wagtail.models import (
    BootstrapLocaleField,
    BootstrapTranslatableModel,
    BootstrapTranslationKeyField,
)


class Migration(migrations.Migration):
    dependencies = [
        ("kit_base", "0001_initial"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        BootstrapLocaleField("kit_base.BasePage"),
        BootstrapTranslationKeyField("kit_base.BasePage"),
        BootstrapTranslatableModel("kit_base.BasePage"),
    ]
