"""One click: a caller is attached, passed on, or gets a single case; once, however often."""

from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from django.db import connection
from django.test import Client

from complaints.customers.personal import blind_index
from complaints.models import Complaint, Customer
from heatmaps_project.customers.transitions import erase
from heatmaps_project.models import Look, Lookup, LookupOutcome
from spots.models import Case, Event, Membership
from tests.factories import (
    CENTRE,
    NOW,
    make_brand,
    make_cause,
    make_complaint,
    make_customer,
    make_message,
    make_region,
    make_spot,
    make_topic,
    make_user,
)
from tests.heatmaps_project.desk.places import make_addresses

pytestmark = pytest.mark.django_db

URL, ACT = "/lookup/", "/lookup/act/"
PHONE = "+79261234512"
PLACE = {"lon": CENTRE[0], "lat": CENTRE[1], "precision": "house"}


@pytest.fixture
def agent(signed_in) -> Client:
    make_addresses()
    make_topic()
    make_region()
    with time_machine.travel(NOW, tick=False):
        yield signed_in(make_user("agent", language="en"))


def caller(**fields) -> Customer:
    return make_customer(phone=PHONE, phone_index=blind_index(PHONE), **fields)


def asked(agent: Client, text: str, **more) -> str:
    return agent.post(URL, {"asked": text, **more}).content.decode()


def test_what_the_caller_owes_is_shown_to_who_may_see_it(agent, signed_in):
    caller(balance="-1250.5", debt="900")

    page = asked(agent, PHONE)
    assert "−1,250.50" in page or "-1,250.50" in page
    assert "900.00" in page
    page = asked(signed_in(make_user("administrator", language="en")), PHONE)
    assert "900.00" not in page


def chosen(agent: Client, outcome: str, **more) -> str:
    """The outcome of the newest lookup, with what the page fills in."""
    row = {
        "lookup": Lookup.objects.latest("pk").key,
        "outcome": outcome,
        "topic": "no_signal",
        "brand": "demo",
        "channel": "call",
        "tell": "on",
        **PLACE,
        **more,
    }
    return agent.post(ACT, row).content.decode()


def test_a_phone_finds_the_caller_their_complaints_and_what_they_were_told(agent):
    spot = make_spot(state="fixing", cause=make_cause(), eta_at=NOW + timedelta(hours=3))
    customer = caller()
    make_message(customer=customer)
    make_complaint(customer=customer, address="г. Рязань, ул. Полевая, д. 57, кв. 31")

    page = asked(agent, "8 (926) 123-45-12")

    assert "+7 926 ***-**-12" in page
    assert PHONE not in page.replace(" ", "").replace("+7926***-**-12", "")
    assert "ул. Полевая, д. •, кв. •" in page
    assert "д. 57" not in page
    assert "Решение ожидается в течение 3 часов." in page
    assert f"Attach to spot № {spot.pk}" in page
    assert "in no spot" in page
    assert "Messages sent" in page


@pytest.mark.parametrize("by", ["customer", "number", "external id"])
def test_a_customer_or_complaint_number_finds_the_caller(agent, by):
    complaint = make_complaint(customer=caller(crm_id="crm-17"))
    typed = {
        "customer": "crm-17",
        "number": f"№ {complaint.pk}",
        "external id": complaint.external_id,
    }[by]

    assert "+7 926 ***-**-12" in asked(agent, typed)


def test_a_caller_behind_the_walls_is_nobody(agent):
    complaint = make_complaint(
        customer=caller(brand=make_brand("other")), brand=make_brand("other")
    )

    for typed in (PHONE, f"№ {complaint.pk}", complaint.external_id):
        assert "***" not in asked(agent, typed)


def test_what_a_caller_says_who_was_erased_since_is_of_a_new_customer(agent):
    customer = caller(crm_id="crm-17")
    asked(agent, PHONE)
    erase(customer_id=customer.pk, by="crm", now=NOW)

    chosen(agent, "single", phone=PHONE, text="нет связи")

    complaint = Complaint.objects.get()
    assert (complaint.text, complaint.customer.phone) == ("нет связи", PHONE)
    assert complaint.customer != customer


def test_of_two_customers_with_one_phone_the_agent_chooses(agent):
    one, _other = caller(crm_id="a1"), caller(crm_id="a2")

    page = asked(agent, PHONE)

    assert "Several customers" in page
    assert "a2" in page
    assert "Open complaints" in asked(agent, PHONE, customer=one.pk)


