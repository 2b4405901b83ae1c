"""
Which score opens about one false spot in so many weeks.

Chance makes groups of complaints that alarm and come to nothing: near misses. The higher the
score, the fewer: half a unit halves them, so

    R(s) = R(5) · 4^(5 - s)      groups a week whose peak is at least s

R(5) is known from what subscribers tell and from what was counted: a Gamma distribution of
mean RATE_PER_MILLION · millions and shape 3 before anything was seen, then of n near misses of
score 5 or more in so many weeks; its mean is (3 + n) / (3 / prior mean + weeks). Early on the
prior speaks, and after some weeks the place itself.

RATE_PER_MILLION was measured on three simulated streams of a million subscribers and six weeks
each (seeds 11, 21, 31; groups never opened, or opened and false, of peak 5 or more):
29 + 26 + 26 in 18 weeks, 4.5 a week. Of them 58, 3.2 a week, were chance beyond doubt and the
others outages too small to be found, which no living system can tell apart. From score 4 to 5
their number fell by 3.8, from 5 to 6 by 3.2; of those by chance alone by 4.7 and 5.3.
"""

from math import log

from spots.detection.arrivals import Floats

RATE_PER_MILLION = 4.5  # near misses of score 5 or more a week
PRIOR_SHAPE = 3.0
FACTOR = 4.0  # fewer of them for each unit of score
COUNTED_FROM = 5.0  # score: weaker groups are too many, and too near the alarm itself, to tell
LEAST, MOST = 5.0, 20.0  # the scores an answer lies between
LEAST_MILLIONS = 0.01  # where nobody knows the subscribers there are some all the same


def rate_at_5(*, near_misses: Floats, weeks: float, millions: float) -> float:
    """
    Near misses of score 5 or more to expect in a week.

    near_misses  scores of groups that alarmed and came to nothing
    weeks        of history they are from, 0 …
    millions     of subscribers
    """
    prior = RATE_PER_MILLION * max(millions, LEAST_MILLIONS)
    counted = int((near_misses >= COUNTED_FROM).sum())
    return (PRIOR_SHAPE + counted) / (PRIOR_SHAPE / prior + max(weeks, 0.0))


def open_at(
    weeks_per_false_spot: float, *, near_misses: Floats, weeks: float, millions: float
) -> float:
    """
    Score that opens about one false spot in `weeks_per_false_spot` weeks, LEAST … MOST.

    :raises ValueError: if that is no positive number
    """
    if not weeks_per_false_spot > 0:
        raise ValueError("Weeks per false spot have to be more than 0.")
    rate = rate_at_5(near_misses=near_misses, weeks=weeks, millions=millions)
    score = COUNTED_FROM + log(rate * weeks_per_false_spot) / log(FACTOR)
    return min(MOST, max(LEAST, score))


def weeks_between(score: float, *, near_misses: Floats, weeks: float, millions: float) -> float:
    """Weeks from one false spot to the next, on average, where `score` opens them."""
    rate = rate_at_5(near_misses=near_misses, weeks=weeks, millions=millions)
    return float(FACTOR ** (score - COUNTED_FROM) / rate)
