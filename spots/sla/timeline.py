"""
Opening hours laid out on the line of time: how much of a stretch of UTC is worked.

A moment is open when the local clock, read at that moment, is inside a worked span. So each
stretch of UTC with one offset is laid out by itself: an hour that repeats is met twice,
one that is skipped is never met.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from spots.sla.hours import Hours
from spots.sla.instants import DAY, SECOND, instant

_BLOCK = 64 * DAY

# A local date must exist for what is asked of a zone: a day away from either end of time.
_FIRST = instant(datetime.min.replace(tzinfo=UTC)) + DAY
_LAST = instant(datetime.max.replace(tzinfo=UTC)) - DAY


@dataclass(frozen=True)
class _Block:
    """Worked spans in order, with the working time before each, for search by halving."""

    opens: tuple[int, ...]  # instants
    closes: tuple[int, ...]  # instants
    before: tuple[int, ...]  # microseconds worked from the block's beginning to each opening
    total: int  # microseconds worked in the whole block

    def worked_until(self, at: int) -> int:
        """Return the microseconds worked from the block's beginning to the instant `at`."""
        last = bisect_right(self.opens, at) - 1
        if last < 0:
            return 0
        return self.before[last] + min(at, self.closes[last]) - self.opens[last]

    def used_up(self, amount: int) -> int:
        """Return the first instant with `amount` worked, 0 < amount ≤ total."""
        # At exactly a closing this finds the span that closes, not the one that opens next.
        last = bisect_left(self.before, amount) - 1
        return self.opens[last] + amount - self.before[last]


class Timeline:
    """
    The working time of one place, in instants and microseconds.

    It is laid out in blocks when first asked for and kept. What is kept follows from the
    zone and the hours alone, so threads may share a timeline: at worst two do the same work.
    """

    def __init__(self, *, zone: ZoneInfo, hours: Hours) -> None:
        self._zone = zone
        self._hours = hours
        self._blocks: dict[int, _Block] = {}

    def worked(self, begin: int, end: int) -> int:
        """Return the microseconds worked in [begin, end), begin ≤ end."""
        first, last = begin // _BLOCK, end // _BLOCK
        whole = sum(self._block(number).total for number in range(first, last))
        return whole + self._block(last).worked_until(end) - self._block(first).worked_until(begin)

    def spend(self, amount: int, begin: int, end: int) -> tuple[int, int]:
        """
        Spend `amount` > 0 microseconds of the working time in [begin, end).

        Return what is left of it, and the instant at which nothing was, or else `end`.
        """
        first, last = begin // _BLOCK, end // _BLOCK
        amount += self._block(first).worked_until(begin)
        for number in range(first, last + 1):
            block = self._block(number)
            available = block.total if number < last else block.worked_until(end)
            if amount <= available:
                return 0, block.used_up(amount)
            amount -= available
        return amount, end

    def _block(self, number: int) -> _Block:
        block = self._blocks.get(number)
        if block is None:
            begin = number * _BLOCK
            block = self._blocks[number] = self._lay_out(begin, begin + _BLOCK)
        return block

    def _lay_out(self, begin: int, end: int) -> _Block:
        spans = list(self._spans(begin, end))
        *before, total = accumulate((closes - opens for opens, closes in spans), initial=0)
        return _Block(
            opens=tuple(opens for opens, _ in spans),
            closes=tuple(closes for _, closes in spans),
            before=tuple(before),
            total=total,
        )

    def _spans(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the worked spans in [begin, end) as instants, in order."""
        for since, until, offset in self._offsets(begin, end):
            for day in range((since + offset) // DAY, (until + offset - 1) // DAY + 1):
                midnight = day * DAY - offset
                for opens, closes in self._hours.on(day):
                    opening = max(midnight + opens, since)
                    closing = min(midnight + closes, until)
                    if opening < closing:
                        yield opening, closing

    def _offsets(self, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
        """
        Yield the stretches of [begin, end), whole days, with one offset from UTC, and it.

        A zone does not tell its changes, so they are found by asking once a day and halving.
        None is missed: in the whole tz database no two of a zone are within three days.
        """
        since, offset = begin, self._offset(begin)
        for today in range(begin, end, DAY):
            became = self._offset(today + DAY)
            if became != offset:
                change = self._change(today, became)
                yield since, change, offset
                since, offset = change, became
        yield since, end, offset

    def _change(self, today: int, became: int) -> int:
        """Return the instant within the day after `today` at which the offset `became`."""
        seconds = range(today, today + DAY + SECOND, SECOND)
        return seconds[bisect_left(seconds, 1, key=lambda at: int(self._offset(at) == became))]

    def _offset(self, at: int) -> int:
        """Return how far the local clock is ahead of UTC at the instant `at`, microseconds."""
        moment = datetime.fromtimestamp(min(max(at, _FIRST), _LAST) // SECOND, self._zone)
        ahead = moment.utcoffset() or timedelta()  # a ZoneInfo always has one
        return ahead // timedelta.resolution
