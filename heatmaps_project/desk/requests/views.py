"""What the caller of one's own lookup asks for, written down: here, or in a panel."""

from typing import Any
from uuid import UUID, uuid4

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
from heatmaps_project.desk.may import (
    author,
    lacks_certificate,
    may_look_up,
    on_page,
    own_caller,
)
from heatmaps_project.desk.requests import transitions
from heatmaps_project.desk.requests.models import RequestKind, ServiceRequest

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
    return asked(request, asker=on_page(request), address=reverse("lookup-request"))


def asked(request: HttpRequest, *, asker: Asker, address: str) -> HttpResponse:
    """
    Write down what an asker's caller asks for, and show the card again.

    address  where its form is posted to

    :raises Http404: it is nobody's lookup, another's, of no caller, or names no such kind
    """
    form = AskForm(request.POST)
    if not form.is_valid():
        raise Http404
    said, now = form.cleaned_data, timezone.now()
    lookup, customer = own_caller(asker, said["lookup"])
    if said["kind"].brand_id != customer.brand_id:
        raise Http404
    why = lacks_certificate(asker, brand_id=customer.brand_id, now=now)
    if not why:
        try:
            transitions.ask(
                key=said["key"],
                lookup=lookup,
                kind=said["kind"],
                words=said["words"],
                by=author(asker),
                now=now,
            )
        except Customer.DoesNotExist:
            raise Http404 from None
    page = {
        **shown(customer, lookup.key, walls=asker.walls),
        "request_url": address,
        "refusal": why,
    }
    return render(request, "desk/requests.html", page)
