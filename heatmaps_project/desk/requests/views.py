"""What the caller of one's own lookup asks for, written down beside the answer."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from complaints.customers.models import Customer
from complaints.customers.reader import walls_of
from complaints.customers.walls import Walls
from heatmaps_project.desk.may import agent_of, may_look_up, own_caller
from heatmaps_project.desk.requests import transitions
from heatmaps_project.desk.requests.models import RequestKind, ServiceRequest
from spots.routing.certificates.asking import refusal

MOST = 5  # requests of a caller that are shown, the newest


class AskForm(forms.Form):
    """One request of a caller; `key` is the form's own, for a second click."""

    key = forms.UUIDField()
    lookup = forms.UUIDField()
    kind = forms.ModelChoiceField(RequestKind.objects.filter(active=True))
    words = forms.CharField(max_length=500, required=False)


def shown(customer: Customer, lookup_key: UUID, *, walls: Walls) -> dict[str, Any]:
    """Return what the card of a caller's requests shows."""
    rows = ServiceRequest.objects.within(walls).filter(customer=customer)
    kinds = RequestKind.objects.filter(brand=customer.brand_id, active=True)
    return {
        "request_key": uuid4(),
        "request_lookup": lookup_key,
        "request_kinds": kinds.order_by("name_ru", "pk"),
        "requests": rows.select_related("kind").order_by("-at", "-pk")[:MOST],
    }


@require_POST
@admin.site.admin_view
@may_look_up
def ask_view(request: HttpRequest) -> HttpResponse:
    """:raises Http404: it is nobody's lookup, another's, of no caller, or names no such kind"""
    form = AskForm(request.POST)
    if not form.is_valid():
        raise Http404
    said, now, agent = form.cleaned_data, timezone.now(), agent_of(request)
    lookup, customer = own_caller(request, said["lookup"])
    if said["kind"].brand_id != customer.brand_id:
        raise Http404
    why = refusal(agent.pk, brand_id=customer.brand_id, now=now)
    if not why:
        transitions.ask(
            key=said["key"],
            lookup=lookup,
            kind=said["kind"],
            words=said["words"],
            by=agent,
            now=now,
        )
    page = {**shown(customer, lookup.key, walls=walls_of(request)), "refusal": why}
    return render(request, "desk/requests.html", page)
