"""Files of numbers: our own, and the public numbering plan (pure)."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

from complaints.csv_lines import (
    Fault,
    FaultyCellError,
    FaultyLinesError,
    Line,
    UnreadableFileError,
    each_once,
    lines_of,
)
from complaints.customers.phones import e164

MOST_OWN: Final = 20_000
MOST_RANGES: Final = 100_000
KINDS: Final = frozenset({"employee", "test"})
# Columns as the regulator's own file calls them, and as others do.
_CODE, _FIRST, _LAST = ("авс/ def", "code"), ("от", "from"), ("до", "to")
_REGION, _ZONE = ("регион", "region"), ("zone", "time_zone")
_WHOLE: Final = ("российская федерация",)  # numbers of the whole country say nothing of a place


@dataclass(frozen=True)
class OwnLine:
    phone: str  # E.164
    kind: str
    note: str


@dataclass(frozen=True)
class RangeLine:
    line: int
    first: int  # digits of E.164
    last: int
    zone: str
    region: str


def own_numbers_of(content: bytes, *, region: str) -> list[OwnLine]:
    """
    Return the numbers of a file with the columns phone, and if wanted kind and note.

    region  of phones without a country code: "RU"

    :raises UnreadableFileError: it is none with this column
    :raises FaultyLinesError: a line is no number, is of no such kind, or stands there twice
    """
    lines = lines_of(content, ("phone",), most=MOST_OWN)
    return [*each_once(lines, lambda line: _own(line, region)).values()]


def _own(line: Line, region: str) -> tuple[str, OwnLine]:
    phone = e164(line.cells["phone"], region=region)
    kind = line.cells.get("kind", "").lower() or "employee"
    if not phone:
        raise FaultyCellError("phone")
    if kind not in KINDS:
        raise FaultyCellError("kind")
    return phone, OwnLine(phone, kind, line.cells.get("note", "")[:100])


def ranges_of(content: bytes, *, country: int, zone_in: Callable[[str], str]) -> list[RangeLine]:
    """
    Return the ranges of a file in the form of the public numbering plan, by rising number.

    Columns code (of three digits), from and to (seven), and region or zone; without a code, from
    and to are whole numbers. Those of no one region are left out.

    country  calling code, 7
    zone_in  the zone of a region's name; "": it is not known

    :raises UnreadableFileError: it is none with these columns
    :raises FaultyLinesError: a line is no range, of no known region or zone, or overlaps another
    """
    found: list[RangeLine] = []
    faults: list[Fault] = []
    for line in lines_of(content, (), most=MOST_RANGES):
        try:
            found.extend(_range(line, country=country, zone_in=zone_in))
        except FaultyCellError as fault:
            faults.append(Fault(line.number, str(fault)))
    if not found and not faults:
        raise UnreadableFileError("ranges")
    found.sort(key=lambda one: one.first)
    faults += [
        Fault(after.line, "overlaps")
        for before, after in pairwise(found)
        if after.first <= before.last
    ]
    if faults:
        raise FaultyLinesError(sorted(faults, key=lambda fault: fault.line))
    return found


def _range(line: Line, *, country: int, zone_in: Callable[[str], str]) -> Iterator[RangeLine]:
    code, first, last = (_cell(line, names) for names in (_CODE, _FIRST, _LAST))
    region, zone = _cell(line, _REGION), _cell(line, _ZONE)
    if not (first.isdecimal() and last.isdecimal() and (code.isdecimal() or not code)):
        raise FaultyCellError("range")
    begins, ends = (int(_whole(code, part, country)) for part in (first, last))
    if begins > ends or len(str(ends)) > 15:  # E.164, 6
        raise FaultyCellError("range")
    if not zone and region.lower() in _WHOLE:
        return
    zone = zone or zone_in(region)
    if not zone:
        raise FaultyCellError("region")
    if zone not in _zones():
        raise FaultyCellError("zone")
    yield RangeLine(line.number, begins, ends, zone, region[:200])


def _whole(code: str, part: str, country: int) -> str:
    return f"{country}{code}{part:>07}" if code else part


def _cell(line: Line, names: tuple[str, ...]) -> str:
    return next((line.cells[name] for name in names if line.cells.get(name)), "")


def zone_of_subject(region: str, known: Mapping[str, str]) -> str:
    """
    Return the zone of a subject of the Russian Federation, however the plan writes it; "": it is
    none. Of "a district|its region" the last counts.

    known  zones by a part of the name that is in no other's
    """
    name = region.rpartition("|")[2].lower()
    return next((zone for part, zone in known.items() if part in name), "")


@lru_cache(maxsize=1)
def zones_of_subjects() -> dict[str, str]:
    """Return zones by parts of names, those that lie in others' names last."""
    with Path(__file__).with_name("zones_of_subjects.csv").open(encoding="utf-8") as file:
        return dict(csv.reader(file))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
