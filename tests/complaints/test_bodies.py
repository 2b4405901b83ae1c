"""JSON from outside says nothing that JSON cannot say again."""

import pytest

from complaints.bodies import read_json
from tests.factories import bearer, make_api_client

TICKETS = "/tmf-api/troubleTicket/v4/troubleTicket"
BEYOND = ("1e400", "-1E+0400", "1" * 400 + ".0", "1" * 250 + "e99")


@pytest.mark.parametrize("number", BEYOND)
def test_a_number_that_no_float_holds_is_no_json(number):
    with pytest.raises(ValueError, match="JSON"):
        read_json(f'{{"a": [{number}]}}'.encode())


def test_any_other_is_taken():
    said = b'{"a": "1e400", "b": 1e308, "c": 1e-400, "d": [123e2]}'

    assert read_json(said) == {"a": "1e400", "b": 1e308, "c": 0, "d": [12300]}


@pytest.mark.django_db
def test_a_ticket_holds_none(client):
    """It was kept as infinity, and whoever was to show it after that failed."""
    told = '{"description": "x", "severity": "minor", "ticketType": "y", "note": [{"a": 1e400}]}'

    sent = client.post(TICKETS, told, "application/json", headers=bearer(make_api_client()))

    assert sent.status_code == 400
