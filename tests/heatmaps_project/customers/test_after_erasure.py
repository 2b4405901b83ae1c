"""What comes late about a customer who was erased is of nobody; their old links open nothing."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.customers.personal import blind_index
from complaints.geocoding.models import HouseSubscribers
from complaints.models import Complaint, ComplaintEvent, Customer
from feedback.models import IncomingText, Part, Receipt
from feedback.surveys.links import links_to
from heatmaps_project.customers.transitions import erase
from heatmaps_project.desk.own.links import path_to
from heatmaps_project.models import TroubleTicket
from spots.models import StagedRow
from tests.factories import (
    NOW,
    bearer,
    make_api_client,
    make_brand,
    make_complaint,
    make_customer,
    make_house,
    make_import,
    make_invitation,
    make_message,
)

pytestmark = pytest.mark.django_db

WORDS = "я Анна с Несравненной, 7"


@pytest.fixture(name="crm")
def _crm(client):
    header = bearer(make_api_client("crm"))

    def ask(method: str, url: str, body: object) -> int:
        call = getattr(client, method)
        return call(url, json.dumps(body), "application/json", headers=header).status_code

    return ask


def erased() -> Customer:
    customer = make_customer(phone="+79261234512")
    make_complaint(customer=customer, text=WORDS)
    erase(customer_id=customer.pk, by="crm", now=NOW)
    return customer


def test_a_late_event_is_kept_without_a_word_however_often_it_is_sent(crm):
    complaint = Complaint.objects.get(customer=erased())
    url = f"/api/v1/complaints/{complaint.pk}/events/"
    for type_, data in (("comment", {"text": WORDS}), ("corrected", {"text": WORDS})):
        sent = {"event_id": type_, "type": type_, "occurred_at": NOW.isoformat(), "data": data}
        assert [crm("post", url, sent) for _ in range(2)] == [201, 200]

    complaint.refresh_from_db()
    assert complaint.text == ""
    assert set(ComplaintEvent.objects.values_list("said", flat=True)) == {"{}"}


def test_a_late_change_of_a_ticket_is_kept_without_a_word(crm):
    complaint = Complaint.objects.get(customer=erased())
    url = f"/tmf-api/troubleTicket/v4/troubleTicket/{complaint.pk}"
    sent = {"description": WORDS, "note": [{"text": WORDS}], "severity": "major"}

    assert crm("patch", url, {**sent, "status": "resolved", "statusChangeReason": WORDS}) == 200

    complaint.refresh_from_db()
    ticket = TroubleTicket.objects.get(complaint=complaint)
    assert (complaint.text, ticket.severity, ticket.status) == ("", "major", "resolved")
    assert WORDS not in f"{ticket.rest} {ticket.changes}"


def test_why_a_tickets_status_changed_goes_with_the_rest(crm):
    customer = make_customer()
    complaint = make_complaint(customer=customer)
    url = f"/tmf-api/troubleTicket/v4/troubleTicket/{complaint.pk}"
    crm("patch", url, {"status": "resolved", "statusChangeReason": WORDS})
    assert WORDS in str(TroubleTicket.objects.get().changes)

    erase(customer_id=customer.pk, by="crm", now=NOW)

    [change] = TroubleTicket.objects.get().changes
    assert change["status"] == "resolved"
    assert "changeReason" not in change


def test_links_of_before_open_nothing(client):
    customer = make_customer()
    invitation = make_message(customer=customer).invitation
    now = timezone.now()
    type(invitation).objects.filter(pk=invitation.pk).update(expires_at=now + timedelta(days=1))
    pages = (links_to([invitation.pk])[invitation.pk].partition("8000")[2],)
    pages += (path_to(customer, until=now + timedelta(hours=1)),)
    assert [client.get(page).status_code for page in pages] == [200, 200]

    erase(customer_id=customer.pk, by="crm", now=now)

    assert [client.get(page).status_code for page in pages] == [404, 404]


def test_nothing_says_which_number_a_message_went_to():
    customer = make_customer()
    message = make_message(customer=customer)
    index = blind_index("+79261234512")
    told = {"gateway": "sms", "gateway_id": "7", "address_index": index}
    part = Part.objects.create(message=message, copy=1, number=1, sent_at=NOW, **told)
    Receipt.objects.create(part=part, state=3, received_at=NOW, **told)

    erase(customer_id=customer.pk, by="crm", now=NOW)

    part.refresh_from_db()
    assert part.address_index is None
    assert not Receipt.objects.exists()


def texted(phone: str, **fields) -> IncomingText:
    told = {"gateway": "sms", "address": phone, "address_index": blind_index(phone)}
    return IncomingText.objects.create(
        **told, sender="0650", text=WORDS, received_at=NOW, **{"meaning": "nobody", **fields}
    )


def test_a_brand_that_tells_of_anothers_number_erases_nothing_of_theirs():
    phone = "+79261234512"
    theirs = make_customer(phone=phone, phone_index=blind_index(phone))
    answer = texted(phone, meaning="answer", invitation=make_invitation(customer=theirs))
    other = texted(phone)
    rival = make_customer(phone=phone, phone_index=blind_index(phone), brand=make_brand("rival"))

    erase(customer_id=rival.pk, by="rival", now=NOW)

    assert {row.text for row in IncomingText.objects.all()} == {WORDS}
    erase(customer_id=theirs.pk, by="crm", now=NOW)
    assert {row.text for row in IncomingText.objects.all()} == {""}
    assert (answer.pk, other.pk) == tuple(
        IncomingText.objects.order_by("pk").values_list("pk", flat=True)
    )


def test_files_of_a_houses_customers_name_them_no_more():
    customer, other = make_customer(), make_customer()
    house = make_house(customer, other)
    ids = [customer.crm_id, other.crm_id]
    file = make_import("subscribers", state="applied", applied_at=NOW)
    row = {"of": file, "line": 1, "change": "changed"}
    staged = StagedRow.objects.create(
        key=str(house.pk),
        before={"people": 3, "customers": [customer.crm_id]},
        after={"people": 4, "customers": ids},
        **row,
    )
    elsewhere = {"people": 1, "customers": [other.crm_id]}
    kept = StagedRow.objects.create(key=str(house.pk + 1), after=elsewhere, **row)

    erase(customer_id=customer.pk, by="crm", now=NOW)

    staged.refresh_from_db()
    kept.refresh_from_db()
    assert staged.before == {"people": 3, "customers": []}
    assert staged.after == {"people": 4, "customers": [other.crm_id]}
    assert kept.after == elsewhere
    assert HouseSubscribers.objects.get().crm_ids == [other.crm_id]


def test_files_name_them_no_more_where_they_live_no_more_or_not_yet():
    customer, other = make_customer(crm_id="C-1"), make_customer(crm_id="C-10")
    now_in = make_house(customer)
    done = {"of": make_import("subscribers", state="applied", applied_at=NOW), "line": 1}
    was_in = StagedRow.objects.create(
        key=str(now_in.pk + 1),
        change="changed",
        before={"people": 1, "customers": [customer.crm_id]},
        after={"people": 0, "customers": []},
        **done,
    )
    told = [["address", "Дом C-1"], ["customers", "C-10;C-1"]]
    refused = StagedRow.objects.create(change="refused", told=told, **done)
    waits = {"of": make_import("subscribers", state="checked"), "line": 1}
    to_come = StagedRow.objects.create(
        key=str(now_in.pk + 2),
        change="new",
        after={"people": 2, "customers": [customer.crm_id, other.crm_id]},
        **waits,
    )

    erase(customer_id=customer.pk, by="crm", now=NOW)

    for row in (was_in, refused, to_come):
        row.refresh_from_db()
    assert was_in.before == {"people": 1, "customers": []}
    assert to_come.after == {"people": 2, "customers": [other.crm_id]}
    assert refused.told == [told[0], ["customers", "C-10;"]]
