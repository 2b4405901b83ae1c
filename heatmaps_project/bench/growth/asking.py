"""What is asked of a database of each size, and what one of it costs."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from itertools import count
from statistics import median
from time import perf_counter, time
from typing import Final

from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import Brand, Region
from heatmaps_project.bench.busy import busy_ms
from heatmaps_project.bench.growth.filling import looker
from heatmaps_project.bench.intake.speed import Caller
from heatmaps_project.bench.intake.world import bodies, make_world
from heatmaps_project.bench.lookup.asking import houses
from heatmaps_project.bench.lookup.filling import CALLERS, phone_of
from heatmaps_project.bench.tiles.timing import LAYERS, Application, tiles_at
from heatmaps_project.celery import app
from heatmaps_project.models import ApiClient, User

ROUNDS: Final = 3  # each kind has its turn in each: what else the machine does meets all alike
IN_A_BATCH: Final = 1000
FIRST_NUMBER: Final = 1_000_000  # of callers who complain: none of them is looked up
ZOOMS: Final = (8, 11, 14)
PLACES: Final = "heatmaps_project.measure_places"
# Detection is measured by itself, its learning by ./dev bench detection; what was fixed is told of
# once, and ./dev bench messages says what that takes.
ELSEWHERE: Final = {"spots.detect", "spots.learn_baseline", "feedback.plan_messages", PLACES}


@dataclass(frozen=True)
class Kind:
    """Something that is asked for: its name, the call, so often in a round, and units in a call."""

    name: str
    call: Callable[[], object]
    times: int
    units: int = 1


@dataclass(frozen=True)
class Cost:
    """What one unit costs."""

    cpu_ms: float  # of Python and of PostgreSQL; mean
    ms: float  # on the clock; median
    queries: int  # of a call


def costs(reader: User, *, now: datetime) -> dict[str, Cost]:
    """Return what one of each kind costs, by its name."""
    timetable()  # does what is left to do
    every = list(kinds(reader, now=now))
    busy = dict.fromkeys(every, 0.0)
    took: dict[Kind, list[float]] = {kind: [] for kind in every}
    for kind in every:
        kind.call()  # compiles templates and statements
    for _ in range(ROUNDS):
        for kind in every:
            before = busy_ms()
            for _ in range(kind.times):
                began = perf_counter()
                kind.call()
                took[kind].append(1000 * (perf_counter() - began))
            busy[kind] += busy_ms() - before
    return {kind.name: _cost(kind, busy[kind], took[kind]) for kind in every}


def _cost(kind: Kind, busy: float, took: list[float]) -> Cost:
    with CaptureQueriesContext(connection) as queries:
        kind.call()
    units = ROUNDS * kind.times * kind.units
    return Cost(busy / units, median(took) / kind.units, len(queries))


def timetable() -> None:
    """Let each task run that finds its work in the database."""
    app.loader.import_default_modules()
    for name in app.conf.beat_schedule:
        if name not in ELSEWHERE:
            app.tasks[name].run()


def places() -> None:
    app.tasks[PLACES].run()


def kinds(reader: User, *, now: datetime) -> Iterator[Kind]:
    client = Client(headers={"host": "localhost"})
    client.force_login(reader)
    yield from _machines()
    queue = reverse("admin:spots_spot_changelist")
    for name, address, times in (
        ("queue, first page", queue, 10),
        ("queue, closed, second page", f"{queue}?state=closed&p=2", 10),
        ("wall of a month", f"{reverse('wall')}?days=30", 10),
        ("figures of 90 days", f"{reverse('figures')}?days=90", 5),
        ("manager's board of a year", f"{reverse('manager')}?days=365", 5),
        ("morning", reverse("morning"), 5),
    ):
        yield Kind(name, partial(_got, client, address), times)
    application = Application(client)
    for zoom in ZOOMS:
        yield Kind(f"tiles of a window, zoom {zoom}", partial(_drawn, application, zoom), 2)
    username, since = looker().username, now - timedelta(days=3)
    for name, long in (("an hour", timedelta(hours=1)), ("a month", timedelta(days=31))):
        asked = partial(_seen, username, since - long, since)
        yield Kind(f"whom one of the staff saw in {name}", asked, 5)
    yield Kind("every task of the timetable, idle", timetable, 1)
    yield Kind("recurring places, all anew", places, 1)


def _machines() -> Iterator[Kind]:
    """Whatever comes by the API."""
    caller = Caller(make_world())
    client = ApiClient.objects.get(source="bench")
    client.brands.set(Brand.objects.all())
    client.regions.set(Region.objects.all())
    turn, run = count(), int(time())

    def complain(many: int) -> None:
        number = next(turn)
        prefix, first = f"growth{run}-{number}", FIRST_NUMBER + number * IN_A_BATCH
        sent = list(bodies(prefix, many, first=first))
        if many == 1:
            caller.post("/api/v1/complaints/", json.dumps(sent[0]).encode())
        else:
            caller.post("/api/v1/complaints/batch/", json.dumps(sent).encode())

    def look_up(asked: Iterator[dict[str, object]]) -> None:
        caller.post(reverse("api-lookup"), json.dumps(next(asked)).encode())

    labels = [house.label for house in houses(100)]
    by_phone: Iterator[dict[str, object]] = ({"phone": phone_of(n % CALLERS)} for n in count())
    by_address: Iterator[dict[str, object]] = (
        {"address": labels[n % len(labels)]} for n in count()
    )
    yield Kind("a complaint by itself", partial(complain, 1), 40)
    yield Kind("a complaint of a batch", partial(complain, IN_A_BATCH), 2, units=IN_A_BATCH)
    yield Kind("lookup by phone", partial(look_up, by_phone), 30)
    yield Kind("lookup by address", partial(look_up, by_address), 30)


def _got(client: Client, address: str) -> None:
    """:raises RuntimeError: the page does not come"""
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")


def _drawn(application: Application, zoom: int) -> None:
    """Draw a window anew, as when nobody has looked there."""
    caches["tiles"].clear()
    for z, x, y in tiles_at(zoom):
        application.get(f"/tiles/data/{z}/{x}/{y}.mvt?hours=168&layers={LAYERS}")


def _seen(username: str, since: datetime, until: datetime) -> None:
    call_command("seen_by", username, since=since, until=until, stdout=StringIO())
