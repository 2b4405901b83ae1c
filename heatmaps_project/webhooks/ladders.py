"""Stages of ladders that call webhooks: the roof adds these to what a stage says of people."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import CheckboxSelectMultiple
from heatmaps_project.webhooks.models import Face, Subscription
from spots.escalation.admin import LadderAdmin, RungInline
from spots.escalation.forms import RungForm
from spots.escalation.models import Channel


class CallingRungForm(RungForm):
    """A stage that names webhooks tells machines, so the channel is chosen with them."""

    webhooks = forms.ModelMultipleChoiceField(
        label=_("Which webhooks"),
        queryset=Subscription.objects.of(Face.WEBHOOKS).order_by("url", "pk"),
        required=False,
        widget=CheckboxSelectMultiple,
        help_text=_("None chosen: those that want to be told of every such stage."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["webhooks"] = list(self.instance.webhooks.values_list("pk", flat=True))

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("webhooks"):
            given["channels"] = sorted({*given.get("channels", ()), Channel.WEBHOOK.value})
        return given


class CallingRungInline(RungInline):
    form = CallingRungForm
    fieldsets: ClassVar[Any] = (
        (None, {"fields": (*RungInline.fieldsets[0][1]["fields"], "webhooks")}),
    )


class CallingLadderAdmin(LadderAdmin):
    inlines = (CallingRungInline,)

    def save_formset(self, request: Any, form: Any, formset: Any, change: Any) -> None:
        super().save_formset(request, form, formset, change)
        for one in formset.forms:
            if one.instance.pk and "webhooks" in one.cleaned_data:
                one.instance.webhooks.set(one.cleaned_data["webhooks"])
