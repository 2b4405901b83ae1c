"""Why a deadline is when it is, in sentences for the people it binds."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spots.sla.calendar import WorkCalendar
from spots.sla.days import Day, days_between
from spots.sla.models import Clock

LISTED_DAYS = 10  # more than these are counted, not named


def explain(clock: Clock) -> list[str]:
    """
    Return the sentences that lead from the policy to the due time, in the reader's language.

    Times are the reader's, with the calendar's beside them where the clocks differ.

    :raises ValueError: the calendar no longer describes working time
    """
    working_time = clock.policy.working_time
    calendar = working_time.calendar
    pauses = [pause for pause in clock.pauses() if pause[0] < clock.due_at]
    sentences = [
        _("Promised: “%(promise)s” within %(minutes)s of working time, by the policy “%(policy)s”.")
        % {
            "promise": clock.get_target_display(),
            "minutes": _duration(clock.minutes),
            "policy": clock.policy.name,
        },
        _("Counted from %(start)s by the calendar “%(calendar)s” (%(zone)s).")
        % {
            "start": _moment(clock.started_at, calendar),
            "calendar": working_time.name,
            "zone": calendar.zone,
        },
        *(_pause(since, until, calendar) for since, until in pauses),
        *_not_counted(clock, calendar),
        _("So it is due on %(due)s.") % {"due": _moment(clock.due_at, calendar)},
    ]
    if calendar.due(clock.started_at, clock.minutes, pauses) != clock.due_at:
        changed = _("The calendar was edited later; this deadline stays as it was promised.")
        sentences.append(changed)
    return [*sentences, *_ending(clock, calendar)]


def _pause(since: datetime, until: datetime, calendar: WorkCalendar) -> str:
    named = {"since": _moment(since, calendar), "until": _moment(until, calendar)}
    return _("It stood still from %(since)s to %(until)s, while the case was done.") % named


def _not_counted(clock: Clock, calendar: WorkCalendar) -> Iterator[str]:
    """Yield what was passed over between start and due: nights, and days by name."""
    elapsed = round((clock.due_at - clock.started_at).total_seconds() / 60)
    worked = round(calendar.worked(clock.started_at, clock.due_at))
    if elapsed > worked:
        yield _(
            "Of the %(elapsed)s between, %(worked)s are working time;"
            " nights, breaks and days off do not count."
        ) % {"elapsed": _duration(elapsed), "worked": _duration(worked)}
    days = list(days_between(calendar, clock.started_at, clock.due_at))
    for text, kind in (
        (_("Not worked by the week: %(days)s."), (False, False)),
        (_("Days off: %(days)s."), (False, True)),
        (_("Moved or short days, worked by their own hours: %(days)s."), (True, True)),
    ):
        if named := _days(day for day in days if (day.worked, day.special) == kind):
            yield text % {"days": named}


def _ending(clock: Clock, calendar: WorkCalendar) -> Iterator[str]:
    """Yield how it went."""
    if clock.satisfied_at:
        text = _("Done late, at %(at)s.") if clock.breached_at else _("Kept at %(at)s.")
        yield text % {"at": _moment(clock.satisfied_at, calendar)}
    elif clock.breached_at:
        yield _("Missed, and not done yet.")
    if clock.stopped_at:
        at = _moment(clock.stopped_at, calendar)
        yield _("No longer needed since %(at)s.") % {"at": at}


def _days(days: Iterable[Day]) -> str:
    names = [date_format(day.on, "D j E") for day in days]
    if len(names) <= LISTED_DAYS:
        return ", ".join(names)
    more = len(names) - LISTED_DAYS
    rest = ngettext("and %(count)s more day", "and %(count)s more days", more) % {"count": more}
    return ", ".join([*names[:LISTED_DAYS], rest])


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    named = {"hours": hours, "minutes": rest}
    if not hours:
        return _("%(minutes)s min") % named
    return (_("%(hours)s h %(minutes)s min") if rest else _("%(hours)s h")) % named


def _moment(at: datetime, calendar: WorkCalendar) -> str:
    """Return a time as the reader's clock shows it, and the calendar's where it differs."""
    here, there = timezone.localtime(at), at.astimezone(ZoneInfo(calendar.zone))
    shown = date_format(here, "D j E Y, H:i")
    if here.utcoffset() == there.utcoffset():
        return shown
    return f"{shown} ({date_format(there, 'D j E, H:i')} {calendar.zone})"
