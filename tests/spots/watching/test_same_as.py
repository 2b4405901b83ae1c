"""The same spots, whoever looks, how often, and what has happened in between."""

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from complaints.models import Complaint
from spots.detection.backtest import read_folder, replay
from spots.detection.rules import Rule
from spots.models import Membership, Sighting
from tests.factories import NOW, make_region
from tests.spots.watching.streams import groups, look_on, make_stream, make_watch

pytestmark = pytest.mark.django_db


def write_folder(folder: Path, began: datetime) -> Path:
    """The database's complaints as a backtest reads them."""
    centre = make_region().outline.centroid
    header = ["id", "customer", "occurred_at", "received_at", "lon", "lat", "precision", "topic"]
    with (folder / "complaints.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(header)
        for c in Complaint.objects.select_related("topic").order_by("received_at", "pk"):
            times = c.occurred_at.isoformat(), c.received_at.isoformat()
            place = repr(c.point.x), repr(c.point.y), c.precision
            rows.writerow((c.pk, c.customer_id, *times, *place, c.topic.code))
    meta = {"test_from": began.isoformat(), "until": NOW.isoformat()}
    (folder / "meta.json").write_text(json.dumps({**meta, "lon0": centre.x, "lat0": centre.y}))
    return folder


@pytest.mark.parametrize("seed", [1, 2])
def test_the_database_and_a_backtest_give_the_same_spots(seed, tmp_path):
    began = make_stream(seed)
    folder = read_folder(write_folder(tmp_path, began))
    told = list(replay(folder, Rule(), tick_h=0.5))
    opened, members = {}, {}
    for line in told:
        opened.setdefault(int(line["spot"]), datetime.fromisoformat(line["at"]))
        members.setdefault(int(line["spot"]), set()).update(line.get("members", ()))

    watch = make_watch(began)
    look_on(watch, began)

    sightings = Sighting.objects.select_related("case")
    assert len(opened) >= 2
    assert {s.number: s.case.opened_at for s in sightings} == opened
    in_case = {s.number: set() for s in sightings}
    for number, complaint in Membership.objects.values_list("case__sighting__number", "complaint"):
        in_case[number].add(complaint)
    assert in_case == members


def test_the_engine_knows_the_same_however_often_it_looked():
    began = make_stream(1)

    def known(*, every_h: float) -> list[dict]:
        with transaction.atomic():
            watch = make_watch(began)
            look_on(watch, began, step=timedelta(hours=every_h))
            found = groups(watch)
            transaction.set_rollback(True)
        return found

    often = known(every_h=0.25)
    assert len(often) >= 2
    assert known(every_h=1.0) == often
    assert known(every_h=12.0) == often
