"""How customers complain and networks fail in the simulated region: every figure in one place."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Complaints by hour of the day, and by weekday from Monday; only their ratios matter.
BY_HOUR = np.array(
    [
        3,
        2,
        1,
        1,
        1,
        2,
        4,
        7,
        10,
        13,
        15,
        16,
        16,
        16,
        15,
        15,
        16,
        18,
        20,
        21,
        20,
        17,
        12,
        7,
    ]
)
BY_WEEKDAY = np.array([108, 103, 100, 100, 104, 95, 90])


@dataclass(frozen=True)
class Behaviour:
    """
    Shares and chances are between 0 and 1. Ranges are (low, high): log-uniform for the radii of
    outages and bad patches, how long an outage lasts and who complains of it, else uniform.

    The bench's targets were set for a region that behaves like this: another figure here makes
    outages easier or harder to find, and its table no measure of the targets.
    """

    per_subscriber_day: float = 7e-4  # complaints without an outage
    topic_shares: tuple[float, ...] = (0.40, 0.35, 0.25)
    temper_shape: float = 0.5  # Gamma shape of customers' readiness to complain, mean 1
    square_m: float = 2500.0  # side of a square of equal network quality
    square_sigma: float = 0.5  # log spread of complaints between squares
    bad_patches: int = 25  # places where the network is always poor
    bad_patch_m: tuple[float, float] = (300.0, 1500.0)
    bad_patch_times: tuple[float, float] = (3.0, 6.0)
    insistent_per_week_per_million: float = 3.0  # customers who complain again and again in a day
    insistent_times: tuple[int, int] = (6, 15)  # complaints of one of them
    surges_per_week: float = 0.75  # hours in which the whole region complains more
    surge_of_one_topic: float = 0.75  # share of surges: of one topic, else of all
    surge_times: tuple[float, float] = (2.0, 4.0)
    surge_hours: tuple[float, float] = (2.0, 6.0)
    outages_per_week_per_million: float = 10.0
    small_town_share: float = 0.5  # of outages: in a random town, else at a random subscriber
    off_centre: float = 0.3  # from that place to the outage's centre: standard deviation, radii
    radius_m: tuple[float, float] = (100.0, 3000.0)
    edge: float = 0.2  # outer part of the radius in which fewer and fewer are concerned
    lasts_h: tuple[float, float] = (2.0, 72.0)
    complaining: tuple[float, float] = (
        0.002,
        0.06,
    )  # share of the subscribers concerned
    customers: tuple[float, float] = (3.0, 300.0)  # expected complaining in one outage
    occasions: int = 8  # to complain that a customer has in an outage, of which one is taken
    burst_share: float = 0.7  # of these occasions, soon after its onset
    burst_h: float = 2.5  # mean delay within the burst, in a short outage a third of it
    purity: float = 0.75  # of an outage's complaints that are of its topic
    repeat_chance: tuple[float, float] = (
        0.15,
        0.25,
    )  # that one complains again: usual, outage
    repeat_after_h: tuple[float, float] = (24.0, 4.0)  # mean delay: usual, outage
    house_share: float = 0.70  # of complaints placed at the house; the others along the street
    house_error_m: float = 50.0  # of a house's place, the same each time
    street_error_m: float = 150.0
    failure_share: float = 0.05  # placed at the centre of the town instead
    failure_flagged: float = 0.5  # of these, known to be so: precision LOCALITY
    quick_delay_h: float = 5 / 60  # mean, from occurring to being received
    slow_share: float = 0.15
    slow_delay_h: float = 2.0


def activity(hours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Relative number of complaints at these hours since a Monday's midnight; mean 1 a week."""
    whole = hours.astype(np.int64)
    by_hour, by_weekday = BY_HOUR / BY_HOUR.mean(), BY_WEEKDAY / BY_WEEKDAY.mean()
    share: NDArray[np.float64] = by_hour[whole % 24] * by_weekday[whole // 24 % 7]
    return share
