"""Promises made anew after an edit: in batches, once, and from where it stopped."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from spots.cases import tasks
from spots.cases.transitions import recompute_promises
from spots.cases.transitions.promises import promise
from spots.cases.transitions.recomputing import notice_edits, recompute_some
from spots.models import Clock, LedgerEntry, Recomputation
from tests.factories import NOW, make_policy, make_spot

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LATER = NOW + 10 * timedelta(minutes=1)


def promised(many):
    policy = make_policy(reaction_minutes=None, eta_minutes=None, fix_minutes=60)
    for _ in range(many):
        promise(make_spot(state="routed"), since=NOW, now=NOW)
    recompute_promises(now=NOW)
    return policy


def edit(policy, minutes=120):
    policy.fix_minutes = minutes
    policy.save()


def dues():
    return set(Clock.objects.values_list("due_at", flat=True))


def anew():
    return LedgerEntry.objects.filter(kind="promised").count()


def test_nothing_is_asked_for_until_something_is_edited():
    promised(1)

    recompute_promises(now=LATER)

    assert Recomputation.objects.count() == 1
    assert anew() == 0


def test_an_edited_policy_is_promised_anew_with_its_name():
    policy = promised(3)
    edit(policy)

    assert recompute_promises(now=LATER) == 3

    assert dues() == {NOW + 2 * HOUR}
    row = Recomputation.objects.latest("pk")
    assert (row.because, row.changed, row.done, row.cases) == ("policy 1", 3, 3, 3)
    assert (row.progress, row.finished_at) == (1.0, LATER)
    assert set(LedgerEntry.objects.filter(kind="promised").values_list("reason", "due_before")) == {
        ("policy 1", NOW + HOUR)
    }


def test_an_edited_calendar_is_promised_anew():
    policy = promised(1)
    policy.working_time.holidays = ["2026-03-25"]
    policy.working_time.save()

    recompute_promises(now=LATER)

    assert dues() == {NOW + timedelta(hours=21)}


def test_a_case_without_any_promise_gets_those_of_a_new_policy():
    spot = make_spot(state="routed")
    recompute_promises(now=NOW)
    make_policy()

    recompute_promises(now=LATER)

    assert Clock.objects.filter(case=spot).count() == 3


def test_cases_that_are_not_worked_on_are_left_alone():
    policy = promised(1)
    spot = Clock.objects.get().case
    spot.state, spot.dismissed_for, spot.ended_at = "dismissed", "test", NOW
    spot.save()
    edit(policy)

    assert recompute_promises(now=LATER) == 0


def test_it_goes_on_where_it_stopped_and_a_second_time_changes_nothing():
    policy = promised(5)
    edit(policy)
    notice_edits(now=LATER)

    assert recompute_some(now=LATER, batch=2) == 2
    row = Recomputation.objects.latest("pk")
    assert (row.done, row.progress, row.finished_at) == (2, 0.4, None)
    assert recompute_promises(now=LATER, batch=2) == 3
    assert recompute_promises(now=LATER, batch=2) == 0

    assert (anew(), dues()) == (5, {NOW + 2 * HOUR})


def test_a_batch_that_dies_leaves_nothing_behind():
    policy = promised(3)
    edit(policy)
    notice_edits(now=LATER)

    class DiedError(Exception):
        pass

    with pytest.raises(DiedError), transaction.atomic():
        recompute_some(now=LATER, batch=2)
        raise DiedError
    assert (anew(), Recomputation.objects.latest("pk").cursor) == (0, 0)

    recompute_promises(now=LATER)
    assert anew() == 3


def test_an_edit_while_it_runs_asks_for_another_one():
    policy = promised(2)
    edit(policy)
    notice_edits(now=LATER)
    recompute_some(now=LATER, batch=1)
    edit(policy, 180)

    for _ in range(2):
        recompute_promises(now=LATER)

    assert dues() == {NOW + 3 * HOUR}
    assert not Recomputation.objects.to_do().exists()


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_do_no_more_than_one(time_machine):
    time_machine.move_to(LATER)  # what was missed long ago stays as it was
    policy = promised(8)
    edit(policy)

    def work():
        tasks.recompute_promises()
        connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tasks.recompute_promises()

    assert (anew(), dues()) == (8, {NOW + 2 * HOUR})
    assert not Recomputation.objects.to_do().exists()
