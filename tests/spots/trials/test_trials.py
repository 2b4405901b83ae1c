"""Rules tried on history: worked off in steps, once, whatever happens to the workers."""

import os
import signal
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone

from spots.models import Case, DetectionRule, Membership, NearMiss, Trial, Watch
from spots.trials import replaying, running
from spots.trials import transitions as transitions
from spots.trials.transitions import TrialRefusedError
from spots.trials.values import values_of
from tests.factories import (
    NOW,
    make_brand,
    make_complaint,
    make_region,
    make_rule,
    make_spot,
    make_topic,
    make_user,
)
from tests.processes import forked, killed
from tests.spots.trials.past import PERIOD, burst, make_past, make_world, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forgetful():
    """Every test's worker starts as a new process does."""
    replaying._learnt.clear()


@pytest.fixture(name="one_step")
def _one_step(monkeypatch):
    """A run has no time for more than a step."""
    monkeypatch.setattr(running, "WORK_S", 0.0)


def run_to_the_end(*, now=NOW):
    while running.run_waiting(now=now):
        pass


def result(trial):
    trial.refresh_from_db()
    return trial.state, trial.reached, trial.found


# What it finds


def test_it_finds_the_outages_of_the_period():
    trial = make_world()

    run_to_the_end()

    trial.refresh_from_db()
    assert (trial.state, trial.progress, trial.finished_at is not None) == ("done", 1.0, True)
    assert [spot["customers"] for spot in trial.found] == [8, 12]
    assert [len(spot["members"]) for spot in trial.found] == [8, 12]
    first = trial.found[0]
    assert first["opened_at"] < first["ended_at"]
    assert first["outline"][0] == first["outline"][-1]
    assert abs(first["outline"][0][1] - 55.95) < 0.01


def test_it_writes_no_case():
    make_world()

    run_to_the_end()

    assert not Case.objects.exists()
    assert not Membership.objects.exists()


def test_it_says_how_much_history_it_knew():
    trial = make_world()

    run_to_the_end()

    trial.refresh_from_db()
    assert trial.engine["history_days"] == pytest.approx(36, abs=0.5)
    assert "state" not in trial.engine


def test_under_a_day_of_history_finds_nothing():
    make_past(days=0)
    at = NOW - PERIOD - timedelta(hours=5)
    make_complaint(occurred_at=at, received_at=at, placed_at=at)
    burst(12, ago=timedelta(days=3))
    trial = waiting()

    run_to_the_end()

    assert result(trial)[0::2] == ("done", [])


@pytest.mark.parametrize("method", ["surprise", "dbscan"])
def test_where_nobody_ever_complained_it_is_done_and_finds_nothing(method):
    trial = waiting(rule=make_rule(method=method, weeks_per_false_spot=4))

    run_to_the_end()

    assert result(trial)[0::2] == ("done", [])


def test_the_simple_rule_is_tried_too():
    make_past()
    burst(8, ago=timedelta(days=3, hours=2))
    rule = make_rule(method="dbscan", minimum=6, eps_m=500)
    trial = waiting(rule=rule)

    run_to_the_end()

    state, _reached, found = result(trial)
    assert (state, [(spot["complaints"], spot["score"]) for spot in found]) == ("done", [(8, None)])


def test_only_topics_that_no_rule_before_it_takes_are_judged():
    other = make_topic("slow_internet")
    before = make_rule("before", topics=(other,), active=True, order=1)
    rule = make_rule("after", order=2)

    trial = started(rule=rule)

    assert trial.engine["topics"] == [make_topic().pk]
    assert before.pk != trial.rule_id


def test_weeks_per_false_spot_become_a_score_by_the_near_misses_there():
    rule = make_rule(weeks_per_false_spot=4)
    watch = Watch.objects.create(brand=make_brand(), region=make_region(), rule=rule)
    make_past()
    quiet = waiting(rule=rule)
    run_to_the_end()
    for number in range(1, 41):
        NearMiss.objects.create(watch=watch, at=NOW - timedelta(days=number), score=5.5)
    noisy = waiting(rule=rule)
    run_to_the_end()

    quiet.refresh_from_db()
    noisy.refresh_from_db()
    assert quiet.engine["open_at"] < noisy.engine["open_at"]
    assert (quiet.engine["near_misses"], noisy.engine["near_misses"]) == (0, 40)


