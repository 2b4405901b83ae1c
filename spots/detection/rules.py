"""Every parameter of detection, with its unit."""

from dataclasses import dataclass
from typing import Literal

DAY_H = 24.0
WEEK_H = 168.0

# A score is kept per topic 0, 1, 2 … and for all topics pooled, which is the last key.
Detector = Literal["surprise", "dbscan"]


@dataclass(frozen=True)
class Rule:
    """
    How complaints become spots.

    Scores are decimal logarithms of odds: 7 is about one in ten million by chance.
    """

    detector: Detector = "surprise"

    # Score of one complaint on its arrival
    radii_m: tuple[float, ...] = (300.0, 1000.0, 3000.0)
    window_h: float = 72.0  # complaints that occurred earlier count no more
    live_h: float = 12.0  # the live score looks back only so far
    minimum_customers: int = 4  # distinct, before anything is scored
    minimum_places: int = 3  # coordinates an alarm stands on, before it may open a spot
    least_expected: float = 0.02  # customers: no place is taken to be quieter
    least_excess: float = 1.5  # customers per expected customer, else nothing is unusual
    most_of_place: int = 1000  # complaints of one coordinate that count, the last received
    most_near: int = 4000  # complaints around one that count, the last received

    # Answers to surveys of network quality, beside the complaints of a score
    survey_weight: float = 0.0  # of what they say, at most 1; 0: they are not heard
    survey_most: float = 2.0  # decimal digits they may add
    survey_prior: float = 10.0  # answers that what is usual in the region counts for at a place
    survey_memory_h: float = 8 * WEEK_H + 72.0  # from these one knows what is usual

    # Identities
    alarm_at: float = 4.0  # score from which a complaint is an alarm
    open_at: float = 7.0  # score of an alarm that opens a spot
    learning_margin: float = 1.0  # added to `open_at` while the baseline is still learning
    live_at: float = 2.0  # live score an alarm needs to keep a spot active
    hold_share: float = 0.34  # of an alarm's members held by spots, to be theirs
    echo_share: float = 0.5  # of the spot's peak: a weaker and wider alarm is an echo
    merge_share: float = 0.5  # of a spot's members in another's alarm, to be one
    dormant_h: float = 8.0  # after the last extending alarm
    forget_h: float = 96.0  # after the last extending alarm
    reopen_at: float = 4.0  # score of the members nobody owns
    reopen_customers: int = 3
    alone_shape: float = 3.0  # Gamma shape of that score, and μ more

    # The simple rule: DBSCAN per topic
    eps_m: float = 600.0
    minimum: int = 10  # complaints within eps_m, itself included
    simple_window_h: float = 24.0
    simple_every_h: float = 0.25  # the grid of times on which it looks


@dataclass(frozen=True)
class Learning:
    """How a region's usual level is learnt."""

    guard_h: float = 72.0  # the newest history is left out: an outage may still be in it
    most_h: float = 8 * WEEK_H
    enough_h: float = 4 * WEEK_H  # with less the baseline is "learning", and needs no guard
    least_h: float = 24.0  # with less nothing opens
    same_customer_h: float = 24.0  # one customer's next complaint counts after so long
    trim: float = 0.05  # of the days, at each end, left out of an hour's mean
    prior_shape: float = 3.0  # Gamma shape of what subscribers tell about a disc
    prior_subscribers: float = 3.0  # added to every disc
    model_error: float = 0.02  # squared relative error the share always keeps

    # Attractors
    attractor_customers: int = 5  # distinct, at one coordinate
    attractor_times: float = 6.0  # more than the largest building near explains
    attractor_m: float = 150.0  # how near
    attractor_floor: float = 0.3  # customers any building explains

    # Surge
    zones: int = 24
    bin_h: float = 0.25
    surge_h: float = 1.0  # how far a bin looks back
    surge_rounds: int = 3
    surge_clip: float = 2.5  # standard deviations a zone may add
    surge_at: float = 4.0  # standard deviations from which a surge is believed
