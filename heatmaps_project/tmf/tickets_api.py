"""TMF621 v4 over HTTP: trouble tickets."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.customers.models import Brand
from complaints.intake.api import changeable, reads_complaints, sender_of
from complaints.intake.models import Channel, Complaint, Topic
from complaints.intake.sent import UnreadableError, read_row
from complaints.intake.transitions import ensure_topics, receive
from complaints.row_number import row_number
from heatmaps_project.tmf.tickets import (
    ATTRIBUTES,
    KINDS,
    NEEDED,
    STATUSES,
    tickets,
    told,
)
from heatmaps_project.tmf.tickets_found import found
from heatmaps_project.tmf.transitions import hide_ticket, note_ticket
from heatmaps_project.tmf.wire import (
    TmfView,
    answered,
    checked,
    fields_of,
    filters_of,
    needed,
    only,
    page,
    read,
    read_change,
    refused,
    unread,
    window_of,
)

_OTHER = "other"  # topic of tickets whose type is none of ours
_SHORT = ("severity", "priority", "ticketType", "externalId")  # at most 100 letters


class TicketsView(TmfView):
    scopes = {"GET": "complaints:read", "POST": "complaints:write"}

    def get(self, request: Request) -> Response:
        """List trouble tickets."""
        offset, limit = window_of(request)
        filters = filters_of(request, ATTRIBUTES)
        rows, total = found(sender_of(request).walls, filters, offset=offset, limit=limit)
        return page(request, rows, total=total, offset=offset)

    def post(self, request: Request) -> Response:
        """
        Create a trouble ticket; the same externalId again is the same ticket.

        Others may have said more of it by then: who may not read tickets is told what it has sent.
        """
        told = read(request)
        told.pop("status", None)
        sent = _checked(told)
        needed(sent, NEEDED)
        pk, is_new = _received(sent, request)
        body = _body(request, str(pk))
        place = {"Location": body["href"]} if is_new else {}
        shown = only(_told(request, body, sent), fields_of(request))
        return answered(shown, status=201 if is_new else 200, **place)


class TicketView(TmfView):
    scopes = {"GET": "complaints:read", "PATCH": "complaints:write", "DELETE": "complaints:write"}

    def get(self, request: Request, pk: str) -> Response:
        """Read a trouble ticket."""
        return answered(only(_body(request, pk), fields_of(request)))

    def patch(self, request: Request, pk: str) -> Response:
        """
        Change what is sent of a trouble ticket; null takes away.

        Who may not read tickets is told what it has sent, and how the ticket stands.
        """
        changed, gone = read_change(request, KINDS, needed=NEEDED)
        sent = _checked(changed)
        if sent.get("status", "acknowledged") not in STATUSES:
            raise refused("There is no such status.")
        needed(sent, sent.keys() & {*NEEDED})
        sent.pop("externalId", None)
        with transaction.atomic():
            complaint = _locked(request, pk)
            note_ticket(complaint=complaint, told=sent, gone=gone, now=timezone.now())
        body = _told(request, _body(request, pk), sent)
        return answered(only(body, fields_of(request)))

    def delete(self, request: Request, pk: str) -> Response:
        """Withdraw the complaint, and show its ticket no more."""
        with transaction.atomic():
            hide_ticket(complaint=_locked(request, pk), now=timezone.now())
        return Response(status=204)


def _checked(body: Mapping[str, Any]) -> dict[str, Any]:
    sent = checked(body, KINDS)
    if "description" in sent:
        sent["description"] = sent["description"].strip()
    if any(len(sent.get(name, "")) > 100 for name in _SHORT):
        raise refused(f"{', '.join(_SHORT)}: at most 100 letters.")
    return sent


def _row(request: Request, pk: str) -> Complaint:
    """:raises Http404: there is no such ticket, it is deleted or behind a wall, or not one's own"""
    rows = changeable(request, tickets(sender_of(request).walls))
    row = rows.filter(pk=row_number(pk) or 0).first()
    if row is None:
        raise Http404
    return row


def _locked(request: Request, pk: str) -> Complaint:
    return Complaint.objects.select_for_update().get(pk=_row(request, pk).pk)


def _body(request: Request, pk: str) -> dict[str, Any]:
    return told(_row(request, pk))


def _told(request: Request, body: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Return a ticket as whoever sends or changes it is told it."""
    return body if reads_complaints(request) else unread(body, sent)


@transaction.atomic
def _received(sent: dict[str, Any], request: Request) -> tuple[int, bool]:
    """Return the complaint's number, and whether it is new."""
    sender, now = sender_of(request), timezone.now()
    external_id = sent.get("externalId") or f"tmf-{uuid4()}"
    known = Complaint.objects.filter(source=sender.source, external_id=external_id).first()
    if known is not None:
        if known.text != sent["description"]:
            raise refused("Another ticket was sent with this externalId before.", 409)
        if not tickets(sender.walls).filter(pk=known.pk).exists():
            raise refused("The ticket with this externalId was deleted.", 409)
        return known.pk, False
    row = {
        "external_id": external_id,
        "brand": _brand(sent, request),
        "topic": _topic(sent["ticketType"]),
        "channel": _channel(sent),
        "text": sent["description"],
        "occurred_at": now,
        **_customer(sent),
        **_place(sent),
    }
    try:
        complaint = read_row(row, now=now)
    except UnreadableError as error:
        raise refused(str(error)) from None
    [receipt] = receive([complaint], source=sender.source, now=now, walls=sender.walls)
    if receipt.complaint_id is None:
        raise refused("This client sends no tickets of such a brand.")
    if receipt.outcome == "created":
        stored = Complaint.objects.get(pk=receipt.complaint_id)
        note_ticket(complaint=stored, told=sent, now=now)
    return receipt.complaint_id, receipt.outcome == "created"


def _brand(sent: Mapping[str, Any], request: Request) -> str:
    """The party whose role is `brand`; where none is named, the client's first."""
    for party in sent.get("relatedParty", []):
        if party.get("role") == "brand":
            return str(party.get("id") or party.get("name") or "")
    first = Brand.objects.within(sender_of(request).walls).order_by("code").first()
    if first is None:
        raise refused("This client sends tickets of no brand.", 403)
    return first.code


def _topic(ticket_type: str) -> str:
    known = Topic.objects.filter(code=ticket_type).exists()
    if not known:
        ensure_topics([_OTHER])
    return ticket_type if known else _OTHER


def _channel(sent: Mapping[str, Any]) -> str:
    channel = sent.get("channel", {})
    told = {str(channel.get(key)) for key in ("id", "name")} & set(Channel.values)
    return min(told, default=Channel.CALL.value)


def _customer(sent: Mapping[str, Any]) -> dict[str, Any]:
    for party in sent.get("relatedParty", []):
        if str(party.get("role", "")).lower() == "customer" and party.get("id"):
            return {"customer": {"id": str(party["id"])}}
    return {}


def _place(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The address that is named as a related entity; without one, a person has to place it."""
    for entity in sent.get("relatedEntity", []):
        if entity.get("@referredType") == "GeographicAddress" and entity.get("name"):
            return {"address": str(entity["name"])}
    return {"point": {"lon": 0.0, "lat": 0.0}}
