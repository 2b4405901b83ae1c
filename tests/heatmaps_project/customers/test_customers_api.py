"""Customers over the API: stored once, masked, changed, asked, erased."""

import json
import logging
import re
from io import BytesIO
from threading import Thread
from typing import Any

import pytest
from django.apps import apps
from django.contrib.gis.geos import Point
from django.db import connection
from django.urls import reverse

from complaints.customers.transitions import opt_out
from complaints.models import (
    Complaint,
    ComplaintEvent,
    Customer,
    Erasure,
    OptOut,
    TakenBackRefusal,
)
from feedback.models import Answer
from heatmaps_project.desk.danger.models import EmergencyStep
from heatmaps_project.models import TroubleTicket
from heatmaps_project.webhooks.models import Face
from tests.factories import (
    NOW,
    bearer,
    make_answer,
    make_api_client,
    make_complaint,
    make_customer,
    make_delivery,
    make_emergency,
    make_fixed_spot,
    make_message,
    make_subscription,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db
PHONE, EMAIL, WORDS = "+79261234512", "ana@example.org", "у меня на Полевой нет связи"
SENT = {"brand": "demo", "id": "C-1", "phone": "8 926 123-45-12", "email": EMAIL, "ltv": "10.50"}


@pytest.fixture(name="ask")
def _ask(client):
    header = bearer(make_api_client())

    def ask(method: str, name: str, *args: int, body: Any = None, **headers: str) -> Any:
        call = getattr(client, method)
        address = reverse(name, args=args)
        text = json.dumps(body) if body is not None else ""
        return call(address, text, "application/json", headers={**header, **headers})

    return ask


def test_a_customer_is_told_of_once_however_often_it_is_sent(ask):
    first = ask("post", "api-customers", body=SENT)
    again = ask("post", "api-customers", body=SENT)
    other = ask("post", "api-customers", body={**SENT, "ltv": "11.00", "segment": "vip"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["phone"] == "+7 926 ***-**-12"
    assert first.json()["consent"] == {"service": True, "survey": True, "marketing": True}
    assert other.status_code == 409
    assert [error["field"] for error in other.json()["errors"]] == ["ltv", "segment"]
    [row] = Customer.objects.all()
    assert (row.phone, row.email, str(row.ltv)) == (PHONE, EMAIL, "10.50")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_what_they_read_at_once_one_is_first(ask):
    number = ask("post", "api-customers", body=SENT).json()["number"]
    read = ask("get", "api-customer", number)["ETag"]
    answers: list[Any] = []

    def change(segment: str) -> None:
        body = {"segment": segment}
        answers.append(ask("patch", "api-customer", number, body=body, **{"If-Match": read}))
        connection.close()

    senders = [Thread(target=change, args=[name]) for name in ("vip", "mass", "old")]
    for one in senders:
        one.start()
    for one in senders:
        one.join()

    assert sorted(one.status_code for one in answers) == [200, 412, 412]
    [done] = [one.json() for one in answers if one.status_code == 200]
    assert ask("get", "api-customer", number).json()["segment"] == done["segment"]
    assert ask("delete", "api-customer", number, **{"If-Match": read}).status_code == 412
    assert ask("delete", "api-customer", number, **{"If-Match": "*"}).status_code == 204


@pytest.mark.django_db(transaction=True)
def test_while_a_body_comes_nobody_is_locked_out(client):
    seen = []

    class Body(BytesIO):
        def read(self, *size: int) -> bytes:
            seen.append(connection.in_atomic_block)
            return super().read(*size)

    body = b'{"segment": "vip"}'
    customer = make_customer()
    address = reverse("api-customer", args=[customer.pk])
    told = {"wsgi.input": Body(body), "CONTENT_LENGTH": str(len(body))}
    told["CONTENT_TYPE"] = "application/json"
    headers = {**bearer(make_api_client()), "If-Match": "*"}

    answer = client.generic("PATCH", address, headers=headers, **told)

    assert answer.status_code == 200, answer.content
    assert seen and not any(seen)


def test_what_is_sent_changes_and_null_takes_away(ask):
    number = ask("post", "api-customers", body=SENT).json()["number"]

    changed = ask("patch", "api-customer", number, body={"segment": "vip", "email": None})

    assert (changed.status_code, changed.json()["segment"]) == (200, "vip")
    row = Customer.objects.get()
    assert (row.email, row.email_index, row.phone) == ("", None, PHONE)
    found = ask("post", "api-customers-find", body={"brand": "demo", "id": "C-1"})
    assert found.json() == changed.json() == ask("get", "api-customer", number).json()


def test_balance_and_debt_are_told_paid_and_shown_to_whoever_talks_with_customers(ask, signed_in):
    sent = {**SENT, "balance": "-120.50", "debt": "300.00"}
    number = ask("post", "api-customers", body=sent).json()["number"]
    complaint = make_complaint(customer=Customer.objects.get())
    pages = (f"customer/{number}", f"complaint/{complaint.pk}")
    told = ask("get", "api-customer", number).json()
    assert (told["balance"], told["debt"]) == ("-120.50", "300.00")

    def shown(role):
        browser = signed_in(make_user(role, language="en"))
        texts = [
            browser.get(f"/admin/complaints/{page}/change/").content.decode() for page in pages
        ]
        return ["120.50" in text and "300.00" in text for text in texts]

    assert {role: shown(role) for role in ("dispatcher", "supervisor", "engineer")} == {
        "dispatcher": [True, True],
        "supervisor": [True, True],
        "engineer": [False, False],
    }
    assert ask("patch", "api-customer", number, body={"debt": None}).json()["debt"] is None
    ask("delete", "api-customer", number)
    assert Customer.objects.get(pk=number).balance is None


def test_the_numbers_of_a_person_are_told_seen_together_and_forgotten(ask, signed_in):
    sent = {**SENT, "person": "P-1"}
    number = ask("post", "api-customers", body=sent).json()["number"]
    other = {"brand": "demo", "id": "C-2", "phone": "+79260000034", "person": "P-1", "gone": True}
    told = ask("post", "api-customers", body=other).json()
    assert (told["person"], told["gone"]) == ("P-1", True)
    agent = signed_in(make_user("agent", language="en"))

    page = agent.post("/lookup/", {"asked": PHONE}).content.decode()
    assert "+7 926 ***-**-34 C-2 — with another operator now" in page
    assert "0000034" not in page
    page = agent.post("/lookup/", {"asked": "+79260000034"}).content.decode()
    assert "This number is with another operator now." in page

    ask("delete", "api-customer", number)
    assert Customer.objects.get(pk=number).person == ""
    assert ask("patch", "api-customer", told["number"], body={"gone": None}).json()["gone"] is False


def test_consent_is_given_and_taken_back_by_purpose(ask):
    number = ask("post", "api-customers", body=SENT).json()["number"]

    told = ask("patch", "api-customer-consent", number, body={"survey": False})
    assert told.json() == {"service": True, "survey": False, "marketing": True}
    assert OptOut.objects.get().told_by == "api"
    ask("patch", "api-customer-consent", number, body={"survey": True})
    assert not OptOut.objects.exists()


def test_that_a_customer_had_refused_and_who_says_otherwise_stays(ask, signed_in):
    """The row was deleted: nothing said any more that there had been a STOP, nor who undid it."""
    number = ask("post", "api-customers", body=SENT).json()["number"]
    opt_out(customer_id=number, purpose="survey", told_by="sms", now=NOW)

    for _ in range(2):
        agreed = {"survey": True, "marketing": True}
        ask("patch", "api-customer-consent", number, body=agreed)

    row = TakenBackRefusal.objects.get()
    assert (row.customer_id, row.purpose, row.told_by, row.by) == (number, "survey", "sms", "crm")
    assert row.refused_at == NOW < row.at
    opt_out(customer_id=number, purpose="service", told_by="web", now=NOW)
    page = signed_in(make_user("supervisor", language="en")).get(
        reverse("admin:complaints_customer_change", args=[number])
    )
    shown = page.content.decode()
    assert re.search(r"surveys: [^<]+ \(by text\), taken back [^<]+ by crm", shown)
    assert re.search(r"news of one&#x27;s own complaint: [^<]+ \(on a page of ours\)", shown)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"phone": "12"}, "phone"),
        ({"id": "tel:123"}, "id"),
        ({"colour": "red"}, "colour"),
        ({"ltv": -1}, "ltv"),
    ],
)
def test_what_cannot_be_taken_is_named_and_not_repeated(ask, changed, field):
    answer = ask("post", "api-customers", body={**SENT, **changed})

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert EMAIL not in answer.content.decode()