def test_a_known_caller_is_attached_with_one_click(agent):
    spot = make_spot(state="fixing", cause=make_cause(), eta_at=NOW + timedelta(hours=3))
    customer = caller()
    make_complaint(customer=customer, address="")
    asked(agent, PHONE)

    page = chosen(agent, "attached", spot=spot.pk)

    complaint = Complaint.objects.get(source="desk")
    assert complaint.customer == customer
    assert Membership.objects.get(complaint=complaint, until=None).case == spot
    assert Event.objects.get(case=spot, kind="attached").by.role == "agent"
    assert f"Attached to the spot</strong> № {spot.pk}" in page
    assert "SMS to +7 926 ***-**-12: when it is fixed." in page
    outcome = LookupOutcome.objects.get()
    assert (outcome.outcome, outcome.complaint, outcome.case) == ("attached", complaint, spot)


def test_a_caller_nobody_knew_is_attached_by_phone(agent):
    spot = make_spot()

    assert "the phone is kept" in asked(agent, "8 926 123 45 12")
    page = asked(agent, "Рязань, Полевая 5", phone=PHONE)
    assert f'name="phone" value="{PHONE}"' in page
    chosen(agent, "attached", spot=spot.pk, phone="8 926 123 45 12", language="en")

    customer = Complaint.objects.get(source="desk").customer
    assert (customer.phone, customer.language, customer.brand.code) == (PHONE, "en", "demo")


def test_two_clicks_attach_once(agent):
    spot = make_spot()
    asked(agent, "Рязань, Полевая 5")
    first = chosen(agent, "attached", spot=spot.pk, phone=PHONE)

    second = chosen(agent, "attached", spot=spot.pk, phone=PHONE, text="again")
    third = chosen(agent, "passed_on", phone=PHONE)

    assert "Attached to the spot" in first
    assert "Attached to the spot" in second
    assert "Attached to the spot" in third
    assert Complaint.objects.filter(source="desk").count() == 1
    assert LookupOutcome.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_attach_once(signed_in):
    make_addresses()
    make_topic()
    spot = make_spot()
    agent = signed_in(make_user("agent"))
    asked(agent, "Рязань, Полевая 5")

    def click() -> None:
        chosen(agent, "attached", spot=spot.pk, phone=PHONE)
        connection.close()

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Complaint.objects.filter(source="desk").count() == 1
    assert LookupOutcome.objects.count() == 1


def test_who_does_not_want_to_be_told_is_not(agent):
    spot = make_spot()
    asked(agent, "Рязань, Полевая 5")

    page = chosen(agent, "attached", spot=spot.pk, phone=PHONE, tell="")

    assert "Nobody is written to." in page
    assert Complaint.objects.get(source="desk").tell is False


def test_a_complaint_is_passed_on_and_a_single_case_opened(agent):
    asked(agent, "Рязань, Полевая 5")
    page = chosen(agent, "passed_on", phone=PHONE, text="Нет связи")
    assert "Complaint passed on" in page
    assert "when the term is known, when it is fixed" in page

    asked(agent, "Рязань, Полевая 5")
    chosen(agent, "single", phone=PHONE, topic="no_signal")

    single = Case.objects.get(kind="single")
    assert single.events.get(kind="opened").by.role == "agent"
    assert Complaint.objects.filter(source="desk").count() == 2


def test_the_complaint_that_was_asked_for_is_attached_itself(agent):
    spot = make_spot()
    complaint = make_complaint(customer=caller())
    asked(agent, f"№ {complaint.pk}")

    chosen(agent, "attached", spot=spot.pk, complaint=complaint.pk)

    assert Membership.objects.get(complaint=complaint).case == spot
    assert not Complaint.objects.filter(source="desk").exists()


