"""Surveys of network quality and counters of cells as layers of the map, and as files of it."""

from datetime import timedelta

import pytest
import time_machine

from tests.factories import NOW, make_brand, make_measurement, make_user
from tests.spots.maps.mvt import read

pytestmark = pytest.mark.django_db

TILE = "/tiles/data/9/309/160.mvt?layers=surveys,counters&hours=240"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def drawn(client, address: str = TILE) -> dict[str, list[dict[str, int]]]:
    layers = read(client.get(address).content)
    return {name: [one.props for one in found] for name, found in layers.items()}


def test_what_failed_in_a_cell_is_drawn_together_of_the_time_that_is_asked_for(signed_in):
    planner = signed_in("planner")
    for failed in (0, 1, 1):
        make_measurement(failed=failed)
    make_measurement("counter", tried=1000, failed=20)
    make_measurement(at=NOW - timedelta(days=11))

    assert drawn(planner) == {
        "surveys": [{"failed": 2, "tried": 3}],
        "counters": [{"failed": 20, "tried": 1000}],
    }
    moment = (NOW - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert drawn(planner, f"{TILE}&at={moment}") == {"surveys": [{"failed": 1, "tried": 1}]}


def test_nobody_sees_another_brands(signed_in):
    planner = make_user("planner")
    planner.brands.set([make_brand()])
    make_measurement(brand=make_brand("rival"))

    assert drawn(signed_in(planner)) == {}


def test_they_come_in_the_views_file(signed_in):
    make_measurement("counter", external_id="M1|1|2026", tried=1000, failed=20)
    view = "west=37&south=55&east=38&north=56"

    answer = signed_in("planner").get(f"/map/export.csv?{view}&layers=counters")

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "M1|1|2026" in text
    assert "1000" in text
