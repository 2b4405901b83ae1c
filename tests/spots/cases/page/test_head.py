"""The head of a spot's page: what its engineer must know before anything else."""

import pytest

from tests.factories import NOW, make_cause, make_event, make_spot, make_team

pytestmark = pytest.mark.django_db


def test_a_spot_whose_fix_did_not_hold_says_so_until_it_is_fixed_again(signed_in):
    spot = make_spot(state="fixing", team=make_team(), cause=make_cause(), eta_at=NOW)
    address = f"/admin/spots/spot/{spot.pk}/change/"
    client = signed_in("engineer")
    make_event(spot, "fixed")
    assert client.get(address).context["did_not_hold"] == ""

    make_event(spot, "failed", facts={"complaints": 4})
    shown = client.get(address)
    assert "4 обращения" in shown.context["did_not_hold"]
    assert shown.context["did_not_hold"] in shown.content.decode()

    make_event(spot, "fixed")
    assert client.get(address).context["did_not_hold"] == ""
