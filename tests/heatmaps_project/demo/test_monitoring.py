"""The demo's alarms and works, told through the same door as in life."""

import pytest

from heatmaps_project.demo import monitoring
from heatmaps_project.demo.callers import Neighbourhood
from heatmaps_project.demo.ground import lay_ground
from heatmaps_project.demo.history import FAULTS
from heatmaps_project.demo.streets import TownPlan
from heatmaps_project.demo.towns import towns
from spots.models import NetworkEvent, Sector
from tests.factories import NOW, make_brand

pytestmark = pytest.mark.django_db


def test_each_alarm_is_told_once_with_the_site_that_is_down():
    named = {"Palekh", "Yuzha", "Kineshma"}
    here = Neighbourhood.of(tuple(TownPlan(t) for t in towns() if t.name_en in named))
    faults = [fault for fault in FAULTS if fault.town in named]
    brand = make_brand()
    lay_ground(brand, here.plans, today=NOW.date())

    for _ in range(2):
        monitoring.tell(brand, here, now=NOW, faults=faults)

    told = NetworkEvent.objects.order_by("external_id")
    assert [(event.external_id, event.kind) for event in told] == [
        ("CRQ-1", "works"),
        ("CRQ-2", "works"),
        ("CRQ-3", "build"),
        ("INC-1", "outage"),
        ("INC-2", "outage"),
    ]
    assert all(event.sites.count() == 1 for event in told)
    assert [event.ends_at is None for event in told] == [False, False, True, False, True]
    assert Sector.objects.exists()
