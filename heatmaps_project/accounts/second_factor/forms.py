"""What is typed to prove who one is."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm

from complaints.admin_theme import TextInput
from complaints.turns import NoTurnError

_TYPED = {"autofocus": "", "autocomplete": "one-time-code", "inputmode": "numeric"}


class PasswordForm(AuthenticationForm):
    """Name and password."""

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except NoTurnError:
            raise ValidationError(
                _("Many people are signing in just now. Please try again in a few seconds.")
            ) from None


class CodeForm(forms.Form):
    """A code of the phone, or one of those that were noted for when it is lost."""

    code = forms.CharField(label=_("Code"), max_length=40, widget=TextInput(attrs=_TYPED))


class ProofForm(forms.Form):
    """The code, or the password of whoever has no second factor yet, before it is changed."""

    proof = forms.CharField(max_length=256)
    do = forms.ChoiceField(choices=[("phone", ""), ("codes", "")])

    def __init__(self, *args: Any, has_factor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proof"].label = _("Code of the phone") if has_factor else _("Password")
        typed = _TYPED if has_factor else {"autocomplete": "current-password", "type": "password"}
        self.fields["proof"].widget = TextInput(attrs=typed)
