"""How many agents a load takes: against tables, and what holds of every load."""

from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatmaps_project.supervision.staffing.erlang import Target, erlangs, staffed

EIGHTY = Target(0.8, 20)


def answered(load: float, agents: int, *, handle_s: float, within_s: float) -> float:
    """Erlang C as textbooks write it, with sums of factorials."""
    last = load**agents / factorial(agents) * agents / (agents - load)
    waits = last / (sum(load**n / factorial(n) for n in range(agents)) + last)
    return 1 - waits * exp(-(agents - load) * within_s / handle_s)


@pytest.mark.parametrize(
    ("calls", "handle_s", "agents"),
    [
        pytest.param(0, 180, 0, id="no calls, nobody"),
        pytest.param(1, 180, 1, id="one call"),
        pytest.param(100, 180, 14, id="10 erlangs"),  # as published calculators say
        pytest.param(1000, 180, 107, id="100 erlangs"),
    ],
)
def test_so_many_agents_answer_four_of_five_within_twenty_seconds(calls, handle_s, agents):
    load = erlangs(calls, handle_s=handle_s, seconds=1800)

    assert staffed(load, handle_s=handle_s, target=EIGHTY).agents == agents


@given(
    load=st.floats(0.01, 60),
    handle_s=st.floats(30, 900),
    share=st.floats(0.5, 0.99),
    within_s=st.floats(1, 300),
)
def test_they_meet_the_target_and_one_fewer_would_not(load, handle_s, share, within_s):
    found = staffed(load, handle_s=handle_s, target=Target(share, within_s))
    check = {"handle_s": handle_s, "within_s": within_s}

    assert found.answered == pytest.approx(answered(load, found.agents, **check), abs=1e-6)
    assert found.answered >= share
    assert found.busy == pytest.approx(load / found.agents)
    if found.agents - 1 > load:
        assert answered(load, found.agents - 1, **check) < share + 1e-6


def test_a_load_of_thousands_is_no_trouble():
    found = staffed(20_000, handle_s=240, target=EIGHTY)

    assert 20_000 < found.agents < 20_200
