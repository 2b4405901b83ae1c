"""Offers to the caller of one's own lookup, and what they said."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from complaints.customers.models import Customer
from complaints.customers.reader import walls_of
from complaints.customers.walls import Walls
from heatmaps_project.desk.campaigns import transitions
from heatmaps_project.desk.campaigns.models import Answer, Campaign
from heatmaps_project.desk.may import agent_of, may_look_up, own_caller
from spots.routing.certificates.asking import refusal

MOST = 3  # offers to one caller: an agent has other things to say


class AnswerForm(forms.Form):
    lookup = forms.UUIDField()
    campaign = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    answer = forms.ChoiceField(choices=Answer.choices)


def shown(customer: Customer, lookup_key: UUID, *, walls: Walls) -> dict[str, Any]:
    """Return what the card of offers to a caller shows."""
    rows = Campaign.objects.within(walls).for_caller(customer, on=timezone.localdate())
    return {"campaigns": rows[:MOST], "campaign_lookup": lookup_key, "answers": Answer.choices}


@require_POST
@admin.site.admin_view
@may_look_up
def answer_view(request: HttpRequest) -> HttpResponse:
    """:raises Http404: it is nobody's lookup, another's, of no caller, or no offer to them"""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise Http404
    said, walls = form.cleaned_data, walls_of(request)
    lookup, customer = own_caller(request, said["lookup"])
    brands = Campaign.objects.within(walls).filter(brand=customer.brand_id)
    campaign = brands.filter(pk=said["campaign"]).first()
    if campaign is None:
        raise Http404
    agent, now = agent_of(request), timezone.now()
    why = refusal(agent.pk, brand_id=customer.brand_id, now=now)
    if not why:
        transitions.answer(campaign, customer, said=Answer(said["answer"]), by=agent, now=now)
    page = {**shown(customer, lookup.key, walls=walls), "refusal": why}
    return render(request, "desk/campaigns.html", page)
