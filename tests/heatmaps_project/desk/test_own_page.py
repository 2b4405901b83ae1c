"""Customers' own pages: a code to the phone, what they see, and what nobody can find out."""

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client

from complaints.customers.personal import blind_index
from complaints.intake.strangers import strangers_among
from complaints.models import Complaint, Customer
from feedback.models import Gateway as GatewayRow
from feedback.models import Sender
from feedback.notifications.channels.outcome import Failure, Outcome
from feedback.surveys.links import links_to
from heatmaps_project.desk.own import sending, transitions, views
from heatmaps_project.desk.own.links import link_to, path_to
from heatmaps_project.models import Code, Look
from spots.maps.picture import picture_of
from spots.models import Membership
from tests.factories import (
    NOW,
    bearer,
    make_api_client,
    make_brand,
    make_cause,
    make_complaint,
    make_customer,
    make_invitation,
    make_region,
    make_spot,
)
from tests.gateways import web
from tests.heatmaps_project.desk.places import make_addresses
from tests.spots.maps.test_picture import lay

pytestmark = pytest.mark.django_db

PHONE, STRANGER = "+79261234512", "+79990000000"
START, ENTER = "/my/demo/", "/my/demo/code/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def customer() -> Customer:
    make_region()
    return make_customer(phone=PHONE, phone_index=blind_index(PHONE))


class Gateway:
    """Takes every text, or none."""

    name = "test"

    def __init__(self, failure: Failure | None = None) -> None:
        self.sent: list[Any] = []
        self.failure = failure

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def send(self, outgoing):
        self.sent += outgoing
        return [Outcome(failure=self.failure) for _ in outgoing]


@pytest.fixture
def gateway(monkeypatch) -> Gateway:
    one = Gateway()
    monkeypatch.setattr(sending, "opened", lambda *_args, **_kwargs: one)
    return one


def ask(client: Client, phone: str = PHONE, **more: Any) -> Any:
    return client.post(f"{START}?lang=en", {"phone": phone}, **more)


def code_of(gateway: Gateway) -> str:
    sending.send_codes(now=NOW)
    return re.search(r"\b\d{6}\b", gateway.sent[-1].text)[0]


def enter(client: Client, code: str, row: Code | None = None) -> Any:
    row = row or Code.objects.latest("pk")
    return client.post(f"{ENTER}?lang=en", {"key": row.key, "code": code})


def test_a_code_opens_the_customers_page(client, customer, gateway):
    spot = make_spot(state="fixing", cause=make_cause(), eta_at=NOW + timedelta(hours=3))
    make_complaint(customer=customer, address="Рязань, ул. Полевая, д. 57")
    ask(client)
    code = code_of(gateway)
    assert gateway.sent[0].address == PHONE

    answer = enter(client, code)

    assert answer.status_code == 303
    page = client.get(answer["Location"]).content.decode()
    assert "We expect it to be solved within 3 hours." in page
    assert "No signal" in page
    assert "Tell me when it is fixed" in page
    assert f"№ {spot.pk}" not in page
    assert PHONE not in page
    assert "57" not in page.split("<main>")[1]


def test_a_code_works_once(client, customer, gateway):
    ask(client)
    code = code_of(gateway)
    assert enter(client, code).status_code == 303

    assert enter(client, code).status_code == 400


def test_a_code_is_tried_five_times(client, customer, gateway):
    ask(client)
    code = code_of(gateway)
    wrong = "000000" if code != "000000" else "000001"

    assert [enter(client, wrong).status_code for _ in range(5)] == [400] * 5
    assert enter(client, code).status_code == 400


def test_a_code_is_too_old_after_ten_minutes(client, customer, gateway):
    ask(client)
    code = code_of(gateway)

    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        assert enter(client, code).status_code == 400


def test_a_phone_nobody_has_is_answered_the_same_and_gets_no_text(client, customer, gateway):
    known, unknown = ask(client), ask(client, STRANGER)

    def same(answer: Any) -> str:
        return re.sub(r'name="key" value="[^"]*"', "", answer.content.decode())

    assert same(known) == same(unknown)
    assert (known.status_code, known.headers.keys()) == (200, unknown.headers.keys())
    sending.send_codes(now=NOW)
    assert [one.address for one in gateway.sent] == [PHONE]
    assert same(enter(client, "123456")) == same(
        enter(client, "123456", Code.objects.earliest("pk"))
    )


