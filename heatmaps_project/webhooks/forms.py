"""How an administrator enters a webhook for a client."""

from typing import Any, get_args

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import CheckboxSelectMultiple, TextInput
from complaints.outgoing.addresses import ForbiddenAddressError, checked
from heatmaps_project.webhooks import transitions
from heatmaps_project.webhooks.events import EventName, EventType, scope_of
from heatmaps_project.webhooks.models import Subscription
from heatmaps_project.webhooks.transitions.subscribing import has_enough


def _events() -> list[tuple[str, str]]:
    return [(name, str(EventType(name).label)) for name in get_args(EventName)]


class SubscriptionForm(forms.ModelForm[Subscription]):
    """Where a client is told of what; the secret is made, not typed."""

    url = forms.URLField(
        label=capfirst(_("address")), max_length=500, assume_scheme="https", widget=TextInput
    )
    events = forms.MultipleChoiceField(
        label=capfirst(_("events")), choices=_events, widget=CheckboxSelectMultiple
    )

    class Meta:
        model = Subscription
        fields = ("client", "brand", "url", "events")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            checked(url)
        except ForbiddenAddressError:
            raise ValidationError(
                _("Nobody may be called there: https://, and no private network.")
            ) from None
        return url

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        client, brand = told.get("client"), told.get("brand")
        if client and brand and not client.brands.filter(pk=brand.pk).exists():
            self.add_error("brand", _("This client is told of no such brand."))
        scopes = {scope_of(event) for event in told.get("events", ())}
        if client and (missing := sorted(scopes - {*client.scopes.split()})):
            words = _("To be told of these the client needs: %(scopes)s.")
            self.add_error("events", words % {"scopes": ", ".join(missing)})
        if client and has_enough(client):
            self.add_error("client", _("This client has as many webhooks as it may have."))
        return told

    def save(self, commit: Any = None) -> Subscription:
        """Register it as the API does: whether `commit` is asked for or not, it is stored."""
        told = self.cleaned_data
        self.instance = transitions.subscribe(
            client=told["client"],
            url=told["url"],
            events=told["events"],
            brand=told["brand"],
            now=timezone.now(),
        )
        return self.instance

    def save_m2m(self) -> None:
        """There is nothing beside the row itself."""
