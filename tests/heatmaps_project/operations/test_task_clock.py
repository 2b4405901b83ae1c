"""Workers whose clocks are wrong leave undone what would go by them."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from heatmaps_project.celery import app
from heatmaps_project.operations.models import Heartbeat
from heatmaps_project.task_clock import OnTimeTask
from spots.cases.transitions.promises import promise
from spots.models import Clock
from tests.factories import make_message, make_policy, make_spot, make_working_time

pytestmark = pytest.mark.django_db
WEEK = {str(day): [["00:00", "24:00"]] for day in range(7)}


def work_off(name: str, *, wrong: timedelta = timedelta()) -> None:
    """Run a task as one that a worker was sent, and whose clock is wrong."""
    app.loader.import_default_modules()
    task = app.tasks[name]
    task.push_request(called_directly=False, is_eager=False)
    try:
        with time_machine.travel(timezone.now() + wrong, tick=False):
            task()
    finally:
        task.pop_request()


@pytest.fixture
def clock() -> Clock:
    """Of a promise that has 20 hours to go."""
    now = timezone.now()
    make_policy(working_time=make_working_time("always", week=WEEK), fix_minutes=24 * 60)
    spot = make_spot(state="detected", opened_at=now - timedelta(hours=4))
    promise(spot, since=spot.opened_at, now=now)
    return spot.clocks.get(target="fix")


def test_a_worker_that_is_a_day_ahead_breaks_no_promise_and_drops_no_message(clock, capsys):
    now = timezone.now()
    message = make_message(due_at=now + timedelta(hours=1), expires_at=now + timedelta(hours=20))
    OnTimeTask.said_at = float("-inf")

    for _ in range(3):
        work_off("spots.mark_breaches", wrong=timedelta(days=1))
        work_off("feedback.send_messages", wrong=timedelta(days=1))

    clock.refresh_from_db()
    message.refresh_from_db()
    assert clock.breached_at is None
    assert message.state == "planned"
    said = capsys.readouterr().err
    assert said.count("No tasks are run here") == 1  # and not ten times a second


@pytest.mark.parametrize("wrong", [timedelta(minutes=-3), timedelta(minutes=3)])
def test_the_heart_of_a_worker_whose_clock_is_wrong_does_not_beat(wrong):
    work_off("heatmaps_project.beat_of_celery", wrong=wrong)

    assert not Heartbeat.objects.exists()


@pytest.mark.parametrize("wrong", [timedelta(seconds=-90), timedelta(), timedelta(seconds=90)])
def test_clocks_may_be_as_wrong_as_time_servers_let_them_be(clock, wrong):
    Clock.objects.filter(pk=clock.pk).update(due_at=timezone.now() - timedelta(minutes=2))

    work_off("spots.mark_breaches", wrong=wrong)

    clock.refresh_from_db()
    assert clock.breached_at is not None
