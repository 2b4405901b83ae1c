"""Untidy rows in the database: none stops the sweep, none makes a false spot."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connections

from complaints.intake.sent import read_row
from complaints.intake.transitions import receive
from spots.models import Arrival, Case, Watch
from spots.watching import learning, runner, transitions
from tests.factories import NOW, make_brand, make_complaint, make_customer, make_topic
from tests.spots.watching.bursts import CORNER, burst, make_quiet_watch

pytestmark = pytest.mark.django_db


def make_untidy(what: str) -> None:
    """Twenty complaints with the same thing wrong, from twenty customers."""
    now = {"occurred_at": NOW, "received_at": NOW, "placed_at": NOW}
    for number in range(20):
        lon = CORNER[0] + 0.0004 * (number % 5)
        fields = {
            "no place": {"placing": "review", "point": None, "placed_at": None, "precision": ""},
            "0, 0": {"point": Point(0, 0, srid=4326), "region": None},
            "a pole": {"point": Point(lon, 90, srid=4326)},
            "only a town": {"precision": "locality"},
            "the future": {"occurred_at": NOW + timedelta(days=400), "received_at": NOW},
            "years late": {"occurred_at": datetime(1970, 1, 2, tzinfo=UTC)},
            "one coordinate": {"point": Point(*CORNER, srid=4326)},
            "one customer": {"customer": make_customer() if not number else None},
        }[what]
        if what == "one customer":
            fields["customer"] = make_untidy.customer = fields["customer"] or make_untidy.customer
        row = {"point": Point(lon, CORNER[1], srid=4326), **now, **fields}
        make_complaint(**row)


FALSE = ["no place", "0, 0", "a pole", "only a town", "years late", "one coordinate"]


@pytest.mark.parametrize("what", [*FALSE, "one customer"])
def test_it_makes_no_spot_and_a_real_one_beside_it_is_found(watch, what):
    make_untidy(what)
    runner.look(watch.pk, now=NOW)
    assert not Case.objects.exists()

    real = burst(8, ago=timedelta(minutes=-1), lat=CORNER[1] - 0.4)
    runner.look(watch.pk, now=NOW + timedelta(minutes=20))

    spot = Case.objects.get()
    assert {m.complaint_id for m in spot.memberships.all()} == {c.pk for c in real}


def test_complaints_from_the_future_count_as_what_they_are_complaints_of_now(watch):
    make_untidy("the future")

    runner.look(watch.pk, now=NOW)

    assert Case.objects.get().complaints == 20
    assert {arrival.at for arrival in Arrival.objects.filter(score__gt=4)} == {NOW}


def test_a_complaint_with_no_place_over_the_api_waits_for_a_person_and_counts_for_nothing(watch):
    make_brand(), make_topic()
    sent = [
        read_row(
            {
                "external_id": str(number),
                "brand": "demo",
                "topic": "no_signal",
                "channel": "call",
                "text": "",
                "occurred_at": NOW.isoformat(),
                "point": {"lon": 0.0, "lat": 0.0},
                "customer": {"id": str(number)},
            },
            now=NOW,
        )
        for number in range(20)
    ]
    receive(sent, source="api", now=NOW)

    runner.look(watch.pk, now=NOW)

    assert not Case.objects.exists()


def test_a_backlog_is_taken_in_steps_that_each_stand(watch, monkeypatch):
    monkeypatch.setattr(runner, "MOST_AT_ONCE", 3)
    burst(8)
    at_once = burst(7, ago=timedelta(minutes=5))
    for complaint in at_once:  # as a file's rows are: all received at one moment
        type(complaint).objects.filter(pk=complaint.pk).update(received_at=NOW)
    learning.learn_anew(watch, now=NOW)

    looks = [runner._look_on(watch.pk, now=NOW) for _ in range(120)]

    steps = [step for step in looks if step is not None]
    assert max(step.taken for step in steps) <= 3
    assert steps[-1].until == NOW
    runner.look(watch.pk, now=NOW + timedelta(minutes=1))
    assert Case.objects.get().complaints == 15
    assert Arrival.objects.filter(complaint__in=at_once).count() == 7


def test_a_watch_with_a_backlog_takes_turns_with_the_others(watch, monkeypatch):
    monkeypatch.setattr(runner, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(runner, "SWEEP_S", 1e9)
    burst(8)
    rival = make_brand("rival")
    for complaint in burst(8, lat=CORNER[1] - 0.4):
        type(complaint).objects.filter(pk=complaint.pk).update(brand=rival)
    turns = []
    look_on = runner._look_on
    monkeypatch.setattr(
        runner, "_look_on", lambda pk, *, now: (turns.append(pk), look_on(pk, now=now))[1]
    )

    runner.look_everywhere(now=NOW)

    first, second = turns[:2]
    assert first != second
    assert turns[:8] == [first, second] * 4


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_region_never_write_two_spots():
    watch = make_quiet_watch()
    burst(8)
    barrier, taken = threading.Barrier(4, timeout=60), []

    def work() -> None:
        barrier.wait()
        try:
            for second in range(3):
                taken.append(runner.look(watch.pk, now=NOW + timedelta(seconds=second)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Case.objects.get().complaints == 8
    assert sum(taken) == Arrival.objects.count() > 8
    watch.refresh_from_db()
    assert watch.looked_at == NOW + timedelta(seconds=2)
    transitions.ensure_watches()
    assert Watch.objects.count() == 1
