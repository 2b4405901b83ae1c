"""The public form: whoever has no account says what is wrong, and hears of it."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from complaints.customers.personal import blind_index
from complaints.customers.transitions import forget_contacts
from complaints.intake.sent import read_row
from complaints.intake.transitions import receive
from complaints.models import Complaint, Customer
from heatmaps_project.channels import transitions, web_form
from tests.factories import NOW, make_brand, make_inlet, make_topic

pytestmark = pytest.mark.django_db
TOLD = {"external_id": "1", "occurred_at": NOW.isoformat(), "text": "Нет сети"}


@pytest.fixture(name="browser")
def _browser() -> Client:
    cache.clear()
    make_brand(), make_topic()
    return Client(enforce_csrf_checks=True)


def address(language: str = "en") -> str:
    return reverse("complain", args=["demo"]) + f"?lang={language}"


def filled(browser: Client, **more: str) -> dict[str, str]:
    """What a browser sends of the form: its hidden fields, and what was typed."""
    page = browser.get(address()).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    said = {"topic": "no_signal", "address": "Мытищи, ул. Полевая, 5", "phone": "8 926 000 00 01"}
    return {**hidden, **said, "text": "Нет сети", "tell": "1", "website": "", **more}


def test_what_is_sent_is_a_complaint_and_has_a_number(browser):
    sent = filled(browser)

    answer = browser.post(address(), sent)
    again = browser.post(address(), {**sent, "text": "twice"})

    one = Complaint.objects.get()
    assert (one.channel, one.source, one.tell) == ("web_form", "web-form", True)
    assert (one.customer.phone, one.address) == ("+79260000001", "Мытищи, ул. Полевая, 5")
    for page in (answer, again):
        assert one.external_id in page.content.decode()
        assert reverse("own-start", args=["demo"]) in page.content.decode()


@pytest.mark.parametrize("proven", [True, False])
def test_whoever_types_somebodys_phone_takes_none_of_their_messages(browser, proven):
    crm = {"brand": "demo", "customer": {"phone": "+79260000001", "email": "own@example.org"}}
    told = {**crm, "topic": "no_signal", "channel": "call", "address": "x", "occurred_at": NOW}
    receive([read_row({**told, "external_id": "1"}, now=NOW)], source="crm", now=NOW, proven=proven)

    browser.post(address("ru"), filled(browser, email="thief@example.org"))

    one = Customer.objects.get()
    assert (one.complaint_set.count(), one.email, one.language) == (2, "own@example.org", "ru")
    assert one.email_index == blind_index("own@example.org")


def test_nor_of_somebody_whose_address_nobody_has_told(browser):
    crm = {"brand": "demo", "customer": {"phone": "+79260000001"}, "external_id": "1"}
    told = {**crm, "topic": "no_signal", "channel": "call", "address": "x", "occurred_at": NOW}
    receive([read_row(told, now=NOW)], source="crm", now=NOW)

    browser.post(address(), filled(browser, email="thief@example.org"))

    one = Customer.objects.get()
    assert (one.complaint_set.count(), one.email, one.email_index) == (2, "", None)

    forget_contacts(customer_id=one.pk, now=NOW)  # as of whoever refused something, by age
    browser.post(address(), filled(browser, email="thief@example.org"))

    one.refresh_from_db()
    assert (one.phone, one.phone_index) == ("+79260000001", blind_index("+79260000001"))
    assert one.email == ""


def test_a_form_from_elsewhere_is_not_taken(browser):
    sent = filled(browser)
    sent.pop("csrfmiddlewaretoken")

    assert browser.post(address(), sent).status_code == 403
    assert not Complaint.objects.exists()


def test_a_machine_that_fills_everything_in_learns_nothing(browser):
    answer = browser.post(address(), filled(browser, website="https://spam.example"))

    assert answer.status_code == 200
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "12"),
        ("address", ""),
        ("topic", "none"),
        ("email", "x"),
        ("number", "forged"),
        ("text", "\x07"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(browser, field, value):
    answer = browser.post(address(), filled(browser, **{field: value}))

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert "Мытищи" in answer.content.decode() or field == "address"
    assert not Complaint.objects.exists()


def test_nobody_sends_without_end(browser, monkeypatch):
    monkeypatch.setattr(web_form, "OF_A_SENDER", 2)
    answers = [browser.post(address(), filled(browser)).status_code for _ in range(3)]

    assert answers == [200, 200, 429]


def test_one_phone_is_one_however_it_is_written(browser, monkeypatch):
    monkeypatch.setattr(web_form, "OF_A_PHONE", 2)
    spelled = ("8 926 000 00 01", "+7 (926) 000-00-01", "8-926-000-0001")

    answers = [browser.post(address(), filled(browser, phone=one)).status_code for one in spelled]

    assert answers == [200, 200, 429]


def test_one_line_with_many_networks_leaves_room_for_the_others(browser, monkeypatch):
    monkeypatch.setattr(web_form, "OF_A_NETWORK", 3)

    def sent(number: int, network: str) -> int:
        said = filled(browser, phone=f"892600000{number:02}")
        return browser.post(address(), said, REMOTE_ADDR=f"{network}:{number:x}::1").status_code

    assert [sent(number, "2001:db8:1") for number in range(4)] == [200, 200, 200, 429]
    assert sent(5, "2001:db8:2") == 200


@pytest.mark.parametrize(("limit", "others"), [("OF_A_NETWORK_A_DAY", 200), ("OF_ALL_A_DAY", 429)])
def test_what_nobody_may_send_at_once_nobody_may_send_in_a_day(browser, monkeypatch, limit, others):
    """Half a million forms of one line with IPv6, of twelve kilobytes each, fill a disk."""
    monkeypatch.setattr(web_form, limit, 2)
    monkeypatch.setattr(web_form, "FEW_A_DAY", 0)

    def sent(number: int, network: str) -> int:
        said = filled(browser, phone=f"892600000{number:02}")
        return browser.post(address(), said, REMOTE_ADDR=f"{network}::{number:x}").status_code

    assert [sent(number, "2001:db8:1") for number in range(4)] == [200, 200, 429, 429]
    assert sent(5, "2001:db8:2") == others


@pytest.mark.parametrize("limit", ["OF_ALL", "OF_ALL_A_DAY"])
def test_whoever_sends_few_is_heard_however_much_others_send(browser, monkeypatch, limit):
    """Six lines with IPv6 may send all that everybody may: the form were shut for a day."""
    monkeypatch.setattr(web_form, limit, 4)
    monkeypatch.setattr(web_form, "FEW_A_DAY", 2)

    def sent(number: int, network: str) -> int:
        said = filled(browser, phone=f"892600000{number:02}")
        return browser.post(address(), said, REMOTE_ADDR=f"{network}::{number:x}").status_code

    assert [sent(number, "2001:db8:1") for number in range(6)] == [200] * 4 + [429] * 2
    assert [sent(number, "2001:db8:2") for number in range(6, 9)] == [200, 200, 429]


@pytest.mark.parametrize(
    "phone",
    [
        *("+252 61 5000001", "+7 701 234-56-78", "8 809 123-45-67"),
        *("+7 940 123-45-67", "+7 840 226-11-22", "8 954 123-45-67"),
    ],
    ids=[
        *("Somalia", "Kazakhstan", "paid for by the caller"),
        *("Abkhazia, a mobile", "Abkhazia, a house", "a satellite"),
    ],
)
def test_nobody_has_texts_sent_abroad(browser, phone):
    answer = browser.post(address(), filled(browser, phone=phone))

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Customer.objects.exists()

    told = {"brand": "demo", "customer": {"phone": "+252615000001"}, "topic": "no_signal"}
    row = {**told, "channel": "call", "address": "x", "occurred_at": NOW, "external_id": "1"}
    [receipt] = receive([read_row(row, now=NOW)], source="crm", now=NOW)
    assert receipt.outcome == "created"  # the CRM knows whose it is


def test_the_form_speaks_both_languages_and_needs_no_script(browser):
    russian = browser.get(address("ru")).content.decode()

    assert "Расскажите" in russian
    assert "Tell us" in browser.get(address()).content.decode()
    assert "<script" not in russian
    assert browser.get(reverse("complain", args=["nobody"])).status_code == 404


def test_what_anybody_may_write_is_not_taken_for_proven(browser):
    browser.post(address(), filled(browser))
    assert not Complaint.objects.get().proven

    for kind, proven in (("mail", False), ("social", False), ("pull", True)):
        inlet = make_inlet(kind=kind, source=kind)
        transitions.take_sent(inlet, [TOLD], now=NOW)

        assert Complaint.objects.get(source=inlet.complaints_source).proven is proven
