"""Days off out of an iCalendar file (RFC 5545): all-day events, also those that repeat yearly."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import icalendar
from dateutil.rrule import rrulestr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from spots.sla.calendars.filling import Proposal
from spots.sla.calendars.written import LONGEST_NAME

MOST_BYTES = 1_000_000
MOST_EVENTS = 5000
MOST_REPEATING = 50  # a rule may cost half a second if it never comes true
LONGEST = timedelta(days=366)  # an event
ONE_DAY = timedelta(days=1)
TIME_OF_DAY = gettext_noop("“%(name)s” has a time of day: only whole days can become days off.")
RULE_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "WKST"}


class UnreadableFileError(Exception):
    """The file is no calendar; says why, to whoever handed it in."""


class UnreadableEventError(Exception):
    """One event cannot be read; says why."""


@dataclass
class Reading:
    """What a file says about one year."""

    proposals: list[Proposal] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)  # line of the file, why
    elsewhere: int = 0  # events that have no day in that year


@dataclass(frozen=True)
class _Event:
    line: int
    name: str
    start: date
    length: timedelta
    rule: Any  # dateutil's; None: it happens once
    without: frozenset[date]  # beginnings that the rule leaves out


def read(data: bytes, year: int) -> Reading:
    """
    Read the days off in `year`; an event that cannot be read is refused by its line alone.

    :raises UnreadableFileError: if the file is no calendar, too long, or has too many events
    """
    reading, names = Reading(), dict[date, list[str]]()
    for event in _events(_text(data), reading):
        days = {day for day in _days(event, year) if day.year == year}
        reading.elsewhere += not days
        for day in days:
            names.setdefault(day, []).append(event.name)
    for day, called in names.items():
        name = "; ".join(dict.fromkeys(name for name in called if name))
        reading.proposals.append(Proposal(day, [], name[:LONGEST_NAME]))
    return reading


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise UnreadableFileError(_("The file is longer than 1 MB."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(_("The file is not in UTF-8.")) from error
    if not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise UnreadableFileError(_("This is not an iCalendar file (.ics)."))
    return text


def _events(text: str, reading: Reading) -> Iterator[_Event]:
    """Yield the events in the order of the file; what cannot be read goes to `refused`."""
    blocks = list(_blocks(text))
    if len(blocks) > MOST_EVENTS:
        raise UnreadableFileError(_("There are more than %(n)d events.") % {"n": MOST_EVENTS})
    repeating = 0
    for line, block in blocks:
        try:
            event = _event(line, block)
        except UnreadableEventError as error:
            reading.refused.append((line, str(error)))
            continue
        if event is None:
            continue
        repeating += event.rule is not None
        if repeating > MOST_REPEATING:
            words = _("There are more than %(n)d repeating events.")
            raise UnreadableFileError(words % {"n": MOST_REPEATING})
        yield event


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield each event's first line, counted from 1, and its text."""
    lines: list[str] = []
    first = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip().upper() == "BEGIN:VEVENT":
            lines, first = [], number
        if first:
            lines.append(line)
        if first and line.strip().upper() == "END:VEVENT":
            yield first, "\r\n".join(lines) + "\r\n"
            first = 0


def _event(line: int, block: str) -> _Event | None:
    """Return the event; None if it was cancelled."""
    try:
        event: Any = icalendar.Event.from_ical(block)
    except ValueError as error:
        raise UnreadableEventError(
            _("The event cannot be read: %(why)s") % {"why": error}
        ) from error
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return None
    name = " ".join(str(event.get("SUMMARY", "")).split())
    called = name or "…"  # in what is said of it
    if event.errors:
        part, why = event.errors[0]
        words = _("The event “%(name)s” cannot be read: %(why)s")
        raise UnreadableEventError(words % {"name": called, "why": f"{part or ''} {why}".strip()})
    start = _day(event, "DTSTART", called)
    return _Event(
        line=line,
        name=name,
        start=start,
        length=_length(event, start, called),
        rule=_rule(event, start, called),
        without=_without(event),
    )


def _day(event: Any, part: str, name: str) -> date:
    moment = getattr(event.get(part), "dt", None)
    if isinstance(moment, datetime):
        raise UnreadableEventError(_(TIME_OF_DAY) % {"name": name})
    if not isinstance(moment, date):
        raise UnreadableEventError(_("“%(name)s” has no %(part)s.") % {"name": name, "part": part})
    return moment


def _length(event: Any, start: date, name: str) -> timedelta:
    if "DTEND" in event:
        length = _day(event, "DTEND", name) - start
    else:
        length = getattr(event.get("DURATION"), "dt", ONE_DAY)
    # Some programs write the last day itself as the end, and not the day after it.
    length = max(length, ONE_DAY) if length >= timedelta() else length
    if length % ONE_DAY:
        raise UnreadableEventError(_(TIME_OF_DAY) % {"name": name})
    if not timedelta() < length <= LONGEST:
        words = _("“%(name)s” ends before it begins, or lasts longer than a year.")
        raise UnreadableEventError(words % {"name": name})
    return length


def _rule(event: Any, start: date, name: str) -> Any:
    rule = event.get("RRULE")
    if rule is None and "RDATE" not in event:
        return None
    sound = isinstance(rule, dict) and rule.keys() <= RULE_PARTS and "RDATE" not in event
    if not sound or rule.get("FREQ") != ["YEARLY"] or min(rule.get("INTERVAL", [1])) < 1:
        words = _(
            "“%(name)s” repeats otherwise than yearly on a date or weekday. What repeats each"
            " week belongs into the week."
        )
        raise UnreadableEventError(words % {"name": name})
    try:
        return _repeated(rule, start)
    except ValueError as error:
        words = _("The event “%(name)s” cannot be read: %(why)s")
        raise UnreadableEventError(words % {"name": name, "why": error}) from error


def _without(event: Any) -> frozenset[date]:
    given = event.get("EXDATE", [])
    lists = given if isinstance(given, list) else [given]
    moments = [item.dt for dates in lists for item in dates.dts]
    return frozenset(
        moment.date() if isinstance(moment, datetime) else moment for moment in moments
    )


def _days(event: _Event, year: int) -> Iterator[date]:
    """Yield the days of the event that may lie in `year`."""
    for start in _starts(event, year):
        for number in range(event.length.days):
            yield start + number * ONE_DAY


def _starts(event: _Event, year: int) -> Iterator[date]:
    if event.rule is None:
        first, last = _reach(year)
        if first <= event.start <= last:
            yield event.start
        return
    since, until = (datetime.combine(day, time.min) for day in _reach(year))
    for moment in event.rule.between(since, until, inc=True):
        if moment.date() not in event.without:
            yield moment.date()


def _reach(year: int) -> tuple[date, date]:
    """Return between which days an event begins that may last into `year`."""
    return date(year - 1, 1, 1) - ONE_DAY, date(year, 12, 31)


def _repeated(given: Any, start: date) -> Any:
    """:raises ValueError: the rule is none"""
    rule = given.copy()
    if "UNTIL" in rule:
        # dateutil wants it as naive as the beginning; its whole day counts.
        (until,) = rule["UNTIL"][:1]
        day = until.date() if isinstance(until, datetime) else until
        rule["UNTIL"] = [datetime.combine(day, time.max)]
    return rrulestr(rule.to_ical().decode(), dtstart=datetime.combine(start, time.min))
