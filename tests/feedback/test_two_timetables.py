"""Two timetables run, each with its worker: what is due is done once."""

import os
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.models import Message
from tests.e2e.installation import until
from tests.factories import make_message
from tests.processes import working
from tests.servers import Server

MANY = 60


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_each_is_told_once_though_two_timetables_run(smsc, tmp_path):
    logs = [tmp_path / name / "worker.log" for name in ("one", "two")]
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    broker = Server(f"redis-test-{os.getpid()}-two").start()
    more = {"REDIS_URL": broker.url, "SMS_GATEWAY": smsc.address, "QUIET_HOURS": ""}

    try:
        with working(tmp_path / "one", **more), working(tmp_path / "two", **more):
            until(lambda: all("celery@" in log.read_text() for log in logs), "both have begun")
            for _ in range(MANY):
                make_message(due_at=timezone.now(), expires_at=timezone.now() + timedelta(days=1))
            left = Message.objects.exclude(state__in=["handed_over", "delivered"])
            until(lambda: not left.exists(), "all are told")
    finally:
        broker.remove()

    assert Counter(Counter(one["to"] for one in smsc.saw("submit")).values()) == {1: MANY}
