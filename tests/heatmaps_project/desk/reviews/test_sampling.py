"""Which conversations are drawn: the risky ones more often, the same ones from the same seed."""

from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatmaps_project.desk.reviews.sampling import WEIGHTS, Risk, drawn, weight


@dataclass(frozen=True)
class Row:
    name: str
    risks: tuple[Risk, ...] = ()


@given(
    risks=st.lists(st.lists(st.sampled_from(Risk), max_size=3), max_size=30),
    size=st.integers(0, 40),
    seed=st.integers(0, 2**62),
)
def test_the_same_seed_draws_the_same_whatever_the_order(risks, size, seed):
    rows = [Row(f"call {n}", tuple(found)) for n, found in enumerate(risks)]
    mixed = rows.copy()
    Random(seed).shuffle(mixed)

    first = drawn(rows, size=size, seed=seed)

    assert drawn(mixed, size=size, seed=seed) == first
    assert len(first) == min(size, len(rows)) == len({row.name for row in first})
    fewer = [row for row in rows if row not in first[1:]]
    if first:  # others do not move it
        assert drawn(fewer, size=1, seed=seed) == first[:1]


def test_risk_weighs_as_it_is_said_to():
    risky = [Row(f"risky {n}", (Risk.LOW_RATING,)) for n in range(1000)]
    plain = [Row(f"plain {n}") for n in range(7000)]

    shares = [
        sum(bool(row.risks) for row in drawn([*risky, *plain], size=200, seed=seed)) / 200
        for seed in range(10)
    ]

    # 1000 × 7 against 7000 × 1: half and half, less what is used up of the risky ones
    assert sum(shares) / 10 == pytest.approx(0.5, abs=0.05)
    assert weight(()) == 1
    assert weight(tuple(Risk)) == 1 + sum(WEIGHTS.values())
    assert len({tuple(drawn(plain, size=5, seed=seed)) for seed in range(9)}) == 9
