"""A small region for the tests of detection: four places, a level known by heart."""

from dataclasses import replace

import numpy as np

from spots.detection.arrivals import HOUSE, Arrivals, arrivals
from spots.detection.baseline import Baseline
from spots.detection.rules import Learning

NOW_H = 489_984.0  # a Monday, 00:00 UTC
TOPICS = 2
PLACES = np.array([[0.0, 0.0], [200.0, 0.0], [900.0, 0.0], [20_000.0, 0.0]])


def make_baseline(**changed: object) -> Baseline:
    """One complaint an hour per topic; 100 subscribers at each place, 10,000 far away."""
    usual = Baseline(
        rate=np.array([[1.0] * 168, [1.0] * 168, [2.0] * 168]),
        point=np.empty((0, 2)),
        counts=np.empty((0, TOPICS + 1), dtype=np.bool_),
        buildings=np.vstack([PLACES, [[90_000.0, 0.0]]]),
        subscribers=np.array([100, 100, 100, 100, 9_600]),
        attractors=np.empty(0, dtype=np.int64),
        explained=0.05,
        zones=np.array([[0.0, 0.0], [90_000.0, 0.0]]),
        zone_share=np.array([0.1, 0.9]),
        learnt_at_h=NOW_H,
        history_h=8 * 168.0,
        learning=Learning(),
    )
    return replace(usual, **changed)


def make_arrivals(rows: list[tuple[float, float, int, int, int]]) -> Arrivals:
    """Complaints 0, 1, 2 … of (received after NOW_H, delay, place, customer, topic), in order."""
    after, delay, place, customer, topic = zip(*rows, strict=True) if rows else ((),) * 5
    received_h = NOW_H + np.array(after, dtype=np.float64)
    return arrivals(
        ids=range(len(rows)),
        customers=customer,
        occurred_h=received_h - np.array(delay, dtype=np.float64),
        received_h=received_h,
        point=PLACES[np.array(place, dtype=np.int64)] + 3.0 * (np.array(customer)[:, None] % 30),
        topic=np.array(topic, dtype=np.int64),
        precision=np.full(len(rows), HOUSE),
    )
