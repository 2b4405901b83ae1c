"""
Imports worked off in the background: checked against what is there, applied, undone.

A check that is killed is begun again, from the file; applying and undoing are one transaction,
so a killed one has done nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from complaints.handed_in import running as handed_in
from complaints.handed_in.files import UnusableFileError
from complaints.handed_in.transitions import gather, give_back
from spots.network.imports import reading, transitions
from spots.network.imports.kinds import ADAPTERS
from spots.network.imports.kinds.adapter import Adapter, Body, Context, Refused, Thing
from spots.network.imports.kinds.values import RowError
from spots.network.imports.models import (
    REPAIRED,
    Change,
    Import,
    Mode,
    StagedRow,
    State,
)
from spots.network.imports.reading import Row

CHUNK = 1000
LONGEST_TOLD = 500  # characters of one value that are kept of a refused row


def run_waiting(*, now: datetime) -> int:
    """Work on the import that waits longest, if any, and return how many were brought on."""
    return handed_in.run_waiting(Import, _work, now=now)


def _work(row: Import, now: datetime) -> bool:
    adapter = ADAPTERS[row.kind](Context(row.brand_id, row.made_at, _zone_of(row.by)))
    if row.state == State.UPLOADED:
        return _check(row, adapter, now=now)
    act = transitions.apply if row.state == State.APPLYING else transitions.undo
    done = act(row, adapter, now=now)
    if not done:  # another of the same kind is at it: that is no failed attempt
        give_back(row, attempts=row.attempts - 1)
    return done


def _zone_of(by: Any) -> ZoneInfo:
    return ZoneInfo(getattr(by, "time_zone", "") or settings.TIME_ZONE)


@dataclass
class _Check:
    """A check under way: what was seen so far."""

    row: Import
    adapter: Adapter
    read: int = 0  # rows of the file
    seen: dict[str, int] = field(default_factory=dict)  # key → line
    spared: set[str] = field(default_factory=set)  # keys of refused rows: not to be removed
    counts: Counter[str] = field(default_factory=Counter)

    def told(self, rows: Iterable[Row]) -> Iterator[Thing | Refused]:
        """Yield what the file tells, a bad row as its refusal."""
        for row in rows:
            self.read += 1
            self.bounded(self.read)  # what a file says of its length need not be true
            found = self._taken(row)
            if found is not None:
                yield found
        yield from self.adapter.rest()

    def bounded(self, rows: int) -> None:
        """:raises UnusableFileError: so many rows are too many"""
        if rows > self.adapter.most:
            words = _("The file has more than %(n)d rows: split it.")
            raise UnusableFileError(words % {"n": self.adapter.most})

    def _taken(self, row: Row) -> Thing | Refused | None:
        if row.problem:
            return Refused(row.line, row.problem, row.values)
        try:
            return self.adapter.take(row)
        except RowError as error:
            return Refused(row.line, str(error), row.values, error.key)

    def staged(self, chunk: list[Thing | Refused]) -> list[StagedRow]:
        """Compare a chunk with what is there."""
        things = [one for one in chunk if isinstance(one, Thing)]
        bad = [one for one in chunk if isinstance(one, Refused)]
        fresh: list[Thing] = []
        for one in self.adapter.resolved(things) if things else ():
            if isinstance(one, Refused):
                bad.append(one)
            elif one.key in self.seen:
                words = _("The same stands in line %(n)d already.")
                bad.append(Refused(one.line, words % {"n": self.seen[one.key]}, one.told, one.key))
            else:
                self.seen[one.key] = one.line
                fresh.append(one)
        known = self.adapter.known([one.key for one in fresh])
        self.counts[REPAIRED] += sum(one.repaired for one in fresh)
        self.spared |= {one.key for one in bad if one.key}
        rows = [self._compared(one, known.get(one.key)) for one in fresh]
        rows += [self._refused(one) for one in bad]
        self.counts += Counter(str(row.change) for row in rows)
        return rows

    def _compared(self, thing: Thing, before: Body | None) -> StagedRow:
        change = Change.NEW if before is None else Change.CHANGED
        if before == thing.body:
            return self._row(thing.line, thing.key, Change.UNCHANGED)
        return self._row(thing.line, thing.key, change, before=before, after=thing.body)

    def _refused(self, one: Refused) -> StagedRow:
        told = [[_plain(name)[:100], _plain(value)] for name, value in one.told.items()]
        row = self._row(one.line, _plain(one.key)[:400], Change.REFUSED, told=told)
        row.reason = one.reason[:500]
        return row

    def removed(self, keys: list[str]) -> list[StagedRow]:
        """Return rows for what is there and not in the file."""
        gone = [key for key in keys if key not in self.seen and key not in self.spared]
        rows = [
            self._row(0, key, Change.REMOVED, before=body)
            for key, body in self.adapter.known(gone).items()
        ]
        self.counts += Counter(str(row.change) for row in rows)
        return rows

    def _row(self, line: int, key: str, change: Change, **bodies: Any) -> StagedRow:
        return StagedRow(of=self.row, line=line, key=key, change=change, **bodies)


def _check(row: Import, adapter: Adapter, *, now: datetime) -> bool:
    with reading.scratch() as folder:
        path = Path(folder) / "sent"
        with path.open("wb") as file:
            gather(row, file)
        return _compare(_Check(row, adapter), reading.opened(row.file_name, path), now=now)


def _compare(check: _Check, source: reading.Source, *, now: datetime) -> bool:
    """
    Stage the whole file. False: it was stopped meanwhile.

    :raises UnusableFileError: it has too many rows
    """
    row = check.row
    check.bounded(source.expected)
    if not transitions.begin(row, expected=source.expected):
        return False
    told = check.told(source.rows)
    while chunk := list(islice(told, CHUNK)):
        if not transitions.stage(row, check.staged(chunk), rows=check.read):
            return False
    keys = check.adapter.replaced() if row.mode == Mode.REPLACE and check.seen else iter(())
    while gone := list(islice(keys, CHUNK)):
        if not transitions.stage(row, check.removed(gone), rows=check.read):
            return False
    return transitions.finish(row, counts=check.counts, rows=check.read, now=now)


def _plain(value: Any) -> str:
    """Return a value as a text that the database keeps, not too long."""
    text = str("" if value is None else value)[:LONGEST_TOLD]
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
