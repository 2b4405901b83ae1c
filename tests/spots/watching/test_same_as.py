"""The same spots, whoever looks, how often, and what has happened in between."""

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction

from complaints.geocoding import transitions as geocoding
from complaints.intake import transitions_of_state as intake
from complaints.models import Complaint, Topic
from spots.detection.backtest import read_folder, replay
from spots.detection.rules import Rule
from spots.models import Arrival, Case, Event, Membership, Sighting, Watch
from spots.watching import reading, runner
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


@pytest.mark.parametrize("step_h", [0.1, 1.0, 12.0])
def test_the_engine_knows_the_same_however_often_it_looked(step_h):
    began = make_stream(1)
    with transaction.atomic():
        watch = make_watch(began)
        look_on(watch, began)
        known = groups(watch)
        transaction.set_rollback(True)

    watch = make_watch(began)
    look_on(watch, began, step=timedelta(hours=step_h))

    assert len(known) >= 2
    assert groups(watch) == known


# What is corrected, by the complaint's place in the busy day, and how.
CORRECTIONS = {
    "withdrawn": lambda c: intake.withdraw(Complaint.objects.filter(pk=c.pk), now=NOW),
    "another topic": lambda c: intake.correct(c, topic=Topic.objects.get(code="b-data"), now=NOW),
    "earlier": lambda c: intake.correct(c, occurred_at=c.occurred_at - timedelta(hours=5), now=NOW),
    "elsewhere": lambda c: geocoding.move(
        c, point=Point(c.point.x + 0.05, c.point.y, srid=4326), precision="house", now=NOW
    ),
    "in the middle of nowhere": lambda c: geocoding.move(
        c, point=Point(0.5, 0.5, srid=4326), precision="house", now=NOW
    ),
}


def of_a_spot(count: int) -> list[Complaint]:
    """The first members of the spot that opened first."""
    first = Case.objects.order_by("opened_at", "pk")[0]
    members = Complaint.objects.filter(memberships__case=first, memberships__until=None)
    return list(members.order_by("received_at", "pk")[:count])


@pytest.mark.parametrize(
    ("what", "forgetful"), [*((what, False) for what in CORRECTIONS), ("withdrawn", True)]
)
def test_after_a_correction_the_engine_knows_what_a_fresh_run_does(what, forgetful):
    began = make_stream(5)
    correct = CORRECTIONS[what]
    with transaction.atomic():
        watch = make_watch(began)
        look_on(watch, began, until=NOW - timedelta(hours=1))
        wrong, chosen = groups(watch), of_a_spot(5)
        for complaint in chosen:
            correct(complaint)
        if forgetful:
            runner.forget()
        look_on(watch, NOW - timedelta(hours=1))
        replayed = groups(watch)
        scores = list(Arrival.objects.order_by("pk").values_list("pk", "score"))
        transaction.set_rollback(True)

    for complaint in chosen:
        complaint.refresh_from_db()  # as it was before it was corrected
        correct(complaint)
    watch = make_watch(began)
    look_on(watch, began)

    assert replayed != wrong
    assert replayed == groups(watch)
    assert scores == list(Arrival.objects.order_by("pk").values_list("pk", "score"))


def test_a_case_in_work_outlives_the_correction_that_explains_it_away():
    began = make_stream(5)
    watch = make_watch(began)
    look_on(watch, began, until=NOW - timedelta(hours=1))
    case = Case.objects.order_by("opened_at", "pk")[0]
    for complaint in of_a_spot(1000):
        CORRECTIONS["withdrawn"](complaint)

    look_on(watch, NOW - timedelta(hours=1))

    case.refresh_from_db()
    assert case.state == "detected"
    assert case.quiet_since is not None
    assert case.complaints == 0
    assert Event.objects.filter(case=case, kind="detached").count() > 5


class KilledError(Exception):
    pass


def killed_at(statement: int):
    """A wrapper that lets so many statements pass and dies at the next one."""
    passed = 0

    def wrapper(execute, *args):
        nonlocal passed
        if passed == statement:
            raise KilledError
        passed += 1
        return execute(*args)

    return wrapper


def digest() -> list[list[str]]:
    """What a look writes, without the numbers of rows, which a rollback uses up."""
    with connection.cursor() as cursor:
        shown = []
        for table in ("arrival", "sighting", "case", "event", "membership", "checkpoint"):
            cursor.execute(
                f"SELECT (to_jsonb(t) - 'id' - 'case_id')::text FROM spots_{table} t ORDER BY 1"
            )
            shown.append([text for (text,) in cursor.fetchall()])
        cursor.execute("SELECT state::text, looked_at::text FROM spots_watch")
        return [*shown, [str(row) for row in cursor.fetchall()]]


def hours_from(began: datetime) -> list[datetime]:
    return [began + timedelta(hours=hour) for hour in range(1, 21)]


def spot_opens_by(watch: Watch, at: datetime) -> bool:
    """Whether looking until a moment finds a spot; it is not remembered."""
    with transaction.atomic():
        runner.look(watch.pk, now=at)
        found = Case.objects.exists()
        transaction.set_rollback(True)
    runner.forget()
    return found


def test_killed_between_any_two_statements_nothing_is_lost_or_doubled():
    began = make_stream(6)
    watch = make_watch(began)
    ends = next(at for at in hours_from(began) if spot_opens_by(watch, at))
    runner.look(watch.pk, now=ends - timedelta(hours=1))
    before = digest()
    with transaction.atomic():
        runner.look(watch.pk, now=ends)
        undisturbed = digest()
        transaction.set_rollback(True)
    runner.forget()
    assert undisturbed[2] != before[2]  # cases have changed: there is something to lose

    statement, finished = 0, False
    while not finished:
        try:
            with transaction.atomic(), connection.execute_wrapper(killed_at(statement)):
                runner.look(watch.pk, now=ends)
                finished = True
        except KilledError:
            assert digest() == before
        statement += 1

    assert statement > 30
    assert digest() == undisturbed
    assert reading.place_of(watch).complaints().count() == Complaint.objects.count()
