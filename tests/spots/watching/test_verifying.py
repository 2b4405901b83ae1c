"""Whether a fix has held: complaints since it, against what is usual there."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from complaints.models import Complaint
from spots.cases.models import Case
from spots.models import Event, FixCheck, LearntBaseline, Watch
from spots.watching import runner, verifying
from tests.factories import NOW, make_cause, make_complaint, make_spot
from tests.spots.watching.bursts import burst, make_quiet_watch

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def found_and_fixed() -> Case:
    """A spot that detection found and that is fixed at NOW."""
    runner.forget()
    watch = make_quiet_watch()
    burst(8)
    runner.look(watch.pk, now=NOW)
    spot = Case.objects.get()
    fixed = {"state": "fixed", "fixed_at": NOW, "eta_at": NOW}
    Case.objects.filter(pk=spot.pk).update(cause=make_cause(), fix_kind="accident", **fixed)
    return Case.objects.get()


def come(count: int, *, at: timedelta) -> list[Complaint]:
    """Complaints where the spot is, a minute apart, from so long after the fix on."""
    return burst(count, ago=-at)


def looked(*, at: timedelta) -> Case:
    verifying.verify_fixes(now=NOW + at)
    return Case.objects.get()


def looked_at_each(*hours: float) -> Case:
    for hour in hours:
        looked(at=hour * HOUR)
    return Case.objects.get()


def test_a_fixed_case_is_verified_at_once():
    found_and_fixed()

    assert looked(at=timedelta(minutes=1)).state == "verifying"
    assert Event.objects.filter(kind="verifying").count() == 1


def test_a_fix_after_which_nobody_complains_is_closed_by_itself_when_its_hours_are_over():
    found_and_fixed()

    assert looked_at_each(1, 23.9).state == "verifying"
    case = looked(at=24.1 * HOUR)

    assert (case.state, case.ended_at) == ("closed", NOW + 24.1 * HOUR)


def test_complaints_that_go_on_send_the_case_back_to_fixing_with_the_evidence():
    found_and_fixed()
    come(6, at=3 * HOUR)

    case = looked_at_each(1, 4)

    facts = Event.objects.get(kind="failed").facts
    assert (case.state, case.fixed_at) == ("fixing", None)
    assert facts["customers"] >= 3
    assert facts["expected"] < 0.5
    assert facts["score"] >= 4
    assert 1 <= facts["hours"] <= 1.2  # from the end of the grace to the one that was too many


def test_made_up_names_undo_no_fix():
    found_and_fixed()
    forged = come(30, at=3 * HOUR)
    Complaint.objects.filter(pk__in=[one.pk for one in forged]).update(proven=False)

    assert looked_at_each(1, 4).state == "verifying"
    assert looked(at=24.1 * HOUR).state == "closed"


def test_complaints_of_the_first_hours_may_be_of_what_was_before():
    found_and_fixed()
    come(6, at=HOUR)

    assert looked_at_each(2, 25).state == "closed"


def test_a_few_complaints_are_not_enough():
    found_and_fixed()
    come(2, at=5 * HOUR)

    assert looked_at_each(1, 6, 25).state == "closed"


def test_one_customer_who_complains_again_and_again_is_one():
    found_and_fixed()
    one = come(1, at=3 * HOUR)[0]
    for later in come(6, at=4 * HOUR):
        Complaint.objects.filter(pk=later.pk).update(customer=one.customer)

    assert looked_at_each(1, 6, 25).state == "closed"


def test_complaints_far_from_the_spot_do_not_count():
    found_and_fixed()
    burst(8, ago=-3 * HOUR, lat=55.9)

    assert looked_at_each(1, 4, 25).state == "closed"


@pytest.mark.parametrize(
    "hours",
    [
        pytest.param((0.1, 3.1, 3.2, 24.5), id="often"),
        pytest.param((0.1, 24.5), id="once, late"),
        pytest.param((0.1, 200), id="after a long standstill"),
    ],
)
def test_what_becomes_of_a_fix_does_not_depend_on_when_one_looks(hours):
    found_and_fixed()
    come(8, at=3 * HOUR)

    assert looked_at_each(*hours).state == "fixing"

    facts = Event.objects.get(kind="failed").facts
    assert facts["customers"] == 3  # as many as were too many, not as many as there are by now


def test_what_comes_after_the_hours_of_verifying_is_not_counted_by_a_late_look():
    found_and_fixed()
    come(8, at=30 * HOUR)

    assert looked_at_each(1, 40).state == "closed"


def test_the_hours_and_the_limit_are_those_people_have_set():
    FixCheck.objects.update_or_create(pk=1, defaults={"hours": 6, "grace_h": 0, "high_at": 50})
    found_and_fixed()
    come(6, at=HOUR)

    assert looked_at_each(1, 5).state == "verifying"
    assert looked(at=6.1 * HOUR).state == "closed"


def test_looking_twice_moves_a_case_once():
    found_and_fixed()
    come(6, at=3 * HOUR)
    looked(at=HOUR)

    at = NOW + 4 * HOUR
    assert [verifying.verify_fixes(now=at) for _ in range(2)] == [1, 0]
    assert Event.objects.filter(kind="failed").count() == 1


@pytest.mark.parametrize("why", ["single", "no watch", "no baseline", "too little history"])
def test_where_nobody_knows_what_is_usual_new_members_decide(why):
    quiet, loud = (blind_case(why, fixed_at=NOW - 30 * HOUR) for _ in range(2))
    joined(loud, at=NOW - 5 * HOUR)

    verifying.verify_fixes(now=NOW)
    verifying.verify_fixes(now=NOW)

    quiet.refresh_from_db()
    loud.refresh_from_db()
    assert (quiet.state, loud.state) == ("closed", "verifying")


def test_where_nobody_knows_what_is_usual_three_late_members_send_a_case_back():
    case = blind_case("single", fixed_at=NOW - 10 * HOUR)
    for number in range(3):
        joined(case, at=NOW - (number + 1) * HOUR)

    verifying.verify_fixes(now=NOW)

    case.refresh_from_db()
    assert case.state == "fixing"
    assert Event.objects.get(kind="failed").facts["complaints"] == 3


@pytest.mark.parametrize(("why", "state"), [("no watch", "verifying"), ("single", "fixing")])
def test_whoever_calls_again_and_again_is_one_customer_of_a_spot_there_too(why, state):
    case = blind_case(why, fixed_at=NOW - 10 * HOUR)
    for number in range(3):
        joined(case, at=NOW - (number + 1) * HOUR)
    members = Complaint.objects.filter(memberships__case=case)
    members.update(customer=members.order_by("pk")[0].customer)

    verifying.verify_fixes(now=NOW)

    case.refresh_from_db()
    assert case.state == state


def blind_case(why: str, *, fixed_at: datetime) -> Case:
    """A case that is verified where nothing usual is known."""
    case = make_spot(
        kind="single" if why == "single" else "spot",
        state="verifying",
        cause=make_cause(),
        eta_at=fixed_at,
        fixed_at=fixed_at,
    )
    if why in ("no baseline", "too little history"):
        watch = Watch.objects.first() or make_quiet_watch()
        if why == "too little history" and watch.baseline is None:
            runner.look(watch.pk, now=NOW - 60 * HOUR)
            watch.refresh_from_db()
            LearntBaseline.objects.update(arrays=None)
        watch.sighting_set.create(number=case.pk, case=case)
    return case


def joined(case: Case, *, at: datetime) -> None:
    complaint = make_complaint(occurred_at=at, received_at=at, placed_at=at)
    case.memberships.create(complaint=complaint, since=at)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_move_each_case_once():
    for _ in range(4):
        blind_case("single", fixed_at=NOW - 30 * HOUR)

    def run(_number: int) -> int:
        try:
            return verifying.verify_fixes(now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(run, range(2))) == 4
    assert Event.objects.filter(kind="closed").count() == 4


def test_a_watch_that_cannot_be_judged_keeps_no_other_waiting(monkeypatch):
    found_and_fixed()
    single = blind_case("single", fixed_at=NOW - 3 * HOUR)
    looked_after = NOW + 25 * HOUR
    monkeypatch.setattr(verifying.engines, "baseline_of", None)

    verifying.verify_fixes(now=looked_after)

    single.refresh_from_db()
    assert single.state == "closed"
