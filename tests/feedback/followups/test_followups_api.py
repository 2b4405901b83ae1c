"""The CRM reads follow-ups, and tells what came of each once."""

import pytest
from django.urls import reverse

from feedback.models import FollowUp
from tests.factories import bearer, make_api_client, make_customer, make_followup, make_invitation

pytestmark = pytest.mark.django_db


@pytest.fixture(name="crm")
def _crm(client):
    header = bearer(make_api_client())

    def call(name: str, *args: int, key: str = "", **body):
        address = reverse(name, args=args)
        if not body:
            return client.get(address, headers=header)
        headers = {**header, **({"Idempotency-Key": key} if key else {})}
        return client.post(address, body, "application/json", headers=headers)

    return call


def test_a_follow_up_is_told_with_the_crms_own_id_and_nothing_personal(crm):
    customer = make_customer(crm_id="C-7", phone="+79161234512")
    row = make_followup("всё плохо", invitation=make_invitation(customer=customer))

    told = crm("api-followups")

    [one] = told.json()["results"]
    assert (one["id"], one["customer"], one["state"], one["late"]) == (row.pk, "C-7", "open", False)
    assert "9161234512" not in told.content.decode()


def test_a_result_closes_it_and_a_second_one_is_refused(crm):
    row = make_followup()

    first = crm("api-followup-result", row.pk, result="saved", note="остаётся")
    second = crm("api-followup-result", row.pk, result="saved", note="остаётся")

    assert (first.status_code, first.json()["outcome"], second.status_code) == (200, "saved", 409)


def test_not_reached_counts_once_a_key_and_the_third_time_closes(crm):
    row = make_followup()

    for key in ("one", "one", "two", "three"):
        crm("api-followup-result", row.pk, key=key, result="not_reached")

    row.refresh_from_db()
    assert (row.misses, row.state, row.outcome) == (3, "closed", "not_reached")


def test_a_result_without_a_note_is_refused(crm):
    row = make_followup()

    answer = crm("api-followup-result", row.pk, result="saved")

    assert answer.status_code == 400
    assert FollowUp.objects.get(pk=row.pk).state == "open"
