"""
Every task, twice and at the same time: what is promised lives in the database, once.

A task that is registered is tried here without being named; a database that a second run would
change fails it.
"""

import gc
import inspect
from datetime import date, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
import time_machine
from celery.signals import worker_process_init
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from complaints.customers.personal import blind_index
from complaints.models import ComplaintImport, ImportPart, MonthlyFact, Region, SentKey
from heatmaps_project.accounts.calls.transitions import Call, Made
from heatmaps_project.accounts.calls.transitions import add as add_calls
from heatmaps_project.celery import app
from heatmaps_project.desk.own import transitions as codes
from heatmaps_project.tmf.hub.resources import RESOURCES
from heatmaps_project.tmf.hub.transitions import listen
from spots.models import Letter, SingleRule, Team, Tie
from tests.complaints.imports.test_imports_of_people import uploaded as of_complaints
from tests.emptying import AS_MIGRATED, forget, remember, restore
from tests.factories import (
    make_answer,
    make_api_client,
    make_cause,
    make_complaint,
    make_customer,
    make_delivery,
    make_emergency,
    make_event,
    make_fixed_spot,
    make_gift_rule,
    make_inlet,
    make_invitation,
    make_lookup,
    make_online_geocoder,
    make_routing_rule,
    make_rung,
    make_subscription,
    make_survey,
    make_touch,
    make_trial,
    make_user,
)
from tests.scene import make_scene
from tests.spots.network.uploads import SITES, applied, csv, uploaded

app.loader.import_default_modules()
TASKS = sorted(name for name in app.tasks if not name.startswith("celery."))
ROOMS = {"heatmaps_project", "feedback", "spots", "complaints"}

# What only says when somebody last looked, or was counted at that moment: no effect of a task.
HEARTBEATS = {
    # A note twice, of two transactions, says what it says once.
    "heatmaps_project_staleday": {"id"},
    "feedback_stalevalue": {"id"},
    "heatmaps_project_heartbeat": {"at"},
    "heatmaps_project_retentionrun": {"ran_at", "ended", "caught_up_at"},
    "spots_case": {
        "priority",
        "priority_parts",
        "priority_facts",
        "band",
        "changed_at",
    },  # grow with the case's age
    "spots_watch": {"looked_at", "learnt_at", "state", "version"},
}

# What is measured anew for each whole hour, over what was measured before.
OF_THE_HOUR = {"heatmaps_project_proposal"}


def afternoon() -> str:
    """A zone where it is past two in the afternoon: what is due in the morning is, at any hour."""
    east = 14 - timezone.now().hour
    return f"Etc/GMT{-east:+d}"


@pytest.fixture(scope="module")
def busy_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> str:
    """The name under which they are remembered: to write them takes longer than a task."""
    with django_db_blocker.unblock():
        forget("busy")
        make_busy()
        remember("busy")
        restore(AS_MIGRATED)
    return "busy"


