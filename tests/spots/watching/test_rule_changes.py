"""Rules come, go and change while spots are open: nothing stops, doubles or is left alone."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from complaints.intake import transitions_of_state as intake
from complaints.models import Complaint
from spots.detection.projection import Projection
from spots.models import Arrival, Case, NearMiss, Watch
from spots.watching import runner
from spots.watching.reading import place_of
from tests.factories import NOW, make_brand, make_complaint, make_rule, make_topic
from tests.spots.watching.bursts import CORNER, burst
from tests.spots.watching.streams import groups

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def spot(watch) -> Case:
    """A spot of eight complaints, found at NOW by the default rule."""
    burst(8)
    runner.look_everywhere(now=NOW)
    return Case.objects.get()


def members(case: Case) -> set[int]:
    return set(case.memberships.filter(until=None).values_list("complaint_id", flat=True))


def watch_of(rule) -> Watch:
    return Watch.objects.get(rule=rule)


@pytest.mark.parametrize("forgetful", [False, True], ids=["same process", "another process"])
def test_complaints_of_a_new_topic_are_judged_at_once(watch, spot, forgetful):
    new = [make_topic("b-new"), make_topic("c-new")][1]
    if forgetful:
        runner.forget()
    late = burst(3, ago=timedelta(minutes=-5))
    Complaint.objects.filter(pk__in=[complaint.pk for complaint in late]).update(topic=new)

    runner.look_everywhere(now=LATER)

    assert {complaint.pk for complaint in late} <= members(spot)
    watch.refresh_from_db()
    assert watch.looked_at == LATER
    assert watch.baseline.topics[-1] == new.pk


def test_an_edited_outline_leaves_the_metres_of_a_region_as_they_were(watch, spot):
    region = watch.region
    zone = place_of(watch).projection.zone
    region.outline = MultiPolygon(Polygon.from_bbox((20.0, 50.0, 38.0, 57.0)), srid=4326)
    region.save()
    runner.forget()
    late = burst(3, ago=timedelta(minutes=-5))

    runner.look_everywhere(now=LATER)

    assert {complaint.pk for complaint in late} <= members(spot)
    moved = region.outline.centroid
    assert place_of(Watch.objects.get()).projection.zone == zone
    assert Projection(moved.x, moved.y).zone != zone


def test_a_rule_that_takes_the_topic_over_takes_the_spot_over(watch, spot):
    make_rule("front", order=5, active=True, topics=[make_topic()])
    late = burst(8, ago=timedelta(minutes=-2))

    for minutes in (10, 15, 20, 30):
        runner.look_everywhere(now=NOW + timedelta(minutes=minutes))

    assert Case.objects.get() == spot
    assert {complaint.pk for complaint in late} <= members(spot)
    spot.refresh_from_db()
    assert (spot.sighting.watch.rule.name, spot.quiet_since) == ("front", None)


def test_when_it_goes_again_the_default_has_the_spot_again(watch, spot):
    front = make_rule("front", order=5, active=True, topics=[make_topic()])
    runner.look_everywhere(now=LATER)
    front.active = False
    front.save()
    late = burst(8, ago=timedelta(minutes=-12))

    for minutes in (20, 25, 30):
        runner.look_everywhere(now=NOW + timedelta(minutes=minutes))

    assert Case.objects.get() == spot
    assert {complaint.pk for complaint in late} <= members(spot)
    assert watch_of(front).looked_at is None


def test_a_rule_for_another_brand_judges_here_no_more(watch):
    front = make_rule("front", order=5, active=True, topics=[make_topic()])
    runner.look_everywhere(now=NOW - timedelta(hours=2))
    front.brand = make_brand("other")
    front.save()
    late = burst(8)

    runner.look_everywhere(now=NOW)

    here = Arrival.objects.filter(complaint__in=late)
    assert {arrival.watch.rule.name for arrival in here} == {"default"}


def test_a_rule_out_of_force_leaves_its_cases_quiet_and_withdrawals_reach_them(watch, spot):
    rule = watch.rule
    rule.active = False
    rule.save()
    gone = Complaint.objects.filter(pk=min(members(spot)))
    intake.withdraw(gone, now=LATER)

    runner.look_everywhere(now=LATER)

    spot.refresh_from_db()
    assert (spot.quiet_since, spot.complaints, spot.state) == (LATER, 7, "detected")
    assert spot.sighting.present == {}


def test_a_rule_put_into_force_again_opens_nothing_of_the_time_it_was_off(watch):
    rule = watch.rule
    runner.look_everywhere(now=NOW)
    rule.active = False
    rule.save()
    runner.look_everywhere(now=NOW + timedelta(hours=1))
    burst(8, ago=-timedelta(hours=4))
    rule.active = True
    rule.save()

    runner.look_everywhere(now=NOW + timedelta(hours=40))

    assert not Case.objects.exists()
    watch.refresh_from_db()
    assert watch.looked_at == NOW + timedelta(hours=40)


def test_a_spot_whose_members_are_judged_elsewhere_stops_nothing(watch, spot):
    make_rule("front", order=5, active=True, topics=[make_topic()])
    other = make_topic("b-other")
    for day in range(1, 6):
        make_complaint(topic=other, occurred_at=NOW, received_at=NOW + timedelta(days=day))
        runner.look_everywhere(now=NOW + timedelta(days=day))

    watch.refresh_from_db()
    assert watch.looked_at == NOW + timedelta(days=5)


def test_a_correction_elsewhere_does_not_make_the_engine_forget_a_case_that_is_old(watch):
    runner.look(watch.pk, now=NOW - timedelta(hours=6))
    early = make_complaint(lon=CORNER[0] + 0.2, occurred_at=NOW, received_at=NOW, placed_at=NOW)
    burst(8, ago=timedelta(minutes=-5))
    runner.look(watch.pk, now=NOW + timedelta(minutes=30))
    spot = Case.objects.get()
    for hour in (*range(12, 97, 12), 103):
        runner.look(watch.pk, now=NOW + timedelta(hours=hour))
    known = [(group["number"], group["case_h"]) for group in groups(watch)]
    assert watch.checkpoints.filter(at__lt=NOW).exists()  # there is something to replay from

    intake.withdraw(Complaint.objects.filter(pk=early.pk), now=NOW + timedelta(hours=104))
    runner.look(watch.pk, now=NOW + timedelta(hours=105))

    assert known == [(spot.sighting.number, "inf")]
    assert [(group["number"], group["case_h"]) for group in groups(watch)] == known


def test_a_near_miss_is_counted_once_however_often_history_is_corrected(watch):
    burst(5, ago=timedelta(hours=30))
    rule = watch.rule
    rule.open_at = 40.0
    rule.save()
    elsewhere = [
        make_complaint(lon=CORNER[0] + 0.2, occurred_at=at, received_at=at, placed_at=at)
        for at in (NOW - timedelta(hours=40 - n) for n in range(3))
    ]
    for hour in range(-48, 1, 4):
        runner.look(watch.pk, now=NOW + timedelta(hours=hour))
    counted = list(NearMiss.objects.values_list("at", "score"))

    for n, complaint in enumerate(elsewhere, 1):
        intake.withdraw(Complaint.objects.filter(pk=complaint.pk), now=NOW)
        runner.look(watch.pk, now=NOW + timedelta(minutes=n))

    assert counted
    assert list(NearMiss.objects.values_list("at", "score")) == counted


def test_no_arrival_is_later_than_the_look_that_took_it(watch, monkeypatch):
    monkeypatch.setattr(runner, "MOST_AT_ONCE", 1)
    for n in range(6):
        at = NOW - timedelta(minutes=30) + timedelta(seconds=n, microseconds=700 + 151 * n)
        make_complaint(lat=CORNER[1], occurred_at=at, received_at=at, placed_at=at)
    runner.look(watch.pk, now=NOW - timedelta(minutes=40))

    while runner._look_on(watch.pk, now=NOW - timedelta(minutes=20)) is not None:
        watch.refresh_from_db()
        assert not Arrival.objects.filter(at__gt=watch.looked_at).exists()
