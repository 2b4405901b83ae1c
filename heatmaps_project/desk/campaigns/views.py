"""Offers to the caller of one's own lookup, and what they said: here, or in a panel."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from complaints.customers.models import Customer
from complaints.customers.walls import Walls
from heatmaps_project.desk.asking import Asker
from heatmaps_project.desk.campaigns import transitions
from heatmaps_project.desk.campaigns.models import Answer, Campaign
from heatmaps_project.desk.may import (
    author,
    lacks_certificate,
    may_look_up,
    on_page,
    own_caller,
)

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
    return answered(request, asker=on_page(request), address=reverse("lookup-campaign"))


def answered(request: HttpRequest, *, asker: Asker, address: str) -> HttpResponse:
    """
    Keep what an asker's caller said to an offer, and show those that are left.

    address  where its form is posted to

    :raises Http404: it is nobody's lookup, another's, of no caller, or no offer to them
    """
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise Http404
    said, walls, now = form.cleaned_data, asker.walls, timezone.now()
    lookup, customer = own_caller(asker, said["lookup"])
    brands = Campaign.objects.within(walls).filter(brand=customer.brand_id)
    campaign = brands.filter(pk=said["campaign"]).first()
    if campaign is None:
        raise Http404
    why = lacks_certificate(asker, brand_id=customer.brand_id, now=now)
    if not why:
        answer, by = Answer(said["answer"]), author(asker)
        transitions.answer(campaign, customer, said=answer, by=by, now=now)
    page = {
        **shown(customer, lookup.key, walls=walls),
        "campaign_url": address,
        "refusal": why,
    }
    return render(request, "desk/campaigns.html", page)