@pytest.mark.parametrize(("role", "moved"), [("agent", False), ("dispatcher", True)])
def test_out_of_another_spot_only_who_dispatches_takes_a_complaint(agent, signed_in, role, moved):
    complaint = make_complaint(customer=caller())
    worked_on, other = make_spot(complaints=[complaint]), make_spot()
    browser = signed_in(make_user(role, language="en"))
    asked(browser, f"№ {complaint.pk}")

    page = chosen(browser, "attached", spot=other.pk, complaint=complaint.pk)

    now_in = Membership.objects.current().get(complaint=complaint).case
    assert now_in == (other if moved else worked_on)
    assert (f"in № {worked_on.pk} already" in page) is not moved
    assert Event.objects.filter(kind="detached").exists() is moved


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({}, "phone is needed"),
        ({"phone": "12"}, "phone is needed"),
        ({"phone": PHONE, "topic": "nothing"}, "Choose the brand and the topic"),
        ({"phone": PHONE, "topic": ""}, "Choose the topic"),
        ({"phone": PHONE, "brand": "other"}, "Choose the brand and the topic"),
        ({"phone": PHONE, "lon": "", "lat": "", "precision": ""}, "must be known"),
        ({"phone": PHONE, "spot": 10**6}, "no such spot"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_stored(agent, more, why):
    make_brand("other")
    spot = make_spot()
    asked(agent, "Рязань, Полевая 5")

    page = chosen(agent, "attached", **{"spot": spot.pk, **more})

    assert why in page
    assert not Complaint.objects.filter(source="desk").exists()
    assert not LookupOutcome.objects.exists()


def test_a_spot_that_has_ended_takes_nobody(agent):
    spot = make_spot(state="closed", fixed_at=NOW, ended_at=NOW)
    asked(agent, "Рязань, Полевая 5")

    assert "it has ended" in chosen(agent, "attached", spot=spot.pk, phone=PHONE)
    assert not Complaint.objects.filter(source="desk").exists()


def test_each_lookup_is_recorded_without_what_was_typed(agent):
    customer = caller()
    make_complaint(customer=customer)
    asked(agent, PHONE)
    asked(agent, "Рязань, Полевая 5")
    asked(agent, "+7 999 000-00-00")

    rows = list(Lookup.objects.order_by("pk"))
    assert [row.asked for row in rows] == ["phone", "address", "phone"]
    assert [row.situation for row in rows] == ["nothing", "nothing", ""]
    assert rows[0].customer == customer
    assert bytes(rows[0].subject_index) == blind_index(PHONE)
    look = Look.objects.get()
    assert (look.subject, look.field, look.reason) == (
        f"customer {customer.pk}",
        "lookup",
        "caller, by phone",
    )


def test_lookups_of_one_conversation_share_its_call(agent):
    call = "3f0b6c1e-8f43-4a64-9f52-2b1d1f1f9f10"
    asked(agent, "Рязань, Полевая 5", call=call)
    asked(agent, "Рязань, Полевая 50", call=call)

    assert {str(row.call) for row in Lookup.objects.all()} == {call}


def test_nobody_acts_on_anothers_lookup(agent, signed_in):
    asked(agent, "Рязань, Полевая 5")
    signed_in(make_user("agent"))

    row = {"lookup": Lookup.objects.get().key, "outcome": "answered"}
    assert agent.post(ACT, row).status_code == 404


def test_an_answer_at_once_is_counted(agent):
    asked(agent, "Рязань, Полевая 5")

    assert "Answered at once" in chosen(agent, "answered")
    assert LookupOutcome.objects.get().outcome == "answered"


def test_whoever_harvests_is_stopped_at_the_quota(agent, settings):
    settings.LOOKUP_QUOTA_PER_HOUR = 2
    asked(agent, "Рязань, Полевая 5")
    asked(agent, "Рязань, Полевая 5")

    assert "that is the most" in asked(agent, "Рязань, Полевая 5")
    assert Lookup.objects.count() == 2


def test_where_a_caller_lives_is_told_to_no_agent_who_has_not_verified_them(agent):
    """To the metre it is an address; the page told it of whoever's phone was typed."""
    complaint = make_complaint(customer=caller(), lon=39.712345, lat=54.623456, address="Дом 5")

    page = asked(agent, PHONE)

    assert "39.7123" not in page
    assert "54.6234" not in page
    assert 'data-lon="39.712000"' in page
    chosen(agent, "passed_on", lon="", lat="", precision="")
    passed_on = Complaint.objects.get(source="desk")
    assert (passed_on.point, passed_on.address) == (complaint.point, "Дом 5")
    assert passed_on.precision == complaint.precision


def test_the_place_of_the_complaint_that_was_asked_for_goes_before_the_newest(agent):
    customer = caller()
    of_number = make_complaint(customer=customer, lon=39.71, resolved_at=NOW)
    make_complaint(customer=customer, lon=39.73, received_at=NOW)

    asked(agent, f"№ {of_number.pk}")
    chosen(agent, "passed_on", complaint=of_number.pk, lon="", lat="", precision="")

    assert Complaint.objects.get(source="desk").point == of_number.point


def test_whoever_is_shown_several_callers_has_looked_at_each(agent):
    both = {caller(brand=make_brand()).pk, caller(crm_id="crm-18").pk}

    page = asked(agent, PHONE)

    assert "crm-18" in page
    assert {*Look.objects.values_list("subject", flat=True)} == {f"customer {pk}" for pk in both}
