"""
What mending a place is worth, so that places can be ranked for investment (pure).

    worth = affected × rate × value × mood × heard × counted

affected  Σ over its spots of the subscribers inside each: who is hit three times counts three times
rate      complaints per subscriber, shrunk, as a multiple of what all places have together
value     mean lifetime value of who complained, shrunk, as a multiple of everybody's mean
mood      1 + (detractors - promoters) / (2 (answers + MOOD_PRIOR)): between ½ and 1½
heard     poor answers per answer to surveys of network quality, shrunk, as a multiple of what all
          places have together; between ½ and 2, as no file outweighs who complained
counted   the same of failures per attempt, by the counters of cells

The unit is a subscriber hit once, in a place where all else is usual. Sources: rate, R. J.
Marshall, Mapping disease and mortality rates using empirical Bayes estimators, Applied
Statistics 40 (1991), the global estimator: a small place with one complaint does not lead the
list. Value, H. Bühlmann, Experience rating and credibility, ASTIN Bulletin 4 (1967): n / (n + k).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

VALUE_PRIOR: Final = 30  # customers whose mean counts as much as everybody's
MOOD_PRIOR: Final = 10  # answers that say nothing, added to those that were given
BOUNDS: Final = (0.5, 2.0)  # of what a file of measurements can do to a place
# A place's band by its share of its region's complaints, as a fraction: P1 from 5 %, …
BANDS: Final = (0.05, 0.02, 0.01)


@dataclass(frozen=True)
class Facts:
    """What was measured of a place; counts, and `ltv` in the currency of the CRM."""

    affected: int
    subscribers: int  # who live there; 0: not known
    complaints: int
    customers: int  # of known value
    ltv: float  # their mean
    promoters: int
    detractors: int
    answered: int
    poor: int = 0  # of `surveyed`
    surveyed: int = 0  # answers to surveys of network quality
    failures: int = 0  # of `attempts`
    attempts: int = 0  # by the counters of cells


@dataclass(frozen=True)
class Worth:
    """The product and its factors; `per_thousand` complaints per 1,000 subscribers, shrunk."""

    worth: float
    rate: float
    value: float
    mood: float
    per_thousand: float | None  # None: nobody is known to live there
    heard: float
    counted: float


def weighed(all_facts: Sequence[Facts]) -> list[Worth]:
    """Return what each place is worth, among all of them."""
    rates = shrunk([(one.complaints, one.subscribers) for one in all_facts])
    customers = sum(one.customers for one in all_facts)
    usual = sum(one.customers * one.ltv for one in all_facts) / customers if customers else 0.0
    told = sum(one.complaints for one in all_facts if one.subscribers)
    living = sum(one.subscribers for one in all_facts)
    mean = told / living if living else 0.0
    heard = _multiples([(one.poor, one.surveyed) for one in all_facts])
    counted = _multiples([(one.failures, one.attempts) for one in all_facts])
    return [
        _weighed(one, rate, mean=mean, usual=usual, heard=poor, counted=failed)
        for one, rate, poor, failed in zip(all_facts, rates, heard, counted, strict=True)
    ]


def _multiples(counted: Sequence[tuple[int, int]]) -> list[float]:
    """Return each shrunk rate as a multiple of the mean, within BOUNDS; 1 where none is known."""
    total = sum(size for _count, size in counted)
    mean = sum(count for count, _size in counted) / total if total else 0.0
    least, most = BOUNDS
    return [
        min(most, max(least, rate / mean)) if rate is not None and mean else 1.0
        for rate in shrunk(counted)
    ]


def shrunk(counted: Sequence[tuple[int, int]]) -> list[float | None]:
    """
    Return each rate, drawn towards the mean of all the more, the fewer it rests on.

    counted  (events, of how many); None comes of a place of nobody
    """
    known = [(count, size) for count, size in counted if size > 0]
    if not known:
        return [None] * len(counted)
    total = sum(size for _count, size in known)
    mean = sum(count for count, _size in known) / total
    spread = sum(size * (count / size - mean) ** 2 for count, size in known) / total
    between = max(0.0, spread - mean * len(known) / total)  # what chance does not explain
    return [_drawn(count, size, mean, between) for count, size in counted]


def band_of(share: float, most_urgent: int | None) -> int:
    """
    Return the priority band that a place gives what is linked to it, 1 … 4.

    share        of its region's complaints, 0 … 1
    most_urgent  band of its most urgent open spot; None: none is open
    """
    by_share = next((band for band, least in enumerate(BANDS, 1) if share >= least), 4)
    return min(by_share, most_urgent or 4)


def _drawn(count: int, size: int, mean: float, between: float) -> float | None:
    if size <= 0:
        return None
    credible = between / (between + mean / size) if between else 0.0
    return mean + credible * (count / size - mean)


def _weighed(
    one: Facts, rate: float | None, *, mean: float, usual: float, heard: float, counted: float
) -> Worth:
    times = rate / mean if rate is not None and mean else 1.0
    trust = one.customers + VALUE_PRIOR
    value = (one.customers * one.ltv + VALUE_PRIOR * usual) / (trust * usual) if usual else 1.0
    mood = 1 + (one.detractors - one.promoters) / (2 * (one.answered + MOOD_PRIOR))
    return Worth(
        worth=one.affected * times * value * mood * heard * counted,
        rate=times,
        value=value,
        mood=mood,
        per_thousand=None if rate is None else 1000 * rate,
        heard=heard,
        counted=counted,
    )
