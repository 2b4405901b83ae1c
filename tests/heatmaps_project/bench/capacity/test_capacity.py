"""The bench of capacity: when what is due, and the rule that follows from what each costs."""

import itertools
from collections import Counter

import pytest

from heatmaps_project.bench.capacity.driving import Answer, Played, moments
from heatmaps_project.bench.capacity.load import Kind
from heatmaps_project.bench.capacity.report import cores, errors, rule, table

SINGLE, BATCH = "complaint by itself", "batch of 100 complaints"


def kind(name: str, a_second: float) -> Kind:
    return Kind(name, a_second, lambda _session: 200)


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_each_kind_is_due_as_often_as_its_share_says_and_evenly(share):
    often, seldom = kind("often", 40.0), kind("seldom", 2.0)

    due = list(moments([often, seldom], share=share, seconds=30.0))

    many = Counter(one.name for _at, one in due)
    assert many["often"] == pytest.approx(1200 * share, abs=1)
    assert many["seldom"] == pytest.approx(60 * share, abs=1)
    assert all(0 < at < 30 for at, _one in due)
    at = [at for at, one in due if one is often]
    gaps = {round(after - before, 9) for before, after in itertools.pairwise(at)}
    assert gaps == {round(1 / 40 / share, 9)}


def test_errors_and_what_had_no_turn_are_told_beside_what_was_carried():
    answers = [Answer("page", 200, 100.0)] * 3 + [Answer("page", 503, 5.0), Answer("page", 0, 9.0)]
    played = Played(0.5, 2.0, {"page": 8}, answers, 1.5)

    assert errors(played) == 2
    told = table([played], {"page": 12.0})
    assert "| page | 12.0 | 3 of 8, 0.10 / 0.10 / 0.10 |" in told
    assert "2/s, 2 errors, 1.5 cores" in told


def test_cores_follow_from_rates_and_costs():
    kinds = [kind("page", 7.0), kind(SINGLE, 1.0), kind(BATCH, 1.0)]
    alone = {"page": 60.0, SINGLE: 18.0, BATCH: 162.0}

    assert cores(kinds, alone) == pytest.approx(1.0)  # 0.6 of a core's time, and 0.6 busy
    # 420 ms a second of 700 people; 18 ms and 1.62 ms of each complaint, 1,000 an hour.
    assert "1.0 for 1,000 staff" in rule(kinds, alone)
    assert "0.0083 for 1,000 complaints an hour one by one, and 0.00075 in batches" in rule(
        kinds, alone
    )
