"""The signed report of an erasure: what it says, and that nobody else can have made it."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from complaints.models import Complaint, Customer
from heatmaps_project.customers import proof
from heatmaps_project.customers.transitions import erase
from heatmaps_project.operations import restoring
from tests.factories import NOW, make_answer, make_complaint, make_customer, make_message

pytestmark = pytest.mark.django_db

PHONE, WORDS = "+79261234512", "у меня на Полевой нет связи"


def said(command: str, *args: object, **options: object) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out, **options)
    return out.getvalue()


def make_erased() -> Customer:
    customer, other = make_customer(crm_id="C-77", phone=PHONE), make_customer()
    for one in (customer, customer, other):
        make_complaint(customer=one, text=WORDS)
    make_answer(5, WORDS, invitation=make_message(customer=customer, text=WORDS).invitation)
    erase(customer_id=customer.pk, by="crm", now=NOW)
    return customer


@pytest.fixture(name="report")
def _report(tmp_path):
    customer = make_erased()
    path = tmp_path / "report"
    path.write_text(said("erasure_report", customer.pk))
    return path


def test_it_says_who_asked_when_and_how_much_of_which_table_and_names_nobody(report):
    text = said("check_erasure_report", report)

    told = json.loads(text)
    rows = told.pop("rows")
    assert (told["asked_by"], told["erased_at"]) == ("crm", NOW.isoformat())
    assert (told["complaints"], told["brand"]) == (3, "demo")  # one is the message's
    assert rows["complaints_complaint"] == {"rewritten": 3, "deleted": 0}
    assert rows["complaints_customer"] == {"rewritten": 1, "deleted": 0}
    assert rows["feedback_message"]["rewritten"] == 1
    assert rows["feedback_answer"]["rewritten"] == 2  # a mark, and words
    for trace in (PHONE, PHONE[-10:], WORDS, "C-77"):
        assert trace not in text


def test_one_letter_changed_or_another_key_and_it_proves_nothing(report, settings, tmp_path):
    key = tmp_path / "key"
    key.write_text(said("erasure_key"))
    header, payload, signature = report.read_text().strip().split(".")
    other = ("B" if signature[0] == "A" else "A") + signature[1:]
    unsigned = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}
    forged = (
        f"{header}.{payload[:-4]}AAAA.{signature}",
        f"{header}.{payload}.{other}",
        f"{unsigned}.{payload}.",
        f"{header}.{payload}",
        "[]",
        "",
    )
    for text in forged:
        changed = tmp_path / "changed"
        changed.write_text(text)
        with pytest.raises(CommandError, match="not signed with this key"):
            said("check_erasure_report", changed)

    settings.SECRET_KEY = "another, as the former one has leaked"
    with pytest.raises(CommandError, match="not signed with this key"):
        said("check_erasure_report", report)
    assert json.loads(said("check_erasure_report", report, key=key))["asked_by"] == "crm"


def test_whoever_was_not_erased_or_before_there_were_reports_has_none():
    with pytest.raises(CommandError, match="was not erased"):
        said("erasure_report", make_customer().pk)


def test_erased_again_after_a_restore_it_says_of_when_and_what_was_erased_this_time():
    customer = make_customer(phone=PHONE)
    make_complaint(customer=customer, text=WORDS)
    later = NOW + timedelta(days=1)

    restoring.erase_again([restoring.Erased(customer.pk, "crm", NOW)], now=later)

    report = customer.erasure.report
    told = proof.checked(report, key=proof.public_key())
    assert (told["erased_at"], told["reported_at"]) == (NOW.isoformat(), later.isoformat())
    assert told["rows"]["complaints_complaint"]["rewritten"] == 1
    assert Complaint.objects.get(customer=customer).text == ""
