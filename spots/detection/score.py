"""
How surprising is it that so many customers complained here, so recently?

For a complaint received at T, around its place: of each customer's complaints the latest one
counts, newest first, at t_(1) > t_(2) > …; n of them since t_(n), where μ were to be expected,
known no better than a Gamma distribution of shape A tells. The logarithm of the likelihood
ratio of n against a negative binomial of mean μ and shape A, in decimal digits, is

    S = [n ln(n / μ) - (n + A) ln((n + A) / (μ + A))] / ln 10

the gamma-Poisson scan statistic (Kulldorff 1997, with an uncertain expectation). The score is
the largest S over n, the radii, and the keys: the complaint's own topic, and all topics.
"""

from dataclasses import dataclass, replace

import numpy as np

from spots.detection.arrivals import Floats, Ints
from spots.detection.rules import Rule


@dataclass(frozen=True)
class Score:
    """The most surprising disc around a complaint when it was received."""

    value: float  # decimal digits of odds
    live: float  # the same of the last `live_h` alone
    key: int  # a topic, or the key of all topics
    radius_m: float
    customers: int  # n
    start_h: float  # t_(n)
    expected: float  # μ


@dataclass(frozen=True)
class Present:
    """What there is now in a disc, beside what is usual there."""

    customers: int  # distinct, in the last hours
    expected: float


@dataclass(frozen=True)
class Near:
    """Complaints of a key not farther than the widest radius: columns, the latest first."""

    distance_m: Floats
    occurred_h: Floats
    customer: Ints  # numbered from 0, without gaps worth mentioning
    expected: Floats  # complaints of the key to expect in the region since each


def surprise(n: Floats, mu: Floats, shape: Floats | float) -> Floats:
    """S of the module's text: decimal digits, meant for n > μ > 0."""
    gain = n * np.log(n / mu) - (n + shape) * np.log((n + shape) / (mu + shape))
    return np.asarray(gain / np.log(10))


def score(
    near: Near, *, key: int, share: Floats, shape: Floats, now_h: float, rule: Rule
) -> Score | None:
    """
    Score one key. None: too few customers, or nothing unusual.

    near   what occurred in the last `window_h`, with the complaint itself
    share  of the region's complaints a disc gets, per radius
    shape  A, per radius
    """
    best: Score | None = None
    live, least = 0.0, rule.minimum_customers
    for radius, part, certainty in zip(rule.radii_m, share, shape, strict=True):
        counted = latest_per_customer(near, radius)[least - 1 :]
        if not len(counted):
            continue
        mu = np.maximum(rule.least_expected, part * near.expected[counted])
        n = np.arange(least, least + len(counted), dtype=np.float64)
        unusual = np.flatnonzero(n > rule.least_excess * mu)
        if not len(unusual):
            continue
        start, n, mu = near.occurred_h[counted[unusual]], n[unusual], mu[unusual]
        value = surprise(n, mu, certainty)
        live = max(live, float(value[start >= now_h - rule.live_h].max(initial=0.0)))
        i = int(value.argmax())
        if value[i] > (best.value if best else 0.0):
            best = Score(
                float(value[i]), 0.0, key, radius, int(n[i]), float(start[i]), float(mu[i])
            )
    return best and replace(best, live=live)


def latest_per_customer(near: Near, radius_m: float) -> Ints:
    """Rows of each customer's latest complaint within the radius, the latest first."""
    inside = np.flatnonzero(near.distance_m <= radius_m)
    first = np.full(int(near.customer.max(initial=-1)) + 1, -1)
    # Where a customer comes again, the last one written stays: written backwards, the first.
    first[near.customer[inside[::-1]]] = inside[::-1]
    latest = np.zeros(len(near.customer), dtype=np.bool_)
    latest[first[first >= 0]] = True
    return np.flatnonzero(latest)


def alone(customers: int, part: float, *, whole: Score, rule: Rule) -> float:
    """
    Score some members of an alarm by themselves, as if nothing had been there before them.

    customers  distinct, among them
    part       of what was to be expected since the alarm's start, since the first of them
    """
    mu = max(rule.least_expected, whole.expected * part)
    if customers < rule.reopen_customers or customers <= rule.least_excess * mu:
        return 0.0
    return float(surprise(np.array([float(customers)]), np.array([mu]), rule.alone_shape + mu)[0])
