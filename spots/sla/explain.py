"""Why a deadline is when it is, in sentences for the people it binds."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spots.sla.calendar import WorkCalendar
from spots.sla.days import Day, days_between
from spots.sla.derivation import ENDED, Category, State, derive
from spots.sla.ledger import FACTS, entries_of, facts_by_clock
from spots.sla.models import Clock, LedgerEntry, LedgerKind, ReopenMode

LISTED_DAYS = 10  # more than these are counted, not named
LATE = timedelta(minutes=1)  # what was heard of later than this is said to be late


@dataclass(frozen=True)
class _Told:
    """A clock with its ledger and what follows from it, and the zones that times are told in."""

    clock: Clock
    entries: Sequence[LedgerEntry]
    state: State
    place: str  # time zone of the case's region

    @property
    def calendar(self) -> WorkCalendar:
        return self.state.promise.calendar

    def moment(self, at: datetime) -> str:
        """Return a time on the reader's clock, and on the others' where they differ."""
        here = timezone.localtime(at)
        others = {
            zone: at.astimezone(ZoneInfo(zone))
            for zone in (self.calendar.zone, self.place)
            if at.astimezone(ZoneInfo(zone)).utcoffset() != here.utcoffset()
        }
        shown = date_format(here, "D j E Y, H:i")
        if not others:
            return shown
        there = "; ".join(
            f"{date_format(moment, 'D j E, H:i')} {zone}" for zone, moment in others.items()
        )
        return f"{shown} ({there})"


def explain(clock: Clock) -> list[str]:
    """
    Return the sentences that lead from the policy to the due time, in the reader's language.

    Times are the reader's, with the calendar's and the place's beside them where clocks differ.
    """
    return explain_all([clock])[clock.pk]


def explain_all(clocks: Collection[Clock]) -> dict[int, list[str]]:
    """Return the sentences for clocks, whose policy and region came with them: two queries."""
    entries = list(entries_of([clock.pk for clock in clocks]))
    known = facts_by_clock(clocks, entries)
    return {
        clock.pk: list(
            _sentences(
                _Told(
                    clock,
                    [entry for entry in entries if entry.clock_id == clock.pk],
                    derive(known[clock.pk]),
                    clock.case.region.time_zone,
                )
            )
        )
        for clock in clocks
        if known[clock.pk]
    }


def _sentences(told: _Told) -> Iterator[str]:
    clock, state = told.clock, told.state
    yield _(
        "Promised: “%(promise)s” within %(minutes)s of working time, by the policy “%(policy)s”."
    ) % {
        "promise": clock.get_target_display(),
        "minutes": duration(int(state.promise.minutes)),
        "policy": clock.policy.name,
    }
    yield _("Counted from %(start)s by the calendar “%(calendar)s” (%(zone)s).") % {
        "start": told.moment(state.since),
        "calendar": clock.policy.working_time.name,
        "zone": told.calendar.zone,
    }
    yield from _history(told)
    yield from _pauses(told)
    if state.due is not None:
        yield from _not_counted(told, state.due)
        yield _("So it is due on %(due)s.") % {"due": told.moment(state.due)}
    elif state.category != Category.PAUSED:
        yield _("The calendar has not so much working time to come: nothing is due.")
    if told.calendar != clock.policy.working_time.calendar:
        yield (
            _("The calendar was edited later; this deadline stays as it was promised.")
            if state.category in ENDED or _stays_missed(told)
            else _("The calendar has just been edited: this deadline is being counted anew.")
        )
    yield from _ending(told)


def _stays_missed(told: _Told) -> bool:
    missed = told.clock.breached_at
    return missed is not None and told.state.stays_missed(missed + timedelta.resolution)


def _history(told: _Told) -> Iterator[str]:
    """Yield when it was promised anew, began anew, or was told of late."""
    for entry in told.entries[1:]:
        if entry.kind == LedgerKind.PROMISED:
            yield _promised_anew(told, entry)
        elif entry.mode == ReopenMode.RESTART and entry.at <= told.state.since:
            at = told.moment(entry.at)
            yield _("Reopened on %(at)s; by the policy the minutes count anew.") % {"at": at}
        elif entry.kind == LedgerKind.WITHDRAWN:
            yield _("It was taken for missed, and was not: what was heard later says so.")
        if entry.kind in FACTS and entry.recorded_at - entry.at > LATE:
            yield _("“%(what)s” of %(at)s was heard of only on %(heard)s.") % {
                "what": entry.get_kind_display(),
                "at": told.moment(entry.at),
                "heard": told.moment(entry.recorded_at),
            }


def _promised_anew(told: _Told, entry: LedgerEntry) -> str:
    named = {
        "at": told.moment(entry.at),
        "why": _why(entry),
        "before": told.moment(entry.due_before) if entry.due_before else _("nothing was due"),
        "after": told.moment(entry.due_at) if entry.due_at else _("nothing was due"),
    }
    if entry.due_before == entry.due_at:
        if entry.due_at is not None and entry.due_at < entry.at:
            return _(
                "Promised anew on %(at)s%(why)s; it had been missed before, so the deadline stayed."
            ) % (named)
        return _("Promised anew on %(at)s%(why)s; the deadline stayed.") % named
    return _("Promised anew on %(at)s%(why)s. Due before: %(before)s; since then: %(after)s.") % (
        named
    )


def reason_in_words(entry: LedgerEntry) -> str:
    """Return a reason as somebody gave it; what the product says itself, in the reader's words."""
    return _(entry.reason) if entry.reason else ""


