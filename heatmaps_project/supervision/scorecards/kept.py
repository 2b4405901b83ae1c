"""
What is counted for the points, kept for an hour: the page of each agent asks for all of them.

Of a million conversations of a month it takes twenty seconds of the database and a quarter of a
gigabyte here. Kept by process, and counted by one thread while others wait for it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.cache import cache

from heatmaps_project.desk.together import together
from heatmaps_project.supervision.scorecards.tally import Tally

KEPT_FOR: Final = timedelta(hours=1)
_KEY: Final = "points"

_Counted = dict[int, Tally]


@dataclass(frozen=True)
class _Kept:
    of: datetime  # when most of them were counted
    tallies: _Counted


def kept(
    players: frozenset[int], count: Callable[[Collection[int]], _Counted], *, now: datetime
) -> _Counted:
    """
    Return the counts of those who take part, none older than KEPT_FOR.

    Whoever joins is counted at once, and alone; whoever leaves and comes back costs nothing.

    count  those of some people
    """
    return _of(players, _found(now)) or together(_KEY, lambda: _counted(players, count, now=now))


def _found(now: datetime) -> _Kept | None:
    found: _Kept | None = cache.get(_KEY)
    return found if found and found.of <= now < found.of + KEPT_FOR else None


def _of(players: frozenset[int], found: _Kept | None) -> _Counted | None:
    if found is None or players - found.tallies.keys():
        return None
    return {player: found.tallies[player] for player in players}


def _counted(
    players: frozenset[int], count: Callable[[Collection[int]], _Counted], *, now: datetime
) -> _Counted:
    before = _found(now) or _Kept(now, {})
    missing = players - before.tallies.keys()
    if missing:
        empty = {player: Tally() for player in missing}
        tallies = {**before.tallies, **empty, **count(missing)}
        cache.set(_KEY, _Kept(before.of, tallies), KEPT_FOR.total_seconds())
        return {player: tallies[player] for player in players}
    return {player: before.tallies[player] for player in players}
