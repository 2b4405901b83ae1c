"""
The parts of a spot's page.

A panel is a function (request, case) → (template, context), or None where the reader may not
see it. `SpotAdmin.panels` and `.side_panels` list them; an upper app adds its own by
registering a subclass with longer tuples (see heatmaps_project/admin.py).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from complaints.customers.personal import masked_phone, scrubbed
from complaints.customers.reader import walls_of
from spots.cases.addresses import PAGES
from spots.cases.models import Case, Kind
from spots.cases.page import drawing
from spots.cases.page.surroundings import events_of, surroundings_of
from spots.cases.priority.formula import Facts
from spots.cases.priority.wording import bars_of
from spots.cases.states import ENDED, Permission
from spots.cases.ties import pages as ties
from spots.cases.transitions.membership import complaints_of
from spots.cases.wording import (
    evidence_in_words,
    moment,
    number,
    time_left,
    urgency,
)
from spots.sla.explain import explain_all
from spots.sla.models import Clock

Panel = Callable[[HttpRequest, Case], tuple[str, dict[str, Any]] | None]
FOLDER = "admin/spots/spot/panels/"
VOICES = 20
FIRST_VOICES = 5  # seen at once; the others open on a click


def rendered(panels: tuple[Panel, ...], request: HttpRequest, case: Case) -> list[SafeString]:
    """Return the panels that the reader may see, as HTML."""
    shown = [panel(request, case) for panel in panels]
    return [render_to_string(*made, request=request) for made in shown if made]


def where(request: HttpRequest, case: Case) -> tuple[str, dict[str, Any]]:
    """The map: outline, complaints by topic, and the network and other cases near by."""
    may = request.user.has_perm("complaints.view_complaint")
    drawn = drawing.drawing_of(case, with_complaints=may) | surroundings_of(request, case)
    regroups = case.kind == Kind.SPOT and case.state not in ENDED
    may_regroup = regroups and request.user.has_perm(Permission.DISPATCH)
    return FOLDER + "where.html", {"drawing": drawn, "case": case, "may_regroup": may_regroup}


def why(request: HttpRequest, case: Case) -> tuple[str, dict[str, Any]]:
    """What makes it a spot, and what makes it urgent, in words."""
    return FOLDER + "why.html", {
        "case": case,
        "evidence": evidence_in_words(case.evidence),
        "parts": bars_of(case.priority_parts, Facts.stored(case.priority_facts)),
        "points": number(case.priority),
        "weights": case.weights,
        "may_see_weights": request.user.has_perm("spots.view_priorityweights"),
    }


def promises(request: HttpRequest, case: Case) -> tuple[str, dict[str, Any]]:
    """The SLA clocks: what was promised, and whether it was kept."""
    now, zone = timezone.now(), case.region.time_zone
    found = Clock.objects.filter(case=case).select_related("policy__working_time", "case__region")
    clocks = list(found.defer("case__region__outline").order_by("due_at", "pk"))
    why = _reasons(clocks)
    rows = [
        {
            "name": clock.get_target_display(),
            "due": moment(clock.due_at, zone) if clock.due_at else "",
            "why": why.get(clock.pk, []),
            **_kept(clock, now),
        }
        for clock in clocks
    ]
    return FOLDER + "promises.html", {"clocks": rows, "policy": clocks[0].policy if rows else None}


def _reasons(clocks: list[Clock]) -> dict[int, list[str]]:
    """Return how deadlines came about; nothing where a calendar makes no sense any more."""
    try:
        return explain_all(clocks)
    except ValueError:
        return {}


def _kept(clock: Clock, now: datetime) -> dict[str, str]:
    """How a clock stands: its words and its colour."""
    if clock.satisfied_at and clock.breached_at:
        return {
            "tone": "late",
            "status": _("missed, done %(at)s") % {"at": moment(clock.satisfied_at)},
        }
    if clock.satisfied_at:
        return {"tone": "kept", "status": _("kept, %(at)s") % {"at": moment(clock.satisfied_at)}}
    if clock.stopped_at:
        return {"tone": "calm", "status": _("no longer needed")}
    if clock.due_at is None:
        return {"tone": "calm", "status": _("stands still")}
    return {
        "tone": urgency(clock.due_at, now=now),
        "status": time_left(clock.due_at, now=now),
    }


def voices(request: HttpRequest, case: Case) -> tuple[str, dict[str, Any]] | None:
    """What customers say, without what would tell who they are."""
    if not request.user.has_perm("complaints.view_complaint"):
        return None
    newest = (
        complaints_of(case)
        .select_related("customer", "topic")
        .order_by("-occurred_at", "-pk")[:VOICES]
    )
    zone = case.region.time_zone
    said = [
        {
            "text": scrubbed(complaint.text),
            "topic": complaint.topic,
            "at": moment(complaint.occurred_at, zone),
            "customer": complaint.customer_id,
            "phone": masked_phone(complaint.customer.phone) if complaint.customer else "",
            "precision": complaint.get_precision_display(),
        }
        for complaint in newest
    ]
    return FOLDER + "voices.html", {
        "first": said[:FIRST_VOICES],
        "rest": said[FIRST_VOICES:],
        "more": case.complaints - len(said),
    }


def network(request: HttpRequest, case: Case) -> tuple[str, dict[str, Any]] | None:
    """Sites near by, and outages and works that overlap the spot in place and time."""
    if not request.user.has_perm("spots.view_site"):
        return None
    walls, now, zone = walls_of(request), timezone.now(), case.region.time_zone
    events = [
        {
            "pk": event.pk,
            "kind": event.kind,
            "label": event.get_kind_display(),
            "title": event.title,
            "from": moment(event.starts_at, zone),
            "until": moment(event.ends_at, zone) if event.ends_at else "",
        }
        for event in events_of(case, walls=walls, now=now)
    ]
    sites = drawing.sites_near(case, walls=walls, limit=8)
    return FOLDER + "network.html", {
        "events": events,
        "sites": sites,
        "case": case,
        "pages": {"tie": f"admin:spots_{PAGES[Kind(case.kind)]}_tie"},
        **ties.context_of(request, case),
    }
