"""A customer with a row of every kind, all of it over; and every row of the house, to compare."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection

from complaints.customers.personal import blind_index
from complaints.models import ComplaintEvent, Customer
from feedback.models import FollowUp, FollowUpStep, IncomingText, Invitation, Part, Receipt, Try
from heatmaps_project.models import EmergencyStep, TroubleTicket
from spots.models import Case, Event, Membership
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_comment,
    make_complaint,
    make_customer,
    make_emergency,
    make_fixed_spot,
    make_followup,
    make_gift,
    make_given,
    make_insight,
    make_invitation,
    make_message,
    make_request,
    make_review,
    make_touch,
    make_user,
)

PHONE = "+79261234512"
WORDS = "я Анна с Несравненной, 7"
HOUSE = (37.7351, 55.9143)
OURS = {"heatmaps_project", "feedback", "spots", "complaints"}


def lived() -> Customer:
    """Someone who complained, was told, asked, called back and given something, long ago."""
    agent = make_user("agent")
    customer = make_customer(phone=PHONE, phone_index=blind_index(PHONE), crm_id="C-1024")
    spot = make_fixed_spot(customer, state="closed", ended_at=NOW)
    complaint = complained(customer, spot)
    ended_single(customer)
    told = {"source": "crm", "occurred_at": NOW, "received_at": NOW, "complaint": complaint}
    corrected = {"topic": "no_signal", "address": WORDS, "point": {"lon": 37.7, "lat": 55.9}}
    said = json.dumps(corrected)
    ComplaintEvent.objects.create(event_id="1", type="corrected", said=said, **told)
    rest = {"note": [{"text": WORDS}], "relatedEntity": [{"name": complaint.address}]}
    changes = [{"status": "x", "changeReason": WORDS}]
    ticket = {"rest": json.dumps(rest), "changes": changes}
    TroubleTicket.objects.create(complaint=complaint, changed_at=NOW, **ticket)
    invitation = make_invitation(customer=customer, case=spot)
    make_answer(1, invitation=invitation)
    comment = make_comment(WORDS, invitation=invitation)
    followup = make_followup(invitation=invitation)
    FollowUpStep.objects.create(followup=followup, kind="close", at=NOW, by=agent, note=WORDS)
    messaged(customer, spot, invitation)
    texted(invitation)
    gift = make_gift(codes=0)
    make_given(customer=customer, note=WORDS, gift=gift)
    insight = {"customer": customer, "comment": comment, "words": WORDS}
    make_insight(state="done", ended_at=NOW, answer="сделали", **insight)
    make_request(customer=customer, state="done", words=WORDS, answer=WORDS, by=agent)
    closed = {"state": "closed", "taken_by": agent, "closed_at": NOW, "words": WORDS}
    emergency = make_emergency(agent, brand=make_brand(), customer=customer, **closed)
    EmergencyStep.objects.create(emergency=emergency, kind="closed", at=NOW, by=agent, note=WORDS)
    make_review(agent, note=WORDS, by=make_user("supervisor"), reviewed_at=NOW, brand=make_brand())
    make_touch(customer=customer, at=NOW)
    FollowUp.objects.update(state="closed", outcome="saved", closed_at=NOW)
    Invitation.objects.update(state="completed", expires_at=NOW + timedelta(days=30))
    return customer


def complained(customer: Customer, spot: Case):
    lon, lat = HOUSE
    row = {"customer": customer, "text": WORDS, "address": WORDS, "lon": lon, "lat": lat}
    complaint = make_complaint(address_index=blind_index("дом"), **row)
    Membership.objects.create(case=spot, complaint=complaint, since=NOW)
    return complaint


def ended_single(customer: Customer) -> None:
    lon, lat = HOUSE
    complaint = make_complaint(customer=customer, text="", lon=lon, lat=lat)
    place = {"centre": complaint.point, "outline": complaint.point.buffer(0.001)}
    ended = {"state": "closed", "fixed_at": NOW, "ended_at": NOW, "place": f"{lat}, {lon}"}
    spot = make_fixed_spot(**ended, **place)
    Case.objects.filter(pk=spot.pk).update(kind="single")
    Membership.objects.create(case=spot, complaint=complaint, since=NOW)


def messaged(customer: Customer, spot: Case, invitation: Invitation) -> None:
    over = {"state": "delivered", "handed_over_at": NOW, "delivered_at": NOW, "text": WORDS}
    event = Event.objects.filter(case=spot).first()
    message = make_message(customer=customer, case=spot, invitation=invitation, event=event, **over)
    index = blind_index(PHONE)
    told = {"gateway": "sms", "gateway_id": "7", "address_index": index}
    part = Part.objects.create(message=message, copy=1, number=1, sent_at=NOW, **told)
    Receipt.objects.create(part=part, state=3, received_at=NOW, **told)
    Try.objects.create(
        message=message,
        copy=1,
        key=message.key,
        channel="sms",
        text=WORDS,
        parts=1,
        state="failed",
        ended_at=NOW,
    )


def texted(invitation: Invitation) -> None:
    IncomingText.objects.create(
        gateway="sms",
        address=PHONE,
        address_index=blind_index(PHONE),
        sender="0650",
        text=WORDS,
        received_at=NOW,
        meaning="answer",
        invitation=invitation,
    )


def rows() -> dict[tuple[str, str], dict[str, Any]]:
    """What stands in every row of the house: by table and key, each column as PostgreSQL has it."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.app_label not in OURS or model._meta.proxy:
                continue
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute(f'SELECT "{key}"::text, to_jsonb(t) FROM "{table}" t')
            found |= {(table, pk): json.loads(row) for pk, row in cursor.fetchall()}
    return found


def changed(before: dict, after: dict) -> set[str]:
    """Which columns are not as they were, of rows that were there before; "-": they are gone."""
    names = set()
    for (table, pk), row in before.items():
        now = after.get((table, pk))
        if now is None:
            names.add(f"{table} -")
            continue
        names |= {f"{table}.{name}" for name, value in row.items() if value != now[name]}
    return names


def later(days: float) -> datetime:
    return NOW + timedelta(days=days)
