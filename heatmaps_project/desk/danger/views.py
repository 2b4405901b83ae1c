"""Danger to life: the alarm, the playbook beside it, and its record; and callers verified."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.customers.models import Customer
from complaints.customers.reader import walls_of
from heatmaps_project.desk.danger import transitions
from heatmaps_project.desk.danger.forms import RaiseForm, StepForm, VerifyForm
from heatmaps_project.desk.danger.models import Emergency, EmergencyContact, EmergencyQuerySet
from heatmaps_project.desk.danger.states import Danger, Kind, Method, State
from heatmaps_project.desk.may import agent_of, may_look_up, on_page, own_lookup
from heatmaps_project.desk.models import Lookup

MOST = 100
HANDLE = "heatmaps_project.handle_emergency"


@require_safe
@admin.site.admin_view
@may_look_up
def emergencies_page(request: HttpRequest) -> HttpResponse:
    """Show the alarms: a supervisor's all, an agent's own."""
    rows = _seen(request).select_related("raised_by", "taken_by")
    page = {
        **admin.site.each_context(request),
        "title": _("Danger to life"),
        "open": rows.exclude(state=State.CLOSED).order_by("raised_at", "pk")[:MOST],
        "closed": rows.filter(state=State.CLOSED).order_by("-raised_at", "-pk")[:MOST],
    }
    return render(request, "desk/danger/list.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@admin.site.admin_view
@may_look_up
def raise_page(request: HttpRequest) -> HttpResponse:
    """Ask what the danger is, and raise the alarm; of one's own lookup alone."""
    named = request.GET if request.method != "POST" else request.POST
    lookup = _named_lookup(request, named.get("lookup", ""))
    begun = {"key": uuid4(), "lookup": lookup.key}
    form = RaiseForm(request.POST or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        row = transitions.raise_alarm(
            key=form.cleaned_data["key"],
            lookup=lookup,
            danger=Danger(form.cleaned_data["danger"]),
            words=form.cleaned_data["words"],
            by=agent_of(request),
            now=timezone.now(),
        )
        return HttpResponseRedirect(reverse("emergency", args=[row.pk]))
    page = {**admin.site.each_context(request), "title": _("Danger to life"), "form": form}
    return render(request, "desk/danger/raise.html", page)


@require_safe
@admin.site.admin_view
@may_look_up
def emergency_page(request: HttpRequest, emergency_id: int) -> HttpResponse:
    return _shown(request, _one(request, emergency_id))


@require_POST
@admin.site.admin_view
@may_look_up
def step_view(request: HttpRequest, emergency_id: int, kind: str) -> HttpResponse:
    """:raises Http404: there is no such step; :raises PermissionDenied: it is a supervisor's"""
    row = _one(request, emergency_id)
    form = StepForm(request.POST)
    if kind not in _CALLS or not form.is_valid():
        raise Http404
    if kind in _SUPERVISORS and not request.user.has_perm(HANDLE):
        raise PermissionDenied
    said = {"emergency_id": row.pk, "by": agent_of(request), "now": timezone.now()}
    address = ""
    try:
        address = _CALLS[kind](form.cleaned_data["note"], said) or ""
    except transitions.RefusedError as refusal:
        messages.error(request, str(refusal))
    if address:  # said once, on this page alone: it is in no address and no message
        return _shown(request, _one(request, row.pk), address=address)
    return HttpResponseRedirect(reverse("emergency", args=[row.pk]))


@require_POST
@admin.site.admin_view
@may_look_up
def verify_view(request: HttpRequest) -> HttpResponse:
    """Keep that the caller of one's own lookup was verified, and show their address."""
    form = VerifyForm(request.POST)
    if not form.is_valid():
        raise Http404
    lookup = own_lookup(on_page(request), form.cleaned_data["lookup"])
    method = Method(form.cleaned_data["method"])
    address, refusal = "", ""
    try:
        address = transitions.verify(
            lookup=lookup, method=method, by=agent_of(request), now=timezone.now()
        )
    except Customer.DoesNotExist:
        raise Http404 from None
    except transitions.RefusedError as error:
        refusal = str(error)
    page = {"method": method.label, "address": address, "refusal": refusal}
    page = {**admin.site.each_context(request), "title": _("Lookup"), **page}
    return render(request, "desk/danger/verified.html", page)


def _shown(request: HttpRequest, row: Emergency, *, address: str = "") -> HttpResponse:
    services = EmergencyContact.objects.filter(Q(region=None) | Q(region=row.region_id))
    page = {
        **admin.site.each_context(request),
        "title": _("Danger to life: alarm № %(n)d") % {"n": row.pk},
        "row": row,
        "address": address,
        "services": services.order_by("order", "pk"),
        "steps": row.steps.select_related("by").order_by("pk"),
        "may_handle": request.user.has_perm(HANDLE),
        "is_open": row.state != State.CLOSED,
    }
    return render(request, "desk/danger/page.html", page)


def _seen(request: HttpRequest) -> EmergencyQuerySet:
    rows = Emergency.objects.within(walls_of(request))
    return rows if request.user.has_perm(HANDLE) else rows.filter(raised_by=agent_of(request))


def _one(request: HttpRequest, emergency_id: int) -> Emergency:
    """:raises Http404: there is no such alarm for this reader"""
    rows = _seen(request).select_related("raised_by", "taken_by", "customer")
    row = rows.filter(pk=emergency_id).first()
    if row is None:
        raise Http404
    return row


def _named_lookup(request: HttpRequest, key: str) -> Lookup:
    """:raises Http404: it is nobody's lookup, or another's"""
    try:
        named = UUID(key)
    except ValueError:
        raise Http404 from None
    return own_lookup(on_page(request), named)


_CALLS: dict[str, Callable[[str, dict[str, Any]], str | None]] = {
    "called": lambda note, said: transitions.step(kind=Kind.CALLED, note=note, **said),
    "noted": lambda note, said: transitions.step(kind=Kind.NOTED, note=note, **said),
    "address": lambda note, said: transitions.show_address(**said),
    "take": lambda note, said: transitions.take(**said),
    "close": lambda note, said: transitions.close(note=note, **said),
}
_SUPERVISORS = {"take", "close"}


def waiting(request: HttpRequest) -> str:
    """Return how many alarms nobody has, for the navigation; "": none, or not the reader's."""
    if not request.user.has_perm(HANDLE):
        return ""
    rows = Emergency.objects.within(walls_of(request)).filter(state=State.OPEN)
    return str(rows[:MOST].count() or "")
