"""
Complaints as detection sees them: columns of one length, in order of reception.

Times are hours since 1970-01-01 00:00 UTC; points are metres east and north in the region's
UTM zone, NaN where the place is not known.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HOUSE, STREET, LOCALITY = 0, 1, 2
PRECISIONS = ("house", "street", "locality")


@dataclass(frozen=True)
class Arrivals:
    """Complaints in order of reception; see `arrivals` for how untidy ones are made tidy."""

    id: Ints
    customer: Ints  # equal numbers are one customer
    occurred_h: Floats
    received_h: Floats
    point: Floats  # (n, 2)
    topic: Ints  # 0, 1, 2 …
    precision: Ints  # HOUSE, STREET or LOCALITY
    coordinate: Ints  # equal numbers are one place, to the metre
    proven: Bools  # whether the sender knows the customer: else anybody may be many

    def __len__(self) -> int:
        return len(self.id)

    def at(self, rows: Ints | Bools | slice) -> "Arrivals":
        """The complaints of these rows."""
        return Arrivals(**{name: column[rows] for name, column in vars(self).items()})

    @property
    def placed(self) -> Bools:
        """Whether the place is known well enough to be scored (attractors aside)."""
        east, north = self.point.T
        known: Bools = np.isfinite(east) & np.isfinite(north)
        return np.asarray(known & (self.precision != LOCALITY))

    @property
    def counted(self) -> Bools:
        """Whether it tells of its place (attractors aside), and its sender is proven."""
        return np.asarray(self.placed & self.proven)


def arrivals(
    *,
    ids: Sequence[int] | Ints,
    customers: Sequence[int | None],
    occurred_h: Floats,
    received_h: Floats,
    point: Floats,
    topic: Ints,
    precision: Ints,
    proven: Bools | None = None,
) -> Arrivals:
    """
    Sort complaints by reception, then id, and tidy them.

    A complaint without a customer is its own customer. One that says to have occurred after
    it was received occurred when it was received. Where `proven` is not told, all are.

    :raises ValueError: if a customer number is negative
    """
    number = np.asarray(ids, dtype=np.int64)
    customer = np.array([-1 if who is None else who for who in customers], dtype=np.int64).reshape(
        -1
    )
    if (customer < -1).any():
        raise ValueError("Customers are numbered from 0.")
    nobody = customer == -1
    customer[nobody] = -2 - number[nobody]
    order = np.lexsort((number, received_h))
    return Arrivals(
        id=number,
        customer=customer,
        occurred_h=np.minimum(occurred_h, received_h),
        received_h=np.asarray(received_h, dtype=np.float64),
        point=np.asarray(point, dtype=np.float64).reshape(-1, 2),
        topic=np.asarray(topic, dtype=np.int64),
        precision=np.asarray(precision, dtype=np.int64),
        coordinate=coordinates(point),
        proven=np.ones(len(number), np.bool_) if proven is None else proven,
    ).at(order)


def coordinates(point: Floats) -> Ints:
    """One number per place, equal for points that round to the same metre; 0 for NaN."""
    metre = np.rint(np.nan_to_num(np.asarray(point, dtype=np.float64).reshape(-1, 2)))
    east, north = metre.astype(np.int64).T
    return np.asarray(east * 2**32 + north)


def distinct_customers(group: Ints, customer: Ints, groups: int) -> Ints:
    """(groups,) distinct customers of each group 0 … groups - 1."""
    pairs = np.unique(customer * groups + group)
    return np.bincount(pairs % groups, minlength=groups)


def hours(moment: datetime) -> float:
    """Hours since the epoch of an aware moment."""
    return moment.timestamp() / 3600


def in_hours(moment: datetime) -> float:
    """Hours since the epoch, to the millisecond: `moment` gives the same moment back."""
    return round(moment.timestamp() * 1000) / 3_600_000


def rounded_up(moment: datetime) -> datetime:
    """The same moment, or the first whole millisecond after it."""
    return moment + timedelta(microseconds=-moment.microsecond % 1000)


def moment(hours_: float) -> datetime:
    """The moment, in UTC and to the millisecond, of hours since the epoch."""
    return datetime.fromtimestamp(round(hours_ * 3_600_000) / 1000, UTC)


def spread_over_day(day_h: float, *, reference: str) -> float:
    """
    A time within the day that begins at `day_h`, for a complaint that only tells its day.

    It follows from the complaint's reference, so that a day's complaints do not seem to come
    all at midnight, and the same complaint always gets the same time.
    """
    return day_h + zlib.crc32(reference.encode()) / 2**32 * 24
