"""How staff and machines are entered."""

import re
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from oauth2_provider.generators import generate_client_secret

from complaints.admin_theme import (
    CheckboxSelectMultiple,
    TextInput,
    UserChangeForm,
    UserCreationForm,
)
from complaints.customers.personal import masked_phone
from heatmaps_project.accounts.models import ApiClient, User
from heatmaps_project.accounts.networks import is_network
from heatmaps_project.desk.questions import e164

# An origin alone: what else stands in it would end the header's directive.
_SITE = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?", re.ASCII)


class StaffCreationForm(UserCreationForm):
    class Meta:
        model = User
        fields = ("username", "role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.is_staff = True  # whoever has a role works in these pages


class StaffForm(UserChangeForm):
    """A member of staff. Their work phone is shown masked; another number replaces it."""

    phone = forms.CharField(
        label=_("Work phone"),
        required=False,
        max_length=32,
        widget=TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("Promises at risk are told there by SMS, where a ladder says so."),
    )

    class Meta:
        model = User
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.work_phone:
            self.initial["phone"] = masked_phone(self.instance.work_phone)

    def clean_phone(self) -> str:
        """Keep what stands there masked; a number is taken as it is dialled here."""
        given: str = self.cleaned_data["phone"].strip()
        if given == self.initial.get("phone"):
            return str(self.instance.work_phone)
        if not given:
            return ""
        number = e164(given, region=settings.PHONE_REGION)
        if not number:
            raise ValidationError(_("This is no phone number."))
        return number

    def _post_clean(self) -> None:
        super()._post_clean()
        if "phone" in self.cleaned_data:
            self.instance.work_phone = self.cleaned_data["phone"]

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        try:
            if zone:
                ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ValidationError(_("There is no such time zone.")) from None
        return zone


def _known_scopes() -> list[tuple[str, str]]:
    known = cast("dict[str, str]", settings.OAUTH2_PROVIDER["SCOPES"])
    return [(code, f"{code}: {words}") for code, words in known.items()]


class ApiClientForm(forms.ModelForm[ApiClient]):
    """What a machine may do; its id and secret are made, not typed."""

    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), choices=_known_scopes, widget=CheckboxSelectMultiple
    )

    class Meta:
        model = ApiClient
        fields = (
            *("name", "source", "scopes", "brands", "regions"),
            *("networks", "expires_at", "frame_ancestors"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["scopes"] = self.instance.scopes.split()

    def clean_frame_ancestors(self) -> str:
        sites: list[str] = self.cleaned_data["frame_ancestors"].split()
        if not all(_SITE.fullmatch(site) for site in sites):
            raise ValidationError(_("Sites are written as https://crm.example.org or with a port."))
        return " ".join(sites)

    def clean_networks(self) -> str:
        networks: list[str] = self.cleaned_data["networks"].split()
        if not all(map(is_network, networks)):
            raise ValidationError(_("Networks are written as 203.0.113.7 or 198.51.100.0/24."))
        return " ".join(networks)

    def clean_scopes(self) -> str:
        return " ".join(self.cleaned_data["scopes"])

    def clean(self) -> dict[str, Any]:
        """Give a new machine its secret; it is hashed as it is saved."""
        if self.instance.pk is None:
            self.instance.client_type = ApiClient.CLIENT_CONFIDENTIAL
            self.instance.authorization_grant_type = ApiClient.GRANT_CLIENT_CREDENTIALS
            self.instance.secret_in_clear = generate_client_secret()
            self.instance.client_secret = self.instance.secret_in_clear
        return super().clean() or self.cleaned_data