def test_reading_and_writing_are_scopes_of_their_own(client):
    header = bearer(make_api_client(), "complaints:write complaints:read")
    names = (("post", "api-customers", ()), ("get", "api-customer", (1,)))

    assert {
        getattr(client, method)(
            reverse(name, args=args), content_type="application/json", headers=header
        ).status_code
        for method, name, args in names
    } == {403}


def everything() -> str:
    """Every row of every table as it is read: decrypted."""
    rows = []
    for model in apps.get_models():
        rows += [str(row) for row in model._default_manager.values()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM feedback_message WHERE text IS NOT NULL")
        assert cursor.fetchall() == []
    return "\n".join(rows)


def test_a_client_erases_so_many_in_a_day(ask, settings, caplog):
    """Whoever has its secret could else erase a whole brand, and nobody brings it back."""
    settings.ERASURES_PER_DAY = 2
    numbers = [make_customer().pk for _ in range(3)]

    answers = [ask("delete", "api-customer", number) for number in numbers]
    again = ask("delete", "api-customer", numbers[0])

    assert [answer.status_code for answer in answers] == [204, 204, 429]
    assert answers[2].headers["Retry-After"] == "3600"
    assert again.status_code == 204
    assert Erasure.objects.count() == 2
    assert "Client crm wants to erase more than 2" in caplog.text


def test_whoever_was_erased_is_not_told_of_again_by_what_is_left(ask):
    number = ask("post", "api-customers", body=SENT).json()["number"]
    assert ask("delete", "api-customer", number).status_code == 204
    erased = Customer.objects.get(pk=number)
    complaint = {
        **{"external_id": "1", "brand": "demo", "topic": make_topic().code, "channel": "call"},
        **{"address": "Мытищи, 1", "occurred_at": NOW.isoformat()},
        "customer": {"id": erased.crm_id, "phone": PHONE},
    }

    answer = ask("post", "api-complaints", body=complaint)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "customer.id")
    erased.refresh_from_db()
    assert (erased.phone, erased.phone_index) == ("", None)
    assert not Complaint.objects.exists()