@pytest.fixture(name="_busy")
def busy(busy_rows: str, transactional_db: None, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    restore(busy_rows)


def make_busy() -> None:
    """Something to do for every task: complaints to place and to gather, promises, messages."""
    now = timezone.now()
    scene = make_scene(now=now - timedelta(days=3))
    make_user("supervisor", email="boss@example.org")
    Region.objects.update(time_zone=afternoon())
    for number in range(12):
        make_complaint(
            lon=scene.point.x + number * 1e-4,
            brand=scene.brand,
            region=scene.region,
            customer=make_customer(brand=scene.brand),
            occurred_at=now - timedelta(minutes=20),
            received_at=now - timedelta(minutes=19),
            placed_at=now - timedelta(minutes=18),
        )
    for number in range(5):
        make_complaint(
            brand=scene.brand,
            region=None,
            placing="waiting",
            point=None,
            precision="",
            placed_at=None,
            address=f"home, home, {number}",
            received_at=now - timedelta(minutes=1),
        )
    make_complaint(customer=None, region=None, received_at=now - timedelta(days=200))
    SentKey.objects.create(source="crm", key="k", digest=b"", at=now - timedelta(days=8))
    SingleRule.objects.update_or_create(pk=1, defaults={"severity_from": 1})
    make_routing_rule("nobody", order=9000).team.members.clear()
    old_sites = SITES.replace("M1", "A1").replace("M2", "A2")
    applied(csv(old_sites), brand=scene.brand, now=now - timedelta(days=91))
    uploaded(csv(SITES), brand=scene.brand, now=now - timedelta(minutes=1))
    brought = {"brand": scene.brand, "by": make_user("administrator")}
    of_complaints(**brought, now=now - timedelta(minutes=1))
    old_file = of_complaints(**brought, now=now - timedelta(days=40))
    ImportPart.objects.create(of=old_file, number=0, rows=1)
    ComplaintImport.objects.filter(pk=old_file.pk).update(
        state="done", began_at=old_file.made_at, ended_at=old_file.made_at
    )
    Tie.objects.create(
        case=scene.spot,
        event=scene.rows["spots_networkevent"],
        made_at=now,
        made_by=make_user("engineer"),
    )
    planned = {"at": now - timedelta(minutes=2), "facts": {"cause": make_cause().pk}}
    make_event(scene.spot, "planned", **planned)
    make_trial(brand=scene.brand, region=scene.region, since=now - timedelta(hours=20), until=now)
    make_fixed_spot(
        *(make_customer(brand=scene.brand) for _ in range(3)),
        fixed_at=now - timedelta(days=2),
    )
    phone = "+79260000001"
    make_customer(brand=scene.brand, phone=phone, phone_index=blind_index(phone))
    codes.ask(brand=scene.brand, phone=phone, sender="", language="ru", now=now)
    codes.ask(brand=scene.brand, phone="", sender="", language="ru", now=now - timedelta(days=2))
    make_lookup(at=now - timedelta(days=401))
    make_emergency(brand=scene.brand, raised_at=now, calls_at=now - timedelta(minutes=1))
    MonthlyFact.objects.create(
        customer=make_customer(brand=scene.brand), month=date(2026, 2, 1), revenue=100, left=False
    )
    Team.objects.update(lead=make_user("supervisor"))
    make_rung(None, climb_minutes=1)
    Letter.objects.create(
        user=scene.notice.user, channel="email", language="ru", subject="5", text="5", due_at=now
    )
    asking = make_survey("touch", active_since=now - timedelta(days=9))
    make_touch(at=now, customer=make_customer(brand=scene.brand))
    make_gift_rule("visit", brand=scene.brand, since=now - timedelta(days=1))
    make_invitation(
        survey=asking,
        state="created",
        version=None,
        occasion="touch:0",
        created_at=now,
        due_at=now,
        expires_at=now + timedelta(days=9),
    )
    unhappy = make_fixed_spot(make_customer(brand=scene.brand), state="closed", ended_at=now)
    for _ in range(3):
        make_answer(1, invitation=make_invitation(case=unhappy), at=now, unheard=True)
    make_answer(1, "ухожу к другому оператору", at=now - timedelta(minutes=5))
    long_ago = now - timedelta(days=31)
    make_delivery(make_subscription(), state="sent", planned_at=long_ago, sent_at=long_ago)
    calls = {Call(make_api_client("old").pk, "GET", "api/v1/spots", 200): Made(1, long_ago)}
    add_calls(calls)
    make_inlet("pull", url="https://10.0.0.1/", due_at=now - timedelta(minutes=1))
    make_online_geocoder(url="https://10.0.0.1")
    unknown = {"placing": "review", "address": "Нигде 1", "address_index": blind_index("нигде")}
    make_complaint(received_at=now, **unknown)
    for face in RESOURCES:
        client = make_api_client(f"hub-{face}")
        listen(client=client, face=face, callback="https://a.example.org", query="", now=long_ago)


def set_back(now: datetime) -> datetime:
    """An hour, or less where that was yesterday, when other days were to be counted."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return max(now - timedelta(hours=1), today)


def digest() -> dict[str, list[str]]:
    """Every row of ours as PostgreSQL writes it, by table, in order; without heartbeats."""
    rows: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.app_label not in ROOMS or model._meta.proxy:
                continue
            table = model._meta.db_table
            quiet = HEARTBEATS.get(table, set())
            columns = [f'"{f.column}"' for f in model._meta.local_concrete_fields]
            kept = [column for column in columns if column.strip('"') not in quiet]
            cursor.execute(
                f'SELECT DISTINCT ROW({", ".join(kept)})::text FROM "{table}" ORDER BY 1'
            )
            rows[table] = [text for (text,) in cursor.fetchall()]
    return rows


def counts() -> dict[str, int]:
    return {table: len(rows) for table, rows in digest().items()}


def changed(before: dict[str, list[str]], after: dict[str, list[str]]) -> set[str]:
    return {table for table in after if before[table] != after[table]}


def run(name: str) -> None:
    app.tasks[name].apply(throw=True)


def test_every_entry_of_the_timetable_is_a_task():
    entries = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert entries
    assert entries <= set(TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_takes_an_id_at_most_and_tolerates_what_it_does_not_know(name):
    arguments = inspect.signature(app.tasks[name].run).parameters.values()

    assert {a.name for a in arguments if a.kind is not a.VAR_KEYWORD} <= {"id"}
    assert any(a.kind is a.VAR_KEYWORD for a in arguments), "an older sender may say more"


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.usefixtures("_busy")
def test_two_runs_at_once_do_what_one_does_and_later_ones_nothing_by_a_clock_set_back_too(name):
    with transaction.atomic():
        run(name)
        alone = counts()
        transaction.set_rollback(True)
    errors: list[BaseException] = []

    def work() -> None:
        try:
            run(name)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert counts() == alone
    together = digest()
    run(name)
    assert changed(together, digest()) == set()
    with time_machine.travel(set_back(timezone.now()), tick=True):
        run(name)
    assert changed(together, digest()) <= OF_THE_HOUR


@pytest.mark.usefixtures("_busy")
def test_the_scene_gives_most_tasks_something_to_do():
    """Else the tests above would prove nothing."""
    idle = set()
    for name in TASKS:
        before = digest()
        run(name)
        if not changed(before, digest()):
            idle.add(name)

    assert idle <= {
        "spots.learn_baseline",
        "spots.refresh_priorities",
        "spots.detect",
        "feedback.learn_comments",  # it asks for dozens of corrected comments: test_learning.py
    }


def test_a_worker_does_not_look_through_what_it_has_loaded():
    was = gc.get_threshold()
    gc.set_threshold(700)  # as a process begins: another test may have loaded the web application
    try:
        worker_process_init.send(sender=None)

        assert gc.get_freeze_count() > len(gc.get_objects())
        assert gc.get_threshold()[0] > 700
    finally:
        gc.unfreeze()
        gc.set_threshold(*was)