def test_a_phone_nobody_has_costs_the_same_queries(client, customer, django_assert_num_queries):
    with django_assert_num_queries(13):
        ask(client)
    with django_assert_num_queries(13):
        ask(client, STRANGER)


def test_a_customer_of_another_brand_is_nobody_here(client, gateway):
    make_brand()
    make_customer(phone=PHONE, phone_index=blind_index(PHONE), brand=make_brand("other"))

    ask(client)

    sending.send_codes(now=NOW)
    assert gateway.sent == []


@pytest.mark.parametrize("phone", [PHONE, STRANGER])
def test_a_phone_gets_three_codes_in_ten_minutes(client, customer, phone):
    assert [ask(client, phone).status_code for _ in range(4)] == [200, 200, 200, 429]
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        assert ask(client, phone).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_limits_hold_however_many_ask_at_once(customer):
    together = threading.Barrier(8)

    def one(_number):
        together.wait()
        try:
            return ask(Client(), PHONE).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(one, range(8))) == [200] * 3 + [429] * 5


def test_a_phone_gets_ten_codes_in_a_day(client, customer):
    now, answers = NOW, []
    for number in range(12):
        with time_machine.travel(now + number * timedelta(hours=1, minutes=50), tick=False):
            answers.append(ask(client).status_code)

    assert answers == [200] * 10 + [429] * 2
    with time_machine.travel(now + timedelta(days=1, minutes=1), tick=False):
        assert ask(client).status_code == 200


def test_one_sender_and_all_together_are_limited_too(client, customer, monkeypatch):
    monkeypatch.setattr(transitions, "OF_A_SENDER", 2)
    numbers = [f"+7999000000{n}" for n in range(4)]
    assert [ask(client, number).status_code for number in numbers[:3]] == [200, 200, 429]

    monkeypatch.setattr(transitions, "OF_ALL", 3)
    other = {"REMOTE_ADDR": "10.0.0.9"}
    statuses = [client.post(START, {"phone": number}, **other).status_code for number in numbers]
    assert statuses == [200, 429, 429, 429]


def test_all_together_get_so_many_texts_in_a_day(client, settings):
    """Each is paid for, and five guesses at a page, from wherever and however slowly they come."""
    settings.OWN_PAGE_TEXTS_PER_DAY = 2
    make_region()
    numbers = [f"+7926000000{number}" for number in range(3)]
    for number in numbers:
        make_customer(phone=number, phone_index=blind_index(number))

    def asked(hours: float, phone: str) -> int:
        with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
            return ask(client, phone).status_code

    nobody = [asked(0, f"+7999000000{number}") for number in range(3)]
    assert nobody == [200] * 3  # no text is sent to them: they use up nobody's day
    assert [asked(8 * n, number) for n, number in enumerate(numbers)] == [200, 200, 429]
    assert asked(17, STRANGER) == 429  # and nobody learns whose phone it is
    assert transitions.texts_used(now=NOW + timedelta(hours=17)) == 1
    assert asked(24.1, numbers[2]) == 200


def test_one_sender_does_not_use_up_the_texts_of_a_day(client, monkeypatch):
    monkeypatch.setattr(transitions, "OF_A_SENDER_A_DAY", 2)
    make_region()
    numbers = [f"+7926000000{number}" for number in range(4)]
    for number in numbers:
        make_customer(phone=number, phone_index=blind_index(number))

    def asked(hours: float, phone: str, sender: str = "203.0.113.7") -> int:
        with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
            return ask(client, phone, REMOTE_ADDR=sender).status_code

    assert [asked(n, number) for n, number in enumerate(numbers[:3])] == [200, 200, 429]
    assert asked(4, numbers[3], sender="203.0.113.8") == 200
    assert asked(24.1, numbers[2]) == 200


@pytest.mark.parametrize("limit", ["OF_A_NETWORK", "OF_A_NETWORK_A_DAY"])
def test_one_line_with_many_networks_asks_for_a_share_of_all_codes(
    client, customer, monkeypatch, limit
):
    monkeypatch.setattr(views, limit, 2)

    def asked(number: int, network: str = "2001:db8:1") -> int:
        row = {"REMOTE_ADDR": f"{network}:{number:x}::1"}
        return client.post(START, {"phone": f"+792600000{number:02}"}, **row).status_code

    assert [asked(number) for number in range(3)] == [200, 200, 429]
    assert asked(4, "2001:db8:2") == 200


