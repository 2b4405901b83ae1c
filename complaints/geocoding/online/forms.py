"""How an administrator describes an online geocoder."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import TextInput
from complaints.geocoding.online.models import WITH_KEY, Kind, OnlineGeocoder
from complaints.outgoing.addresses import ForbiddenAddressError, checked, is_elsewhere

# Of those run for everybody: https://operations.osmfoundation.org/policies/nominatim/
_ONCE_A_SECOND: Final = (Kind.NOMINATIM, Kind.PHOTON)


class OnlineGeocoderForm(forms.ModelForm[OnlineGeocoder]):
    new_key = forms.CharField(
        label=_("Key"),
        required=False,
        strip=True,
        max_length=200,
        widget=TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Of Yandex and DaData. Empty: it stays."),
    )

    class Meta:
        model = OnlineGeocoder
        fields = ("brand", "kind", "place", "active", "url", "per_second", "per_day")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            if url and checked(url).query:
                raise ForbiddenAddressError
        except ForbiddenAddressError:
            words = _("The address has to begin with %(scheme)s://, and be no private network's.")
            raise ValidationError(words % {"scheme": "https"}) from None
        return url

    def clean_new_key(self) -> str:
        key: str = self.cleaned_data["new_key"]
        if not (key.isascii() and (key.isprintable() or not key)):
            raise ValidationError(_("A key is of Latin letters, digits and signs."))
        return key

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        kind, url, key = told.get("kind"), told.get("url", ""), told.get("new_key")
        moved = is_elsewhere(url, before=self.initial.get("url") or "")
        if kind in WITH_KEY and not key and not self.instance.key:
            self.add_error("new_key", _("It is not asked without a key."))
        elif self.instance.key and not key and (moved or kind != self.initial.get("kind")):
            self.add_error("new_key", _("It is another host: give it a key of its own."))
        if kind in _ONCE_A_SECOND and not url and (told.get("per_second") or 1) > 1:
            self.add_error(
                "per_second", _("It lets itself be asked once a second, not more often.")
            )
        return told
