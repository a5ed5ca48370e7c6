"""The daily e-mail among the settings of a user's own account."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab
from wagtail.admin.widgets import SwitchInput

from wagtail_rtop.coalition.subscriptions import (
    DigestSubscription,
    get_subscription,
)
from wagtail_rtop.correspondence.access import may_open_desk


class DigestForm(forms.ModelForm):
    class Meta:
        model = DigestSubscription
        fields = ["wanted"]
        widgets = {"wanted": SwitchInput()}


class DigestSettingsPanel(BaseSettingsPanel):
    name = "rtop_digest"
    title = _("Correspondence")
    tab = notifications_tab
    order = 200

    def is_active(self) -> bool:
        return may_open_desk(self.user)

    def get_form(self) -> forms.ModelForm:
        data = self.request.POST if self.request.method == "POST" else None
        return DigestForm(data, instance=get_subscription(self.user), prefix=self.name)
