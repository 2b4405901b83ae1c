"""A town's complaints in the database: five usual weeks, then a day with outages in them."""

from datetime import datetime, timedelta

import numpy as np
from django.contrib.gis.geos import Point

from complaints.models import Complaint
from spots.models import LearntBaseline, Watch
from spots.watching import learning, runner, transitions
from tests.factories import CENTRE, NOW, make_brand, make_customers, make_region, make_topic

QUIET_H = 5 * 7 * 24
BUSY_H = 20
TICK = timedelta(minutes=30)


def make_stream(seed: int) -> datetime:
    """Store a stream of two topics, and return when its busy day begins; it ends at NOW."""
    rng = np.random.default_rng(seed)
    began = NOW - timedelta(hours=BUSY_H)
    hours = [(-QUIET_H + h, rng.integers(300), rng.integers(60)) for h in range(QUIET_H + BUSY_H)]
    for _ in range(3):
        start, place = rng.uniform(1, BUSY_H - 4), rng.integers(60)
        for _ in range(rng.integers(6, 16)):
            hours.append((start + rng.exponential(1.0), 300 + rng.integers(200), place))
    customers = make_customers([{}] * 500)
    brand, region = make_brand(), make_region()
    topics = [make_topic("a-signal"), make_topic("b-data")]
    rows = []
    for number, (hour, customer, place) in enumerate(sorted(hours)):
        received = min(began + timedelta(seconds=int(3600 * hour)), NOW)
        delay = timedelta(seconds=int(rng.exponential(300)))
        east, north = 0.01 * (place % 10) - 0.05, 0.01 * (place // 10) - 0.03
        near = 0.0004 * rng.integers(-3, 4, 2)  # of ten houses or so
        rows.append(
            Complaint(
                brand=brand,
                region=region,
                source="stream",
                external_id=str(number),
                fingerprint=b"",
                customer=customers[customer],
                topic=topics[int(rng.uniform() < 0.2)],
                channel="call",
                text="",
                address="",
                occurred_at=received - delay,
                received_at=received,
                placing="placed",
                placed_at=received,
                precision="house" if rng.uniform() < 0.9 else "street",
                point=Point(CENTRE[0] + east + near[0], CENTRE[1] + north + near[1], srid=4326),
            )
        )
    Complaint.objects.bulk_create(rows)
    return began


def make_watch(began: datetime) -> Watch:
    """A watch that has looked until the busy day began, with what it learnt by then."""
    runner.forget()
    transitions.ensure_watches()
    watch = Watch.objects.get()
    assert learning.learn_anew(watch, now=began)
    runner.look(watch.pk, now=began)
    assert LearntBaseline.objects.get().complaints > 500
    return watch


def look_on(
    watch: Watch, began: datetime, *, until: datetime = NOW, step: timedelta = TICK
) -> None:
    """Look at each tick until a moment."""
    at = began
    while at < until:
        at = min(at + step, until)
        runner.look(watch.pk, now=at)


def groups(watch: Watch) -> list[dict]:
    """What the engine of a watch knows of its spots and candidates, in no particular order."""
    watch.refresh_from_db()
    known = [dict(group) for group in watch.state["fold"]["groups"]]
    for group in known:
        group["members"] = sorted(group["members"])
    return sorted(known, key=lambda group: group["number"])