# How it is worked off


@pytest.mark.usefixtures("one_step")
def test_a_run_leaves_the_trial_to_the_next_after_its_time():
    trial = make_world()

    assert running.run_waiting(now=NOW) == 1

    trial.refresh_from_db()
    assert trial.reached == trial.since + replaying.STEP
    assert (trial.state, trial.claimed_until) == ("running", None)
    assert trial.progress == pytest.approx(0.25)


def test_dropped_between_steps_it_goes_on_and_finds_the_same(monkeypatch):
    whole, broken = make_world(), waiting()
    run = running.run_waiting(now=NOW)
    assert run == 4
    monkeypatch.setattr(running, "WORK_S", 0.0)
    for _ in range(4):
        replaying._learnt.clear()  # another process
        running.run_waiting(now=NOW)

    assert result(broken) == result(whole)


@pytest.mark.usefixtures("one_step")
def test_a_spot_that_goes_on_over_a_step_stays_one():
    make_past()
    midnight = NOW - PERIOD + replaying.STEP
    burst(8, ago=NOW - midnight + timedelta(minutes=30))
    burst(6, ago=NOW - midnight - timedelta(minutes=30))
    trial = waiting()

    run_to_the_end()

    assert [spot["customers"] for spot in result(trial)[2]] == [14]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_loses_nothing_but_its_step():
    trial = make_world()

    def work_until_a_step_is_booked() -> None:
        book = transitions.book_step

        def book_and_die(*args, **told):
            book(*args, **told)
            os.kill(os.getpid(), signal.SIGKILL)

        transitions.book_step = book_and_die
        running.run_waiting(now=NOW)

    assert killed(forked(work_until_a_step_is_booked))
    trial.refresh_from_db()
    assert trial.reached == trial.since + replaying.STEP
    assert running.run_waiting(now=NOW + timedelta(minutes=1)) == 0, "its claim still stands"

    assert running.run_waiting(now=NOW + timedelta(minutes=10)) == 3

    twin = waiting()
    run_to_the_end(now=NOW + timedelta(minutes=11))
    assert result(trial) == result(twin)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_do_it_once():
    trial = make_world()
    done = []

    def sweep():
        done.append(running.run_waiting(now=NOW))
        connection.close()

    threads = [Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == [0, 4]
    assert result(trial)[0] == "done"


@pytest.mark.usefixtures("one_step")
def test_one_trial_is_worked_on_at_a_time_the_oldest_first():
    make_past(days=3)
    later = waiting(made_at=NOW + timedelta(seconds=1))
    sooner = waiting()

    claimed = transitions.claim(now=NOW, lease=running.LEASE)

    assert claimed == sooner
    assert transitions.claim(now=NOW, lease=running.LEASE) is None
    assert result(later)[0] == "waiting"


@pytest.mark.usefixtures("one_step")
def test_a_trial_stopped_while_a_step_is_under_way_keeps_nothing_of_that_step(monkeypatch):
    trial = make_world()
    step = replaying.Replay.step

    def stopped_meanwhile(replay):
        made = step(replay)
        transitions.cancel(trial)
        return made

    monkeypatch.setattr(replaying.Replay, "step", stopped_meanwhile)

    assert running.run_waiting(now=NOW) == 0

    assert result(trial) == ("cancelled", None, [])


@pytest.mark.usefixtures("one_step")
def test_a_stopped_trial_goes_on_where_it_was():
    trial = make_world()
    running.run_waiting(now=NOW)
    transitions.cancel(trial)
    assert running.run_waiting(now=NOW) == 0

    transitions.resume(trial)

    assert running.run_waiting(now=NOW) == 1
    assert result(trial)[1] == trial.since + 2 * replaying.STEP


def test_three_attempts_without_a_step_fail_it_with_the_error(monkeypatch):
    trial = make_world()

    def broken(_trial):
        raise ValueError("no such place")

    monkeypatch.setattr(running, "Replay", broken)
    for _ in range(5):
        running.run_waiting(now=NOW)

    trial.refresh_from_db()
    assert (trial.state, trial.attempts) == ("failed", 3)
    assert trial.error == "ValueError: no such place"


def test_three_workers_that_died_fail_it(monkeypatch):
    trial = make_world()
    later = [NOW + number * timedelta(hours=1) for number in range(4)]
    for now in later:
        transitions.claim(now=now, lease=running.LEASE)

    trial.refresh_from_db()
    assert (trial.state, trial.attempts) == ("failed", 3)
    assert trial.error


def test_a_failed_trial_can_go_on():
    trial = make_world()
    Trial.objects.update(state="failed", attempts=3, error="x")

    transitions.resume(trial)
    run_to_the_end()

    trial.refresh_from_db()
    assert (trial.state, trial.error) == ("done", "")


# What may be started


def started(*, days: int = 3, rule=None, by=None, now=NOW, **fields):
    rule = rule or make_rule(f"rule-{DetectionRule.objects.count()}")
    row = {
        "values": values_of(rule),
        "brand": make_brand(),
        "region": make_region(),
        "since": now - timedelta(days=days),
        "until": now,
        "by": by or make_user("planner"),
        "now": now,
        **fields,
    }
    make_topic()
    return running.start(rule, **row)


@pytest.mark.parametrize(
    ("days", "fields", "why"),
    [
        pytest.param(57, {}, "At most 56 days", id="too long"),
        pytest.param(0, {}, "in the past", id="no time"),
        pytest.param(3, {"until": NOW + timedelta(hours=1)}, "in the past", id="not over yet"),
    ],
)
def test_a_period_that_cannot_be_tried_is_refused_in_words(days, fields, why, settings):
    settings.LANGUAGE_CODE = "en"

    with pytest.raises(TrialRefusedError, match=why):
        started(days=days, **fields)


def test_a_rule_that_would_judge_nothing_is_refused(settings):
    settings.LANGUAGE_CODE = "en"
    make_rule("all", order=1, active=True)

    with pytest.raises(TrialRefusedError, match="judge nothing"):
        started(rule=make_rule("after", order=2))


def test_a_person_has_three_trials_open_at_most(settings):
    settings.LANGUAGE_CODE = "en"
    person = make_user("planner")
    first, *_rest = [started(by=person) for _ in range(3)]

    with pytest.raises(TrialRefusedError, match="3 of your trials"):
        started(by=person)

    assert started(by=make_user("planner"))
    transitions.cancel(first)
    assert started(by=person)
    with pytest.raises(TrialRefusedError, match="3 of your trials"):
        transitions.resume(first)


# Into force


def done(rule, **values):
    """A trial done just now: changes of a rule are dated by the real clock."""
    tried = {**values_of(rule, topics=[make_topic().pk]), **values}
    return waiting(rule=rule, state="done", values=tried, made_at=timezone.now())


def test_what_was_tried_is_saved_with_who_did_it_and_is_active():
    rule, chief = make_rule(), make_user("administrator")
    trial = done(rule, open_at=6.5, radii_m=[500.0])

    transitions.put_into_force(trial, by=chief, now=timezone.now())

    rule.refresh_from_db()
    assert (rule.open_at, rule.radii_m, rule.active) == (6.5, [500.0], True)
    assert list(rule.topics.all()) == [make_topic()]
    assert rule.history.first().history_user == chief
    assert list(rule.history.first().topics.values_list("topic", flat=True)) == [make_topic().pk]


def test_a_rule_that_changed_since_the_trial_began_stays_as_it_is(settings):
    settings.LANGUAGE_CODE = "en"
    rule = make_rule()
    trial = done(rule, open_at=6.5)
    rule.open_at = 8
    rule.save()

    with pytest.raises(TrialRefusedError, match="changed after"):
        transitions.put_into_force(trial, by=make_user("administrator"), now=timezone.now())

    rule.refresh_from_db()
    assert (rule.open_at, rule.active) == (8, False)


def test_a_trial_that_is_not_done_is_not_put_into_force():
    rule = make_rule()
    trial = waiting(rule=rule)

    with pytest.raises(TrialRefusedError):
        transitions.put_into_force(trial, by=make_user("administrator"), now=NOW)


def test_an_order_that_another_rule_took_since_is_refused_in_words():
    rule = make_rule()
    trial = done(rule, order=77)
    make_rule("other", order=77)

    with pytest.raises(TrialRefusedError):
        transitions.put_into_force(trial, by=make_user("administrator"), now=NOW)


def test_spots_that_were_play_no_part_in_what_is_found():
    trial = make_world()
    make_spot(opened_at=NOW - timedelta(days=2))

    run_to_the_end()

    assert len(result(trial)[2]) == 2
