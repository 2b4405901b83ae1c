"""
Answers to a survey of network quality, as evidence beside the complaints of a score.

Of m answers given in the disc of a score since its start, k are poor, where a share q of answers
usually is. Were half of those that are usually good poor too, p = (1 + q) / 2 would be, and the
likelihood ratio of that, in decimal digits, is

    G = [k ln(p / q) + (m - k) ln((1 - p) / (1 - q))] / ln 10

By chance 10^G is 1 on average (it is a likelihood ratio), so w · G with a weight w of at most 1
may be added to a score of which 10^-S is the chance (Ville 1939, as in `afterwards`). Good
answers take nothing away, which costs at most a factor of two, and nobody's answers give more
than `survey_most` digits. How many are asked is no evidence: only what they say is.

Answers never make a score where complaints make none: there is no disc without them.
"""

from dataclasses import dataclass, replace

import numpy as np

from spots.detection.arrivals import Bools, Floats, Ints, coordinates
from spots.detection.baseline import Baseline
from spots.detection.rules import Rule
from spots.detection.score import Score

LEAST_SHARE, MOST_SHARE = 0.01, 0.99  # that is usually poor: no place is better or worse


@dataclass(frozen=True)
class Answers:
    """Columns of one length, made in the order of x: what is near is found in no time."""

    at_h: Floats  # when it was given
    known_h: Floats  # since when it has been known
    point: Floats  # (n, 2) metres
    coordinate: Ints  # equal numbers are one place, to the metre
    poor: Bools

    def __len__(self) -> int:
        return len(self.at_h)

    def at(self, rows: Bools | Ints) -> "Answers":
        """The answers of these rows."""
        return Answers(**{name: column[rows] for name, column in vars(self).items()})


def answers(*, at_h: Floats, known_h: Floats, point: Floats, poor: Bools) -> Answers:
    """Make columns of answers; what is known before it was given is known when it was given."""
    place = np.asarray(point, dtype=np.float64).reshape(-1, 2)
    made = Answers(
        at_h=np.asarray(at_h, dtype=np.float64),
        known_h=np.maximum(known_h, at_h),
        point=place,
        coordinate=coordinates(place),
        poor=np.asarray(poor, dtype=np.bool_),
    )
    return made.at(np.argsort(place[:, 0], kind="stable"))


NONE = answers(
    at_h=np.empty(0), known_h=np.empty(0), point=np.empty((0, 2)), poor=np.empty(0, np.bool_)
)


def beside(
    told: Answers, found: Score, place: Floats, now_h: float, baseline: Baseline, rule: Rule
) -> Score:
    """
    Add to a score what the answers say that were known when it was given.

    told   those of the last `survey_memory_h` at least
    place  (2,) the middle of the score's disc, metres
    """
    reach = max(rule.radii_m)
    remembered = now_h - rule.survey_memory_h
    near = told.at(_square(told.point, place, max(reach, found.radius_m)))
    near = near.at((near.known_h <= now_h) & (near.at_h >= remembered))
    away = np.hypot(*(near.point - place).T)
    here = near.at((near.at_h >= found.start_h) & (away <= found.radius_m))
    here = _latest_of_place(here.at(~baseline.is_attractor(here.coordinate)))
    poor = int(here.poor.sum())
    if not poor:
        return found
    until = now_h - rule.window_h
    earlier = (told.known_h <= now_h) & (told.at_h >= remembered) & (told.at_h < until)
    earlier_here = (near.at_h < until) & (away <= reach)
    usual = _usual(told.poor[earlier], near.poor[earlier_here], rule)
    gain = rule.survey_weight * evidence(poor, len(here), usual)
    gain = min(rule.survey_most, max(0.0, gain))
    return replace(
        found,
        value=found.value + gain,
        answers=len(here),
        poor=poor,
        usually_poor=usual,
        gain=gain,
    )


def _square(point: Floats, place: Floats, half_m: float) -> Ints:
    """Rows in a square: all but a few of a region's answers are left out before they are copied."""
    first = np.searchsorted(point[:, 0], place[0] - half_m, side="left")
    end = np.searchsorted(point[:, 0], place[0] + half_m, side="right")
    rows: Ints = first + np.flatnonzero(np.abs(point[first:end, 1] - place[1]) <= half_m)
    return rows


def evidence(poor: int, asked: int, usual: float) -> float:
    """G of the module's text: decimal digits, below 0 where answers are good."""
    changed = (1 + usual) / 2
    good = (asked - poor) * np.log((1 - changed) / (1 - usual))
    return float((poor * np.log(changed / usual) + good) / np.log(10))


def _usual(everywhere: Bools, near: Bools, rule: Rule) -> float:
    """
    q: the share that was poor before the window, near a place, drawn to that of the region.

    Of no answer at all it is one half: poor answers say little until one knows what is usual.
    """
    region = (everywhere.sum() + 1) / (len(everywhere) + 2)
    share = (near.sum() + rule.survey_prior * region) / (len(near) + rule.survey_prior)
    return float(np.clip(share, LEAST_SHARE, MOST_SHARE))


def _latest_of_place(told: Answers) -> Answers:
    """Of one coordinate the latest answer: who answers again, or all of one pole, count once."""
    order = np.lexsort((told.poor, -told.known_h, -told.at_h))
    _, first = np.unique(told.coordinate[order], return_index=True)
    return told.at(order[first])
