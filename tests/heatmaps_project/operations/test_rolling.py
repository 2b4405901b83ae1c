"""
A new version is rolled out under work: it migrates while the former one runs, then both run.

The former version is the latest commit that lacks a migration of today's and has none that today's
lacks (one may have got another name before anybody ran it), taken out of git; its real web server
and worker serve beside the new ones on the same PostgreSQL and Redis.
"""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.utils import timezone

from tests.complaints.intake.bodies import make_places
from tests.e2e.installation import Installation, free_port, until
from tests.factories import bearer, make_api_client, make_message
from tests.gateways import sms_centre
from tests.heatmaps_project.operations.sender import Sender, sending
from tests.heatmaps_project.operations.test_migrations_under_load import APPS
from tests.servers import ROOT, Server, own_servers

TEXTS = 60
TAKEN_BY_BOTH = 100  # complaints
FAILED = re.compile(r"raised unexpected|ERROR|CRITICAL|Received unregistered task")
STORED = "SELECT external_id FROM complaints_complaint WHERE source = 'crm'"


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout


def migrations_of(commit: str) -> set[str]:
    folders = (f"{app}/migrations/" for app in APPS)
    return set(git("ls-tree", "--name-only", commit, *folders).decode().split())


def former_version() -> str:
    paths = (f"{app}/migrations/*.py" for app in APPS)
    commits = git("log", "--format=%H^", "--", *paths).decode().split()
    today = migrations_of("HEAD")
    return next(commit for commit in commits if migrations_of(commit) < today)


def take_out_the_former(folder: Path) -> None:
    files = git("archive", former_version())
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", str(folder)], input=files, check=True)


def migrations(code: Path, app: str) -> list[str]:
    return sorted(one.stem for one in (code / app / "migrations").glob("[0-9]*.py"))


def undo_what_is_new(postgres: Server, former: Path) -> int:
    """Return how many migrations the former version does not know."""
    new = 0
    for app in APPS:
        known = migrations(former, app)
        if more := set(migrations(ROOT, app)) - set(known):
            postgres.manage("migrate", "-v0", app, known[-1])
            new += len(more)
    return new


@contextmanager
def version(code: Path, folder: Path, environment: dict[str, str]) -> Iterator[Installation]:
    """Web and worker of a version."""
    folder.mkdir()
    here = Installation(f"http://127.0.0.1:{free_port()}", environment, folder, code)
    gunicorn = (sys.executable, "-m", "gunicorn", "heatmaps_project.wsgi", "-k", "gthread")
    celery = (sys.executable, "-m", "celery", "-A", "heatmaps_project", "worker", "-B", "-c", "1")
    of_its_own = ("-l", "INFO", "-n", f"worker@{folder.name}", "-s", str(folder / "beat"))
    address = here.url.removeprefix("http://")
    try:
        here.start("web", *gunicorn, "--threads", "4", "--no-control-socket", "-b", address)
        here.start("worker", *celery, *of_its_own)
        yield here
    finally:
        here.stop()


def is_ready(here: Installation) -> bool:
    try:
        return requests.get(f"{here.url}/health/ready/", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def works(here: Installation) -> bool:
    return "complaints.geocode" in "".join(
        re.findall(r"Task (\S+)\[\S+ succeeded", here.log("worker"))
    )


def each_was_answered_at_once(sender: Sender) -> bool:
    return {one.status for one in sender.answers} == {201}


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_new_version_is_rolled_out_without_a_failed_task_or_request(settings, tmp_path):
    former = tmp_path / "former"
    take_out_the_former(former)
    make_places()
    headers = bearer(make_api_client("crm"))
    for number in range(TEXTS):
        due = timezone.now() + timedelta(seconds=number)
        make_message(due_at=due, expires_at=due + timedelta(days=1))

    with own_servers() as (postgres, broker), sms_centre(settings) as smsc:
        new = undo_what_is_new(postgres, former)
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "heatmaps_project.settings",
            "DATABASE_URL": postgres.url,
            "DATABASE_POOL": "1",
            "REDIS_URL": broker.url,
            "SMS_GATEWAY": smsc.address,
            "QUIET_HOURS": "",
            "STATIC_FROM_SOURCE": "1",
        }
        with version(former, tmp_path / "old", environment) as old:
            until(lambda: is_ready(old) and works(old), "the former version works")
            with sending(old.url, headers, prefix="OLD") as to_old:
                until(to_old.has_taken_more(), "complaints are taken")
                before = len(to_old.taken)
                postgres.manage("migrate", "-v0")
                meanwhile = len(to_old.taken) - before
                with version(ROOT, tmp_path / "new", environment) as now:
                    until(lambda: is_ready(now) and works(now), "the new version works")
                    with sending(now.url, headers, prefix="NEW") as to_new:
                        until(lambda: len(to_new.taken) > TAKEN_BY_BOTH, "both versions work")
                        to_old.end()
                        worker = old.processes["worker"]
                        worker.send_signal(signal.SIGTERM)  # it finishes what it has begun
                        worker.wait(timeout=60)
                        until(to_new.has_taken_more(), "the new version works alone")
                    waiting = "SELECT 1 FROM complaints_complaint c WHERE c.placing = 'waiting'"
                    until(lambda: not postgres.ask(waiting), "all is worked off")
                    untold = "SELECT 1 FROM feedback_message WHERE state <> 'delivered'"
                    until(lambda: not postgres.ask(untold), "all are told")
                    logs = {one.folder.name: one.log("worker") for one in (old, now)}
        stored = [one for (one,) in postgres.ask(STORED)]
        told = Counter(one["to"] for one in smsc.saw("submit"))

    assert new > 0
    assert meanwhile > 0
    assert each_was_answered_at_once(to_old)
    assert each_was_answered_at_once(to_new)
    assert sorted(stored) == sorted([*to_old.taken, *to_new.taken])
    assert Counter(told.values()) == {1: TEXTS}
    failed = {name: FAILED.findall(log) for name, log in logs.items()}
    assert failed == {"old": [], "new": []}
    sys.stdout.write(
        f"{new} migrations under the former version, which took {meanwhile} complaints meanwhile;"
        f" {len(to_old.taken)} were taken by it, {len(to_new.taken)} by the new one\n"
    )
