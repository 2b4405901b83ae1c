"""What answers to surveys of network quality add to a score."""

from dataclasses import replace
from math import log10

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spots.detection.answers import MOST_SHARE, answers, beside, evidence
from spots.detection.arrivals import Arrivals, coordinates
from spots.detection.engine import Engine
from spots.detection.rules import Rule
from spots.detection.score import Score
from tests.spots.detection.world import NOW_H, PLACES, make_arrivals, make_baseline

RULE = Rule(survey_weight=1.0)
FOUND = Score(5.0, 4.0, 2, 300.0, 6, NOW_H - 3.0, 0.2)
NEAR = np.array([[0.0, 0.0], [20.0, 0.0], [40.0, 0.0], [60.0, 0.0]])


def told(poor, *, at=-1.0, known=None, point=None):
    """An answer for each of `poor`, at a place of its own, `at` hours from now."""
    many = len(poor)
    at_h = NOW_H + np.broadcast_to(np.asarray(at, dtype=float), many)
    return answers(
        at_h=at_h,
        known_h=at_h if known is None else np.full(many, NOW_H + known),
        point=NEAR[np.arange(many) % 4] + 80.0 * (np.arange(many)[:, None] // 4)
        if point is None
        else np.broadcast_to(point, (many, 2)),
        poor=np.array(poor, dtype=bool),
    )


def history(poor, good, *, ago=100.0, point=(0.0, 0.0)):
    return told([True] * poor + [False] * good, at=-ago, point=np.array(point))


def both(*several):
    return answers(
        at_h=np.concatenate([one.at_h for one in several]),
        known_h=np.concatenate([one.known_h for one in several]),
        point=np.concatenate([one.point for one in several]),
        poor=np.concatenate([one.poor for one in several]),
    )


def heard(*several, rule=RULE, baseline=None):
    return beside(both(*several), FOUND, PLACES[0], NOW_H, baseline or make_baseline(), rule)


def test_evidence_is_a_likelihood_ratio_and_one_on_average_by_chance():
    assert evidence(3, 4, 0.2) == pytest.approx(3 * log10(0.6 / 0.2) + log10(0.4 / 0.8))
    for usual in (0.01, 0.2, 0.5, MOST_SHARE):
        chance = np.random.default_rng(1).binomial(5, usual, 50_000)
        ratio = np.mean([10 ** evidence(int(poor), 5, usual) for poor in chance])
        assert ratio == pytest.approx(1.0, rel=0.2)


def test_poor_answers_raise_a_score_by_their_weight_and_good_ones_never_lower_it():
    usual = history(20, 80)
    by_hand = (20 + 10 * 21 / 102) / 110

    full = heard(usual, told([1, 1, 1, 0]))

    assert (full.answers, full.poor) == (4, 3)
    assert full.usually_poor == pytest.approx(by_hand)
    assert full.gain == pytest.approx(evidence(3, 4, by_hand))
    assert full.value == FOUND.value + full.gain
    half = heard(usual, told([1, 1, 1, 0]), rule=replace(RULE, survey_weight=0.5))
    assert half.gain == pytest.approx(full.gain / 2)
    assert heard(usual, told([1] * 40)).gain == RULE.survey_most
    assert heard(usual, told([1, 0, 0, 0, 0, 0])).value == FOUND.value
    # What keeps a spot going is complaints alone.
    assert (full.live, full.customers, full.key) == (FOUND.live, FOUND.customers, FOUND.key)


@pytest.mark.parametrize(
    "unheard",
    [
        pytest.param(told([1] * 4, known=0.1), id="known later"),
        pytest.param(told([1] * 4, at=-3.1), id="before the score's start"),
        pytest.param(told([1] * 4, point=[301.0, 0.0]), id="outside its disc"),
        pytest.param(told([1] * 4, point=[np.nan, np.nan]), id="nowhere"),
        pytest.param(told([0] * 4), id="good"),
    ],
)
def test_what_is_not_there_and_then_adds_nothing(unheard):
    assert heard(unheard) == FOUND
    assert heard(told([1] * 4)).gain > 0


def test_a_place_where_answers_are_always_poor_says_less():
    bad_place, bad_elsewhere = history(95, 5), history(95, 5, point=(20_000.0, 0.0))
    good = history(10, 190, point=(40_000.0, 0.0))

    here = heard(bad_place, good, told([1, 1, 1, 1]))
    there = heard(bad_elsewhere, good, told([1, 1, 1, 1]))

    assert here.gain < 0.5 < there.gain


def test_one_coordinate_speaks_once_and_an_attractor_never():
    once = heard(history(20, 80), told([1], at=-0.5, point=[5.0, 5.0]))
    often = heard(
        history(20, 80),
        told([1] * 30, point=[5.0, 5.0]),
        told([1], at=-0.5, point=[5.0, 5.0]),
    )
    nowhere = make_baseline(attractors=np.sort(coordinates(np.array([[5.0, 5.0]]))))

    assert (often.poor, often.gain) == (once.poor, once.gain)
    assert heard(told([1] * 3, point=[5.0, 5.0]), baseline=nowhere) == FOUND


row = st.tuples(st.floats(0, 3), st.booleans(), st.floats(0, 2), st.integers(0, 8))


@settings(max_examples=25, deadline=None)
@given(st.lists(row, max_size=25), st.integers(0, 40))
def test_scores_rest_on_what_was_known_and_no_weight_hears_nothing(rows, cut):
    def stream(many: int) -> Arrivals:
        one = [(0.05 + 0.05 * i, 0.0, i % 2, i, 0) for i in range(40)]
        return make_arrivals(one[:many])

    told_of = both(
        *(
            told([poor], at=after, known=after + later, point=[10.0 * place, 0.0])
            for after, poor, later, place in rows
        ),
        told([1]),
    )

    def scores(rule: Rule, heard_of, many: int = 40):
        engine = Engine(make_baseline(), rule)
        engine.hear(heard_of)
        return engine.arrive(stream(many))

    deaf = Engine(make_baseline(), Rule()).arrive(stream(40))
    assert scores(Rule(), told_of) == deaf
    whole = scores(RULE, told_of)
    assert whole[:cut] == scores(RULE, told_of, cut)
    last_h = 0.05 * cut
    by_then = told_of.at(told_of.known_h <= NOW_H + last_h)
    assert scores(RULE, by_then, cut) == whole[:cut]
    for one, plain in zip(whole, deaf, strict=True):
        # Answers make no score, and take nothing from one.
        assert (one is None) == (plain is None)
        if one is not None and plain is not None:
            assert one.value == plain.value + one.gain
            assert 0 <= one.gain <= RULE.survey_most