def test_an_erased_customer_is_nowhere_any_more_and_what_they_count_in_stays(ask, caplog):
    number = ask("post", "api-customers", body=SENT).json()["number"]
    customer = Customer.objects.get()
    case = make_fixed_spot(customer)
    complaint = Complaint.objects.get(customer=customer)
    at_home = {"point": Point(37.60123, 55.75046), "address": "Несравненная, 7, кв. 3"}
    Complaint.objects.filter(pk=complaint.pk).update(text=WORDS, **at_home)
    ComplaintEvent.objects.create(
        complaint=complaint,
        source="crm",
        event_id="1",
        type="comment",
        occurred_at=NOW,
        received_at=NOW,
        said=json.dumps({"text": WORDS}),
    )
    message = make_message(case=case, customer=customer, text=WORDS)
    make_answer(5, WORDS, invitation=message.invitation)
    TroubleTicket.objects.create(complaint=complaint, rest=json.dumps([WORDS]), changed_at=NOW)
    hub = make_subscription(face=Face.TICKETS, url="https://tmf.example.org")
    make_delivery(hub, subject=f"troubleTicket:{complaint.pk}", sealed=WORDS)
    danger = make_emergency(customer=customer, words=WORDS)
    EmergencyStep.objects.create(emergency=danger, kind="noted", at=NOW, note=WORDS)

    with caplog.at_level(logging.DEBUG):
        assert ask("delete", "api-customer", number).status_code == 204
        assert ask("delete", "api-customer", number).status_code == 204

    left = everything()
    for trace in ("C-1", PHONE, EMAIL, WORDS, "Несравненная"):
        assert trace not in left
        assert trace not in caplog.text
    [proof] = Erasure.objects.all()
    assert (proof.by, proof.complaints) == ("crm", 1)
    complaint.refresh_from_db()
    assert (complaint.precision, complaint.address) == ("street", "")  # a house no more
    assert Answer.objects.get(question=1).score == 5
    assert ask("get", "api-customer", number).status_code == 404
    assert ask("post", "api-customers", body=SENT).status_code == 201  # somebody new
    assert OptOut.objects.filter(customer=number).count() == 3
    assert make_complaint(customer=Customer.objects.get(crm_id="C-1")).customer_id != number
