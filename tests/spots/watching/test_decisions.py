"""What people decide wins over the engine from then on."""

from datetime import timedelta

import pytest

from spots.cases import transitions as cases
from spots.models import Case, Sighting, Watch
from spots.watching import runner
from tests.factories import NOW, make_cause, make_complaint, make_user
from tests.spots.watching.bursts import CORNER, burst

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def spot(watch) -> Case:
    """A spot of eight complaints, found at NOW."""
    burst(8)
    runner.look(watch.pk, now=NOW)
    return Case.objects.get()


def members(case: Case) -> set[int]:
    return set(case.memberships.filter(until=None).values_list("complaint_id", flat=True))


def look(watch: Watch, now=LATER, *, forgetful: bool = False) -> None:
    if forgetful:
        runner.forget()
    runner.look(watch.pk, now=now)


@pytest.mark.parametrize("forgetful", [False, True], ids=["same process", "another process"])
def test_what_a_person_detached_stays_out_however_the_spot_grows(watch, spot, forgetful):
    out = min(members(spot))
    cases.detach(case_id=spot.pk, complaint_id=out, by=make_user(), now=NOW)
    late = burst(3, ago=timedelta(minutes=-5))

    look(watch, forgetful=forgetful)

    assert out not in members(spot)
    assert {complaint.pk for complaint in late} <= members(spot)
    assert Case.objects.count() == 1


def test_what_a_person_attached_stays_in_and_opens_nothing_elsewhere(watch, spot):
    elsewhere = burst(8, ago=timedelta(minutes=-1), lat=CORNER[1] - 0.4)
    for complaint in elsewhere:
        cases.attach(case_id=spot.pk, complaint_id=complaint.pk, by=make_user(), now=NOW)

    look(watch)

    assert {complaint.pk for complaint in elsewhere} <= members(spot)
    assert Case.objects.count() == 1


def test_a_spot_that_a_person_split_goes_on_as_two(watch, spot):
    theirs = sorted(members(spot))[4:]
    part = cases.split(case_id=spot.pk, complaint_ids=theirs, by=make_user(), now=NOW)
    look(watch)
    late = burst(4, ago=timedelta(minutes=-12), lat=CORNER[1] + 0.0003)

    look(watch, now=NOW + timedelta(minutes=20))

    assert Case.objects.count() == 2
    joined = members(spot) | members(part)
    assert {complaint.pk for complaint in late} <= joined
    assert set(theirs) <= members(part)
    assert not set(theirs) & members(spot)
    assert Sighting.objects.filter(case__in=[spot, part]).count() == 2


def test_spots_that_a_person_merged_grow_as_one(watch, spot):
    burst(8, ago=timedelta(minutes=-1), lat=CORNER[1] - 0.4)
    look(watch)
    other = Case.objects.exclude(pk=spot.pk).get()
    cases.merge(case_id=spot.pk, into_id=other.pk, by=make_user(), now=LATER)
    late = burst(3, ago=timedelta(minutes=-15))

    look(watch, now=NOW + timedelta(minutes=30))

    other.refresh_from_db()
    assert {complaint.pk for complaint in late} <= members(other)
    assert other.customers == 19
    assert Case.objects.exclude(state="merged").get() == other


def test_a_spot_that_a_person_made_of_single_cases_grows_by_the_engine(watch):
    early = burst(3)
    singles = [cases.open_single(complaint_id=one.pk, by=None, now=NOW).pk for one in early]
    spot = cases.make_spot(case_ids=singles, by=make_user(), now=NOW)
    late = burst(5, ago=timedelta(minutes=-1))

    look(watch)

    assert members(spot) == {complaint.pk for complaint in [*early, *late]}
    assert Case.objects.filter(kind="spot").get() == spot


def test_a_spot_in_work_takes_complaints_that_come_back_a_week_later(watch, spot):
    engineer = make_user("engineer")
    make_spot_worked_on(spot, engineer)
    for day in range(1, 8):
        look(watch, now=NOW + timedelta(days=day))
    late = burst(8, ago=-timedelta(days=7, minutes=5))

    look(watch, now=NOW + timedelta(days=7, minutes=20))

    assert Case.objects.get() == spot
    assert {complaint.pk for complaint in late} <= members(spot)
    spot.refresh_from_db()
    assert (spot.state, spot.quiet_since) == ("accepted", None)


def make_spot_worked_on(spot: Case, engineer) -> None:
    Case.objects.filter(pk=spot.pk).update(
        state="accepted", accepted_at=NOW, engineer=engineer, cause=make_cause()
    )


