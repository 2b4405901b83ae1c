"""Senders who send more than is theirs to say."""

from datetime import UTC, datetime, timedelta

import pytest

from complaints.models import Complaint, Customer
from tests.complaints.intake.bodies import body, make_places
from tests.factories import bearer, make_api_client

pytestmark = pytest.mark.django_db
NOT_THEIRS = {
    **{"id": 1, "source": "other", "region": 1, "brand_id": 2, "priority": 999, "placing": "done"},
    **{"placed_at": "2026-01-01T00:00:00Z", "withdrawn_at": None, "is_staff": True},
    **{"received_at": "2000-01-01T00:00:00Z", "resolved_at": "2026-01-01T00:00:00Z", "role": "x"},
}


@pytest.mark.parametrize("name", NOT_THEIRS)
@pytest.mark.parametrize("where", ["body", "customer", "batch"])
def test_fields_that_are_not_a_senders_change_nothing(client, name, where):
    make_places()
    headers = bearer(make_api_client("crm"))
    sent = body(occurred_at=(datetime.now(UTC) - timedelta(minutes=5)).isoformat())
    whose = sent["customer"] if where == "customer" else sent
    if name in whose:  # a customer's id is theirs to say
        return
    whose[name] = NOT_THEIRS[name]
    if where == "batch":
        url, data, wanted = "/api/v1/complaints/batch/", [sent], 200
    else:
        url, data, wanted = "/api/v1/complaints/", sent, 400

    answer = client.post(url, data, content_type="application/json", headers=headers)

    assert answer.status_code == wanted
    assert name in answer.content.decode()
    assert not Complaint.objects.exists()
    assert not Customer.objects.exists()