def test_codes_are_tried_by_a_sender_as_often_as_it_could_have_any(client, customer, monkeypatch):
    monkeypatch.setattr(views, "TRIES", 3)
    said = {"key": uuid4(), "code": "000000"}

    assert [client.post(ENTER, said).status_code for _ in range(4)] == [400, 400, 400, 429]
    assert client.post(ENTER, said, REMOTE_ADDR="10.0.0.9").status_code == 400


def test_neither_phone_nor_code_is_kept(client, customer, gateway):
    ask(client)
    code = code_of(gateway)

    row = Code.objects.get()
    assert (row.phone, row.text, row.state) == ("", "", "sent")
    assert code.encode() not in bytes(row.code_hash)


def test_a_code_goes_through_no_gateway_of_another_brand(client, customer):
    """Whoever runs that one would be told phones of this brand, and what opens their pages."""
    body = {"kind": "http", "body": "{to} {from} {text}"}
    Sender.objects.create(brand=customer.brand, purpose="service", sender="Demo")
    with web() as others, web() as own:
        other = {"name": "others", "brand": make_brand("other"), "address": others.address}
        GatewayRow.objects.create(**other, **body)
        ask(client)
        sending.send_codes(now=NOW)
        assert Code.objects.get().state == "failed"
        GatewayRow.objects.create(name="own", brand=customer.brand, address=own.address, **body)
        ask(client)
        sending.send_codes(now=NOW)

        assert Code.objects.latest("pk").state == "sent"
        assert others.got == []
        [(_headers, said)] = own.got
    assert said.decode().startswith(f"{PHONE[1:]} Demo ")


def test_a_text_that_the_gateway_refuses_is_not_tried_again(client, customer, gateway):
    gateway.failure = Failure.UNKNOWN
    ask(client)

    for _ in range(2):
        sending.send_codes(now=NOW)

    assert len(gateway.sent) == 1
    assert Code.objects.get().state == "failed"


def test_a_text_whose_worker_died_is_not_sent_twice(client, customer, gateway):
    ask(client)
    transitions.claim(limit=9, now=NOW)

    sending.send_codes(now=NOW + timedelta(minutes=2))

    assert gateway.sent == []
    assert Code.objects.get().state == "failed"


def test_the_customer_asks_to_be_told_once(client, customer):
    spot = make_spot()
    make_complaint(customer=customer, resolved_at=NOW)
    path = link_to(customer, until=NOW + timedelta(days=1)).removeprefix("http://127.0.0.1:8000")
    assert not Complaint.objects.filter(source="own-page").exists()

    for _ in range(2):
        assert client.post(path, {"tell": "1"}).status_code == 303

    complaint = Complaint.objects.get(source="own-page")
    assert (complaint.customer, complaint.channel, complaint.tell) == (customer, "account", True)
    assert Membership.objects.get(complaint=complaint).case == spot
    assert "We will write to you" in client.get(f"{path}?lang=en").content.decode()


@pytest.mark.parametrize("proven", [True, False])
def test_where_somebody_is_counts_as_whoever_told_it(client, proven):
    """One phone, and a form from the ground of each spot, made its owner count in all of them."""
    make_region()
    somebody = make_customer(crm_id="tel:1", phone=PHONE, phone_index=blind_index(PHONE))
    make_complaint(customer=somebody, source="web:site", proven=proven)
    spot = make_spot(complaints=[make_complaint()])

    assert client.post(path_to(somebody, until=NOW + timedelta(hours=1))).status_code == 303

    written = Complaint.objects.get(source="own-page")
    assert written.proven is proven
    assert written.memberships.get().case == spot
    spot.refresh_from_db()
    assert spot.customers == (2 if proven else 1)
    assert bool(strangers_among({somebody.pk})) is not proven


def test_one_whose_complaint_was_not_to_be_told_of_is_told_from_now_on(client, customer):
    complaint = make_complaint(customer=customer, tell=False)
    make_spot(complaints=[complaint])
    path = link_to(customer, until=NOW + timedelta(days=1)).removeprefix("http://127.0.0.1:8000")

    client.post(path, {"tell": "1"})

    complaint.refresh_from_db()
    assert complaint.tell
    assert Complaint.objects.count() == 1