def _why(entry: LedgerEntry | None) -> str:
    return f" ({reason_in_words(entry)})" if entry is not None and entry.reason else ""


def _pauses(told: _Told) -> Iterator[str]:
    """Yield when it stood still, up to its due time, and why."""
    state = told.state
    for since, until in state.pauses:
        if (state.due is not None and since >= state.due) or since == state.ended_at:
            continue
        if until is None and state.category in ENDED:
            until = state.ended_at
        begun = [entry for entry in told.entries if entry.at == since and entry.kind in FACTS]
        entry = next((one for one in begun if one.kind in _STANDS_STILL), None)
        if until is not None and until <= state.since:
            continue
        yield _pause(told, since, until, entry)


_STANDS_STILL = (LedgerKind.PAUSED, LedgerKind.SATISFIED, LedgerKind.STOPPED)


def _pause(told: _Told, since: datetime, until: datetime | None, entry: LedgerEntry | None) -> str:
    named = {
        "since": told.moment(since),
        "until": told.moment(until) if until else "",
        "why": _why(entry),
    }
    if until is None:
        return _("It stands still since %(since)s%(why)s: until it runs on, nothing is due.") % (
            named
        )
    if entry is not None and entry.kind == LedgerKind.SATISFIED:
        text = _("It stood still from %(since)s to %(until)s, while the case was done.")
    else:
        text = _("It stood still from %(since)s to %(until)s%(why)s.")
    return text % named


def _not_counted(told: _Told, due: datetime) -> Iterator[str]:
    """Yield what was passed over between start and due: nights, and days by name."""
    since, calendar = told.state.since, told.calendar
    elapsed = round((due - since).total_seconds() / 60)
    worked = round(calendar.worked(since, due))
    if elapsed > worked:
        yield _(
            "Of the %(elapsed)s between, %(worked)s are working time;"
            " nights, breaks and days off do not count."
        ) % {"elapsed": duration(elapsed), "worked": duration(worked)}
    days = list(days_between(calendar, since, due))
    for text, kind in (
        (_("Not worked by the week: %(days)s."), (False, False)),
        (_("Days off: %(days)s."), (False, True)),
        (_("Moved or short days, worked by their own hours: %(days)s."), (True, True)),
    ):
        if named := _days(day for day in days if (day.worked, day.special) == kind):
            yield text % {"days": named}


def _ending(told: _Told) -> Iterator[str]:
    """Yield how it went, as the ledger has noted it."""
    state, missed = told.state, told.clock.breached_at is not None
    if state.category == Category.DONE and state.ended_at:
        text = _("Done late, at %(at)s.") if missed else _("Kept at %(at)s.")
        yield text % {"at": told.moment(state.ended_at)}
    elif missed:
        yield _("Missed, and not done yet.")
    if state.category == Category.STOPPED and state.ended_at:
        at = told.moment(state.ended_at)
        yield _("No longer needed since %(at)s.") % {"at": at}


def _days(days: Iterable[Day]) -> str:
    names = [date_format(day.on, "D j E") for day in days]
    if len(names) <= LISTED_DAYS:
        return ", ".join(names)
    more = len(names) - LISTED_DAYS
    rest = ngettext("and %(count)s more day", "and %(count)s more days", more) % {"count": more}
    return ", ".join([*names[:LISTED_DAYS], rest])


def duration(minutes: int) -> str:
    """Return working time in hours and minutes; a working day is as long as its calendar says."""
    hours, rest = divmod(minutes, 60)
    named = {"hours": hours, "minutes": rest}
    if not hours:
        return _("%(minutes)s min") % named
    return (_("%(hours)s h %(minutes)s min") if rest else _("%(hours)s h")) % named
