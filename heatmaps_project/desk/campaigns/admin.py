"""Campaigns, as whoever leads the contact centre sets them up, and how many said yes."""

from typing import Any, cast

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Textarea, display
from complaints.customers.own_brands import OwnBrandsAdmin
from complaints.customers.reader import walls_of
from heatmaps_project.desk.campaigns.models import Answer, Campaign, CampaignQuerySet


class CampaignForm(forms.ModelForm[Campaign]):
    class Meta:
        model = Campaign
        fields = (
            *("brand", "name_ru", "name_en", "script_ru", "script_en", "begins", "ends"),
            *("segment", "risk_from"),
        )
        widgets = {name: Textarea(attrs={"rows": 3}) for name in ("script_ru", "script_en")}


class CampaignAdmin(OwnBrandsAdmin):
    form = CampaignForm
    list_display = ("name_ru", "brand", "segment", "risk_from", "begins", "ends", "said")
    list_filter = ("brand",)
    list_select_related = ("brand",)
    ordering = ("-ends", "pk")

    def get_queryset(self, request: HttpRequest) -> CampaignQuerySet:
        rows = cast(CampaignQuerySet, super().get_queryset(request)).within(walls_of(request))
        yes = Count("answers", filter=Q(answers__answer=Answer.ACCEPTED))
        return rows.annotate(yes=yes, asked=Count("answers"))

    @display(description=gettext_lazy("accepted of offered"))
    def said(self, campaign: Any) -> str:
        return f"{campaign.yes} / {campaign.asked}"
