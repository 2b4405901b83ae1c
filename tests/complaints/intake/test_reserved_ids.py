"""Ids of customers that we make ourselves are nobody's to send."""

import json

import pytest

from complaints.customers.models import OWN_IDS
from complaints.customers.transitions import describe, register
from complaints.intake.sent import EXAMPLE, UnreadableError, read_row
from complaints.models import Complaint, Customer
from heatmaps_project.customers.transitions import erase
from tests.factories import NOW, bearer, make_api_client, make_brand, make_complaint, make_topic

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/complaints/"


@pytest.fixture(name="send")
def _send(client):
    make_topic("no_signal")
    crm = make_api_client("crm")
    crm.brands.add(make_brand("volna"))
    header = bearer(crm)

    def send(customer: dict, number: int = 1):
        body = json.dumps({**EXAMPLE, "external_id": str(number), "customer": customer})
        return client.post(ADDRESS, body, "application/json", headers=header)

    return send


@pytest.mark.parametrize("begins", OWN_IDS)
def test_an_id_of_ours_is_refused_from_whoever_sends(send, begins):
    answer = send({"id": f"{begins}1", "phone": "+79261234512"})

    assert answer.status_code == 400
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [
        ("customer.id", "reserved")
    ]
    row = {**EXAMPLE, "customer": {"id": f"{begins}1"}}
    with pytest.raises(UnreadableError):  # of a file, a ticket, an inlet
        read_row(row, now=NOW)
    assert read_row(row, now=NOW, ours=True).customer.id == f"{begins}1"
    assert not Customer.objects.exists()


def test_nobody_who_was_erased_is_written_to_by_the_id_that_erasing_gave(send):
    customer = make_complaint(brand=make_brand("volna")).customer
    erase(customer_id=customer.pk, by="crm", now=NOW)
    customer.refresh_from_db()

    send({"id": customer.crm_id, "phone": "+79261234512"})

    customer.refresh_from_db()
    assert customer.phone == ""
    assert Complaint.objects.count() == 1


def test_nobody_keeps_others_from_being_erased_by_taking_the_id_that_it_would_give(send):
    known = {"brand": make_brand("volna"), "told": {}, "now": NOW}
    first, _new = register(crm_id="C-1", **known)
    for ahead in range(1, 6):
        send({"id": f"erased:{first.pk + 5 + ahead}", "phone": "+79261234512"}, ahead)
    others = [register(crm_id=f"C-{number}", **known)[0] for number in range(2, 7)]

    for one in others:
        describe(customer_id=one.pk, told={"phone": "+79261234513"}, now=NOW)
        assert erase(customer_id=one.pk, by="crm", now=NOW)