def test_what_comes_back_four_days_after_a_case_was_closed_is_a_new_one(watch, spot):
    look(watch, now=NOW + timedelta(hours=12))
    Case.objects.filter(pk=spot.pk).update(
        state="closed", cause=make_cause(), ended_at=NOW + timedelta(hours=12)
    )
    for day in range(1, 6):
        look(watch, now=NOW + timedelta(days=day))
    burst(8, ago=-timedelta(days=5, minutes=5))

    look(watch, now=NOW + timedelta(days=5, minutes=20))

    assert Case.objects.count() == 2


def test_a_dismissed_spot_is_open_again_when_complaints_come_back_after_a_silence(watch, spot):
    cases.dismiss(case_id=spot.pk, dismissed_for="test", by=make_user(), now=NOW)
    look(watch, now=NOW + timedelta(hours=12))
    burst(8, ago=-timedelta(hours=12, minutes=5))

    look(watch, now=NOW + timedelta(hours=13))

    spot.refresh_from_db()
    assert (spot.state, spot.customers) == ("reopened", 16)


def test_a_spot_in_work_never_loses_members_when_they_age(watch, spot):
    before = members(spot)

    for day in range(1, 6):
        look(watch, now=NOW + timedelta(days=day))

    assert members(spot) == before


def test_a_complaint_of_another_spot_is_left_where_a_person_put_it(watch, spot):
    single = make_complaint(occurred_at=NOW, received_at=NOW, placed_at=NOW)
    cases.attach(case_id=spot.pk, complaint_id=single.pk, by=make_user(), now=NOW)

    look(watch)

    assert single.pk in members(spot)


def test_spots_whose_merge_a_person_undid_go_on_as_two(watch, spot):
    burst(8, ago=timedelta(minutes=-1), lat=CORNER[1] + 0.0009)
    look(watch)
    by = make_user()
    theirs = sorted(members(spot))[:8]
    part = cases.split(case_id=spot.pk, complaint_ids=theirs, by=by, now=LATER)
    look(watch, now=LATER + timedelta(minutes=1))
    cases.merge(case_id=part.pk, into_id=spot.pk, by=by, now=LATER + timedelta(minutes=2))
    look(watch, now=LATER + timedelta(minutes=3))
    event = part.events.filter(kind="merged").get()
    cases.undo_regrouping(event_id=event.pk, by=by, now=LATER + timedelta(minutes=4))

    burst(6, ago=timedelta(minutes=-16), lat=CORNER[1] + 0.0003)
    look(watch, now=NOW + timedelta(minutes=30))

    part.refresh_from_db()
    assert part.state != "merged"
    assert set(theirs) <= members(part)
    assert not set(theirs) & members(spot)
    assert Case.objects.exclude(state="merged").count() == 2


@pytest.mark.parametrize("forgetful", [False, True], ids=["same process", "another process"])
def test_the_engine_does_not_merge_again_what_it_merged_and_a_person_took_apart(
    watch, spot, forgetful
):
    burst(8, ago=timedelta(minutes=-1), lat=CORNER[1] - 0.4)
    look(watch)
    other = Case.objects.exclude(pk=spot.pk).get()
    cases.merge(case_id=other.pk, into_id=spot.pk, by=None, now=LATER)
    look(watch, now=LATER + timedelta(minutes=1), forgetful=forgetful)
    event = spot.events.filter(kind="merged").get()
    cases.undo_regrouping(event_id=event.pk, by=make_user(), now=LATER + timedelta(minutes=2))

    late = burst(3, ago=timedelta(minutes=-15))
    look(watch, now=NOW + timedelta(minutes=30), forgetful=forgetful)

    assert {complaint.pk for complaint in late} <= members(spot)
    assert (len(members(other)), len(members(spot))) == (8, 11)
    assert Case.objects.exclude(state="merged").count() == 2


def test_a_split_that_a_person_undid_stays_undone(watch, spot):
    theirs = sorted(members(spot))[4:]
    by = make_user()
    part = cases.split(case_id=spot.pk, complaint_ids=theirs, by=by, now=NOW)
    look(watch)
    event = part.events.filter(kind="split").get()
    cases.undo_regrouping(event_id=event.pk, by=by, now=LATER + timedelta(minutes=1))
    late = burst(4, ago=timedelta(minutes=-12), lat=CORNER[1] + 0.0003)

    look(watch, now=NOW + timedelta(minutes=20))

    assert {*theirs, *(complaint.pk for complaint in late)} <= members(spot)
    assert Case.objects.exclude(state="merged").get() == spot