def test_another_address_is_answered_and_looking_writes_nothing(client, customer):
    make_addresses()
    make_spot()
    path = link_to(customer, until=NOW + timedelta(days=1)).removeprefix("http://127.0.0.1:8000")

    client.get(path)
    page = client.post(f"{path}?lang=en", {"address": "Рязань, Полевая 5"}).content.decode()
    lost = client.post(f"{path}?lang=en", {"address": "Никакая 1"}).content.decode()

    assert "already under way" in page
    assert "I can see" not in page
    assert "We do not know this address" in lost
    assert not Complaint.objects.exists()


def test_asking_without_end_is_made_to_wait(client, customer, monkeypatch):
    monkeypatch.setattr(views, "POSTS", 2)
    path = link_to(customer, until=NOW + timedelta(days=1)).removeprefix("http://127.0.0.1:8000")

    answers = [client.post(path, {"address": "Никакая 1"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == str(views.WINDOW)


def test_a_link_ends_and_cannot_be_made_up(client, customer):
    path = link_to(customer, until=NOW + timedelta(days=1)).removeprefix("http://127.0.0.1:8000")

    assert client.get(path).status_code == 200
    assert client.get(path[:-3] + "xx/").status_code == 404
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        assert client.get(path).status_code == 404
    assert client.get("/my/nobody/").status_code == 404


def test_nobody_elses_complaints_are_shown(client, customer):
    make_complaint()
    path = link_to(customer, until=NOW + timedelta(days=1)).removeprefix("http://127.0.0.1:8000")

    assert "No signal" not in client.get(f"{path}?lang=en").content.decode()


def test_a_crm_gets_the_link_of_a_customer_it_may_see(client, customer):
    crm = make_api_client("crm")

    def link(**body: Any) -> Any:
        return client.post(
            "/api/v1/lookup/link/",
            json.dumps(body),
            content_type="application/json",
            headers=bearer(crm),
        )

    answer = link(phone="8 926 123-45-12", days=2)
    assert answer.status_code == 200
    assert client.get(answer.json()["url"].removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert link(customer="nobody").status_code == 404
    assert link().status_code == 400
    assert link(phone=PHONE, customer="x").status_code == 400
    make_customer(crm_id="theirs", brand=make_brand("other"))
    assert link(customer="theirs").status_code == 404
    look = Look.objects.get()  # of the one that was made: whoever has it reads what we know of them
    assert (look.by.username, look.subject) == ("api:crm", f"customer {customer.pk}")
    assert look.field == "link to own page"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_pages_speak_the_language_chosen(client, customer, language):
    words = {"ru": "По вашему адресу", "en": "at your address"}[language]
    make_complaint(customer=customer)
    path = link_to(customer, until=NOW + timedelta(days=1)).removeprefix("http://127.0.0.1:8000")

    answer = client.get(f"{path}?lang={language}")

    assert words in answer.content.decode()
    assert answer["Content-Language"] == language
    assert "<script" not in answer.content.decode()


def test_whoever_was_told_of_a_fix_rates_it_from_their_page(client, customer):
    rated = make_invitation(customer=customer, state="completed")
    page = f"{path_to(customer, until=NOW + timedelta(days=1))}?lang=en"
    assert "Rate it" not in client.get(page).content.decode()
    waiting = make_invitation(customer=customer)
    make_invitation()  # somebody else's

    shown = client.get(page).content.decode()

    [link] = re.findall(r'href="([^"]*)">We have fixed it', shown)
    assert link == links_to([waiting.pk])[waiting.pk] != links_to([rated.pk])[rated.pk]


def test_the_picture_marks_no_house_as_the_address_beside_it_names_none(client, customer):
    """Whoever has the link, or the phone that was theirs, sees it: the mark was on the house."""
    lay("roads", "primary", (37.64, 55.7702), (37.66, 55.7702))
    make_complaint(customer=customer, lon=37.650417, lat=55.770283)

    page = client.get(path_to(customer, until=NOW + timedelta(hours=1)))

    drawn = page.context["picture"]
    assert drawn is not None
    assert drawn == picture_of(Point(37.65, 55.77, srid=4326))
    assert drawn != picture_of(Point(37.650417, 55.770283, srid=4326))
