"""The site's document model: in an app of its own, since the package refers to it."""

from django.db import models
from wagtail.documents.models import AbstractDocument, Document


class Paper(AbstractDocument):
    shelf = models.CharField(max_length=50, blank=True)

    admin_form_fields = (*Document.admin_form_fields, "shelf")
