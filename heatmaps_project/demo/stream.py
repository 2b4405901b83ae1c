"""
A seeded stream of complaints about a mobile network, with the outages behind them.

It feeds the demo region and the detection bench. The caller brings the houses; everything
else follows from `Behaviour` and the seed: the same arguments give the same arrays.

    houses = Houses(lon=..., lat=..., subscribers=..., town=...)
    stream = generate(houses, weeks=8, seed=1)
    stream.complaints.customer, stream.complaints.occurred_h, ...  # columns of one length
    stream.outages[0].began_h, ...

Times are hours after a Monday, 00:00, of the caller's choosing. `complaints.customer` counts
through the houses, see `Houses.first`; `houses.of_customer[customer]` is where one lives.
"""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from heatmaps_project.demo.behaviour import Behaviour, activity
from heatmaps_project.demo.houses import Houses
from heatmaps_project.demo.records import (
    HOUSE,
    LOCALITY,
    NONE,
    STREET,
    Complaints,
    Floats,
    Outage,
    Stream,
)


def generate(
    houses: Houses,
    *,
    weeks: int,
    seed: int,
    behaviour: Behaviour | None = None,
    outages: Sequence[Outage] | None = None,
) -> Stream:
    """
    Simulate the complaints received from these houses during `weeks`.

    `outages` are the faults to play; None draws them at the rate of `behaviour`.
    """
    region = _Region(houses, behaviour or Behaviour(), weeks * 168.0, np.random.default_rng(seed))
    faults = region.draw_outages() if outages is None else tuple(outages)
    told = [region.background(), region.insistent()]
    told += [region.from_outage(outage, number) for number, outage in enumerate(faults)]
    return Stream(region.placed(region.with_repeats(np.concatenate(told, axis=1))), faults)


