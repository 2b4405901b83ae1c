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

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spots.detection.arrivals import Bools, Floats, Ints
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
    # What answers to surveys add to the value, see `answers`
    answers: int = 0
    poor: int = 0  # of them
    usually_poor: float = 0.0  # share of answers
    gain: float = 0.0


@dataclass(frozen=True)
class Present:
    """What there is now in a disc, beside what is usual there."""

    customers: int  # distinct, in the last hours
    expected: float


@dataclass(frozen=True)
class Near:
    """Complaints not farther than the widest radius, the latest first, by several keys."""

    distance_m: Floats  # (n,)
    occurred_h: Floats  # (n,)
    customer: Ints  # (n,) equal numbers are one customer
    counts: Bools  # (keys, n) whether a complaint is one of the key
    expected: Floats  # (keys, n) complaints of the key to expect in the region since each


def surprise(n: Floats, mu: Floats, shape: Floats | float) -> Floats:
    """S of the module's text: decimal digits, meant for n > μ > 0."""
    gain = n * np.log(n / mu) - (n + shape) * np.log((n + shape) / (mu + shape))
    return np.asarray(gain / np.log(10))


def score(
    near: Near, *, keys: Sequence[int], share: Floats, shape: Floats, now_h: float, rule: Rule
) -> Score | None:
    """
    Score all discs around a complaint under all keys at once. None: nothing is unusual.

    near   what occurred in the last `window_h`, with the complaint itself
    share  (keys, radii) of the region's complaints of the key that a disc gets
    shape  (keys, radii) A
    """
    inside = near.counts[:, None] & (near.distance_m <= np.array(rule.radii_m)[:, None])
    latest = latest_per_customer(near.customer, inside)
    n = latest.cumsum(axis=-1)
    mu = np.maximum(rule.least_expected, share[:, :, None] * near.expected[:, None])
    unusual = latest & (n >= rule.minimum_customers) & (n > rule.least_excess * mu)
    key, radius, row = np.nonzero(unusual)
    if not len(row):
        return None
    n, mu, start_h = n[unusual].astype(np.float64), mu[unusual], near.occurred_h[row]
    value = surprise(n, mu, shape[key, radius])
    i = int(value.argmax())
    return Score(
        value=float(value[i]),
        live=float(value[start_h >= now_h - rule.live_h].max(initial=0.0)),
        key=keys[key[i]],
        radius_m=rule.radii_m[radius[i]],
        customers=int(n[i]),
        start_h=float(start_h[i]),
        expected=float(mu[i]),
    )


def latest_per_customer(customer: Ints, inside: Bools) -> Bools:
    """
    Mark each customer's first complaint inside, in each of many discs.

    customer  (n,) the latest first
    inside    (…, n) which of them are inside; so is what is returned
    """
    order = customer.argsort(kind="stable")
    ranked = customer[order]
    same = ranked[1:] == ranked[:-1]
    if not same.any():
        return inside  # nobody comes twice
    again = np.concatenate([same, [False]])
    again[1:] |= same  # complaints of those who do; only they need a closer look
    order, ranked = order[again], ranked[again]
    begins = np.concatenate([[True], ranked[1:] != ranked[:-1]])
    found = inside[..., order]
    seen = found.cumsum(axis=-1)
    before = (seen - found)[..., begins][..., begins.cumsum() - 1]  # of earlier customers
    latest = inside.copy()
    latest[..., order] = found & (seen == before + 1)
    return latest


def alone(customers: int, part: float, *, whole: Score, rule: Rule) -> float:
    """
    Score some members of an alarm by themselves, as if nothing had been there before them.

    customers  distinct, among them
    part       of what was to be expected since the alarm's start, since the first of them
    """
    return by_itself(customers, whole.expected * part, rule=rule)


def by_itself(customers: int, expected: float, *, rule: Rule) -> float:
    """Score so many distinct customers where so many were to be expected; 0: nothing unusual."""
    mu = max(rule.least_expected, expected)
    if customers < rule.reopen_customers or customers <= rule.least_excess * mu:
        return 0.0
    return float(surprise(np.array([float(customers)]), np.array([mu]), rule.alone_shape + mu)[0])
