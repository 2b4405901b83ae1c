"""How an administrator describes a way in."""

from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import TextInput
from complaints.outgoing.addresses import ForbiddenAddressError, checked, is_elsewhere
from complaints.signing import SHORTEST, is_long_enough
from heatmaps_project.channels.mapped import FIELDS
from heatmaps_project.channels.models import Inlet, Kind

_SCHEMES = {Kind.MAIL: ("imaps", "imap"), Kind.PULL: ("https", "http")}


class InletForm(forms.ModelForm[Inlet]):
    new_secret = forms.CharField(
        label=_("Secret"),
        required=False,
        strip=True,
        widget=TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Password, token, or what messages are signed with. Empty: it stays."),
    )

    class Meta:
        model = Inlet
        fields = (
            *("kind", "name", "source", "brand", "active", "topic", "channel", "time_zone"),
            *("url", "login", "every", "items_path", "mapping", "cursor_parameter", "cursor_path"),
        )

    def clean_mapping(self) -> dict[str, str]:
        told = self.cleaned_data["mapping"] or {}
        if not isinstance(told, dict) or not all(isinstance(one, str) for one in told.values()):
            raise ValidationError(_("This is no object of texts."))
        if unknown := sorted(set(told) - set(FIELDS)):
            words = _("There is no field “%(name)s”; there are: %(known)s.")
            raise ValidationError(words % {"name": unknown[0][:50], "known": ", ".join(FIELDS)})
        return told

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"]
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValidationError(_("There is no such time zone.")) from None
        return name

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        kind = told.get("kind") or self.instance.kind
        if kind in _SCHEMES and "url" in told:
            self._check_address(str(told["url"]), _SCHEMES[Kind(kind)])
        if kind != Kind.MAIL and not (told.get("mapping") or {}).get("external_id"):
            self.add_error("mapping", _("Say where its number stands: external_id."))
        secret = told.get("new_secret") or self.instance.secret or ""
        if kind == Kind.SOCIAL and not is_long_enough(secret):
            words = _("What messages are signed with has to be at least %(n)d bytes long.")
            self.add_error("new_secret", words % {"n": SHORTEST})
        before = self.initial.get("url") or ""
        stays = bool(self.instance.secret) and not told.get("new_secret")
        if kind in _SCHEMES and stays and is_elsewhere(str(told.get("url", "")), before=before):
            self.add_error("new_secret", _("It is another host: give it a key of its own."))
        return told

    def _check_address(self, url: str, schemes: tuple[str, ...]) -> None:
        parts = urlsplit(url)
        try:
            if parts.scheme not in schemes or not parts.hostname:
                raise ForbiddenAddressError
            if parts.scheme.startswith("http"):
                checked(url)
        except (ForbiddenAddressError, ValueError):
            words = _("The address has to begin with %(scheme)s://, and be no private network's.")
            self.add_error("url", words % {"scheme": schemes[0]})
