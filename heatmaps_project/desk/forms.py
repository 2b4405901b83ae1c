"""What an agent types and chooses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from complaints.customers.walls import Walls
from complaints.intake.models import Channel, Precision, Topic
from heatmaps_project.desk.models import Outcome

MOST_CHARACTERS = 300


class LookupForm(forms.Form):
    asked = forms.CharField(
        label=_("Address, phone, customer id or complaint number"), max_length=MOST_CHARACTERS
    )
    call = forms.UUIDField(required=False)  # the conversation, until the next caller
    customer = forms.IntegerField(required=False, min_value=1)  # who calls, once it is known
    phone = forms.CharField(required=False, max_length=32)  # of a caller whom nobody knows yet


class ActForm(forms.Form):
    """What is to be done for the caller of a lookup."""

    lookup = forms.UUIDField()
    outcome = forms.ChoiceField(choices=Outcome.choices)
    spot = forms.IntegerField(required=False, min_value=1)
    complaint = forms.IntegerField(required=False, min_value=1)
    phone = forms.CharField(
        required=False, max_length=32, label=_("Caller's phone"), empty_value=""
    )
    brand = forms.CharField(required=False, max_length=50, label=_("Brand"))
    topic = forms.CharField(required=False, max_length=50, label=_("Topic"))
    channel = forms.ChoiceField(
        choices=Channel.choices, required=False, label=_("Channel"), initial=Channel.CALL
    )
    language = forms.ChoiceField(
        choices=(("ru", _("Russian")), ("en", _("English"))), required=False, label=_("Language")
    )
    text = forms.CharField(required=False, max_length=5000, label=_("What the caller says"))
    tell = forms.BooleanField(required=False, label=_("Agrees to be told"))
    lon = forms.FloatField(required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    precision = forms.ChoiceField(choices=Precision.choices, required=False)
    address = forms.CharField(required=False, max_length=500)


def choices_for(walls: Walls) -> dict[str, Any]:
    """Return the brands and topics that the reader may choose from, in two queries."""
    brands = Brand.objects.within(walls).order_by("name", "pk")
    return {
        "brands": list(brands[:50]),
        "topics": list(Topic.objects.order_by("-severity", "pk")[:100]),
        "channels": Channel.choices,
    }