class _Region:
    """The steps of `generate`; between them a complaint is a column (hour, who, topic, outage)."""

    def __init__(self, houses: Houses, behaviour: Behaviour, end_h: float, rng: Generator) -> None:
        self.houses, self.does, self.end_h, self.rng = houses, behaviour, end_h, rng
        shape = behaviour.temper_shape
        self.temper = rng.gamma(shape, 1 / shape, houses.first[-1]) + 1e-3

    def background(self) -> Floats:
        """Complaints with nothing in common: more by day, more where the network is poor."""
        rng, does, hour = self.rng, self.does, np.arange(self.end_h)
        a_day = self.houses.first[-1] * does.per_subscriber_day
        expected = a_day / 24 * activity(hour)[:, None] * np.asarray(does.topic_shares)
        for _ in range(rng.poisson(does.surges_per_week * self.end_h / 168)):
            begins = rng.uniform(0, self.end_h)
            ends = begins + rng.uniform(*does.surge_hours)
            topics = np.arange(expected.shape[1])
            if rng.uniform() < does.surge_of_one_topic:
                topics = rng.choice(topics, 1)
            during = np.flatnonzero((hour >= begins) & (hour < ends))
            expected[np.ix_(during, topics)] *= rng.uniform(*does.surge_times)
        count = rng.poisson(expected)
        topic = np.repeat(np.tile(np.arange(count.shape[1]), len(hour)), count.ravel())
        when = np.repeat(hour, count.sum(axis=1)) + rng.uniform(size=len(topic))
        weight = np.cumsum(self.temper * self._nuisance()[self.houses.of_customer])
        who = np.searchsorted(weight, rng.uniform(0, weight[-1], len(topic)))
        return np.stack([when, who, topic, np.full(len(topic), NONE)]).astype(np.float64)

    def insistent(self) -> Floats:
        """Customers who complain of one thing many times within a day: no outage is behind it."""
        rng, does, customers = self.rng, self.does, self.houses.first[-1]
        rate = does.insistent_per_week_per_million * customers / 1e6
        many = rng.poisson(rate * self.end_h / 168)
        begins, who = rng.uniform(0, self.end_h, many), rng.integers(0, customers, many)
        topic = rng.choice(len(does.topic_shares), many, p=does.topic_shares)
        each = np.repeat(
            np.stack([begins, who, topic]), rng.integers(*does.insistent_times, many), 1
        )
        each[0] += rng.uniform(0, 24, each.shape[1])
        return np.vstack([each, np.full(each.shape[1], NONE)])

    def _nuisance(self) -> Floats:
        """How many times the usual each house complains: 1 on average, but for bad patches."""
        rng, does = self.rng, self.does
        squares = np.floor(self.houses.metres / does.square_m)
        _, number = np.unique(squares, axis=0, return_inverse=True)
        usual = rng.lognormal(-(does.square_sigma**2) / 2, does.square_sigma, len(number))
        level = usual[number.ravel()]
        for centre in rng.integers(0, len(level), does.bad_patches):
            radius_m = self._log_uniform(does.bad_patch_m)
            near = self._distance(self.houses.metres[centre]) < radius_m
            level[near] *= rng.uniform(*does.bad_patch_times)
        return np.minimum(level, 8.0)

    def draw_outages(self) -> tuple[Outage, ...]:
        """Outages around random subscribers and, for a share, in random towns however small."""
        rng, does, houses = self.rng, self.does, self.houses
        millions, weeks = houses.first[-1] / 1e6, self.end_h / 168
        wanted = rng.poisson(does.outages_per_week_per_million * millions * weeks)
        drawn: list[Outage] = []
        for _ in range(200 * wanted):  # a small region refuses many draws, but must come to an end
            if len(drawn) == wanted:
                break
            house = houses.of_customer[rng.integers(houses.first[-1])]
            if rng.uniform() < does.small_town_share:
                house = rng.choice(
                    np.flatnonzero(houses.town == rng.integers(houses.town.max() + 1))
                )
            radius, share = self._log_uniform(does.radius_m), self._log_uniform(does.complaining)
            centre = houses.metres[house] + rng.normal(0, does.off_centre * radius, 2)
            concerned = (houses.subscribers * self._concerned(centre, radius)).sum()
            if does.customers[0] <= concerned * share <= does.customers[1]:
                lon, lat = houses.degrees(centre[None])[0].tolist()
                began, lasts = rng.uniform(0, self.end_h), self._log_uniform(does.lasts_h)
                topic = int(rng.choice(len(does.topic_shares), p=does.topic_shares))
                drawn.append(Outage(lon, lat, radius, began, lasts, topic, share))
        return tuple(drawn)

    def from_outage(self, outage: Outage, number: int) -> Floats:
        """Complaints of one outage, each by another customer it concerns."""
        rng, does, houses = self.rng, self.does, self.houses
        part = self._concerned(houses.metres_of(outage.lon, outage.lat), outage.radius_m)
        house = np.flatnonzero(part)
        ranges = [np.arange(houses.first[i], houses.first[i + 1]) for i in house]
        concerned = np.concatenate([np.empty(0, np.int64), *ranges])
        part = np.repeat(part[house], houses.subscribers[house])
        count = min(rng.poisson(part.sum() * outage.complaining), len(concerned) // 2)
        if count == 0:
            return np.empty((4, 0))
        chance = self.temper[concerned] * part
        who = rng.choice(concerned, count, replace=False, p=chance / chance.sum())
        when = self._moments(outage, count)
        other = rng.choice(len(does.topic_shares), count, p=does.topic_shares)
        topic = np.where(rng.uniform(size=count) < does.purity, outage.topic, other)
        return np.stack([when, who, topic, np.full(count, number)]).astype(np.float64)

    def _moments(self, outage: Outage, count: int) -> Floats:
        """
        Hours at which so many customers complain: a burst after the onset, then until the end.

        Each has some occasions to, and takes one as people are active then: fewer by night.
        """
        rng, does, many = self.rng, self.does, (count, self.does.occasions)
        soon = rng.exponential(min(does.burst_h, outage.lasts_h / 3), many)
        ever = rng.uniform(0, outage.lasts_h, many)
        hour = outage.began_h + np.where(rng.uniform(size=many) < does.burst_share, soon, ever)
        # Of exponential delays at such rates the least is each one's in proportion to its rate.
        taken = (rng.exponential(size=many) / activity(hour)).argmin(axis=1)
        moments: Floats = hour[np.arange(count), taken]
        return moments

    def with_repeats(self, rows: Floats) -> Floats:
        """Add the customers who complain of the same again, some of them several times."""
        every = [rows]
        while rows.shape[1]:
            of_outage = (rows[3] != NONE).astype(np.int64)
            again = self.rng.uniform(size=len(of_outage)) < np.take(
                self.does.repeat_chance, of_outage
            )
            rows, of_outage = rows[:, again].copy(), of_outage[again]
            rows[0] += self.rng.exponential(np.take(self.does.repeat_after_h, of_outage))
            every.append(rows)
        return np.concatenate(every, axis=1)

    def placed(self, rows: Floats) -> Complaints:
        """Geocode, delay and sort; what is received after the end has not arrived yet."""
        rng, does, houses = self.rng, self.does, self.houses
        occurred, (customer, topic, outage) = rows[0], rows[1:].astype(np.int64)
        house, many = houses.of_customer[customer], len(customer)
        registry = houses.metres + rng.normal(0, does.house_error_m, houses.metres.shape)
        street = houses.metres[house] + rng.normal(0, does.street_error_m, (many, 2))
        precision = np.where(rng.uniform(size=many) < does.house_share, HOUSE, STREET)
        point = np.where((precision == HOUSE)[:, None], registry[house], street)
        failed = rng.uniform(size=many) < does.failure_share
        point[failed] = houses.town_metres[house[failed]]
        precision[failed & (rng.uniform(size=many) < does.failure_flagged)] = LOCALITY
        slow = rng.uniform(size=many) < does.slow_share
        received = occurred + rng.exponential(np.where(slow, does.slow_delay_h, does.quick_delay_h))
        order = np.argsort(received, kind="stable")
        order = order[received[order] < self.end_h]
        columns = (
            customer,
            occurred,
            received,
            *houses.degrees(point).T,
            precision,
            topic,
            outage,
            failed,
        )
        return Complaints(*(column[order] for column in columns))

    def _concerned(self, centre: Floats, radius_m: float) -> Floats:
        """Share of each house's subscribers an outage concerns: all, fewer at its edge, none."""
        edge_m = max(self.does.edge * radius_m, 1.0)
        return np.clip((radius_m - self._distance(centre)) / edge_m, 0.0, 1.0)

    def _distance(self, point: Floats) -> Floats:
        """Metres from each house to a point of the plane."""
        distance: Floats = np.hypot(*(self.houses.metres - point).T)
        return distance

    def _log_uniform(self, bounds: tuple[float, float]) -> float:
        return float(np.exp(self.rng.uniform(*np.log(bounds))))
