"""What the page of a calendar shows: its year, what could be put in, what saving would move."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from spots.sla.calendars.filling import Change
from spots.sla.calendars.impact import Impact, Shift
from spots.sla.calendars.offers import Offer
from spots.sla.calendars.written import clock_spans, write_spans
from spots.sla.calendars.year import FIRST, LAST, Day, DayKind, Month, Total, Year, year_of
from spots.sla.hours import Hours

LISTED = 50  # promises that would move; the others are counted
POLICY = "admin:spots_policy_change"
CASE_PAGES = {"spot": "admin:spots_spot_change", "single": "admin:spots_singlecase_change"}

# The sign and the words of each kind: colour alone is not for every eye.
KINDS: dict[DayKind, tuple[str, Promise]] = {
    DayKind.WORKED: ("", gettext_lazy("worked")),
    DayKind.WEEKEND: ("·", gettext_lazy("not worked by the week")),
    DayKind.OFF: ("×", gettext_lazy("day off")),
    DayKind.MOVED: ("+", gettext_lazy("worked, though not by the week")),
    DayKind.SHORT: ("*", gettext_lazy("short")),
    DayKind.OWN: ("~", pgettext_lazy("day", "own hours")),
}


def used_by(policies: int, duties: int) -> str:
    """Return by how many of each the calendar is named, in words."""
    said = []
    if policies:
        said.append(ngettext("%(n)d policy", "%(n)d policies", policies) % {"n": policies})
    if duties:
        said.append(ngettext("shifts of %(n)d", "shifts of %(n)d", duties) % {"n": duties})
    return ", ".join(said) or "—"


def use_context(row: Any) -> dict[str, Any]:
    """What names a calendar, given as the admin's list counts it."""
    named = row.policy_set.order_by("order").values_list("pk", "name")[:LISTED]
    return {
        "policies": [(name, reverse(POLICY, args=[pk])) for pk, name in named],
        "used": used_by(row.policies, row.duties),
    }


def year_asked(given: str) -> int:
    """Return the year that an address or form asks for; this one, if it is none that is shown."""
    if given.isdecimal() and len(given) == 4 and FIRST <= int(given) <= LAST:
        return int(given)
    return timezone.localdate().year


def year_context(hours: Hours | None, names: Mapping[str, str], number: int) -> dict[str, Any]:
    """What year.html shows; without hours it says that they cannot be read."""
    context: dict[str, Any] = {
        "year": number,
        "year_before": number - 1 if number > FIRST else None,
        "year_after": number + 1 if number < LAST else None,
        "legend": [(kind.value, sign, words) for kind, (sign, words) in KINDS.items()],
    }
    if hours is None:
        return context
    year = year_of(hours, number)
    return {
        **context,
        "weekdays": [WEEKDAYS_ABBR[number] for number in range(7)],
        "months": [_month(month, names) for q in year.quarters for month in q.months],
        "totals": list(_totals(year)),
        "is_empty": not any(hours.week) and not any(hours.special.values()),
    }


def _month(month: Month, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": date_format(month.first, "F"),
        "number": month.first.month,
        "weeks": [[day and _day(day, names) for day in week] for week in month.weeks],
        "total": _total(month.total),
    }


def _day(day: Day, names: Mapping[str, str]) -> dict[str, Any]:
    iso = day.on.isoformat()
    sign, words = KINDS[day.kind]
    spans, name = write_spans(clock_spans(day.spans)), names.get(iso, "")
    said = ", ".join(part for part in (str(words), spans, name) if part)
    return {
        "iso": iso,
        "number": day.on.day,
        "kind": day.kind.value,
        "sign": sign,
        "spans": spans,
        "usual": write_spans(clock_spans(day.usual)),
        "name": name,
        "title": f"{date_format(day.on, 'l j E')}: {said}",
        "is_today": day.on == timezone.localdate(),
    }


def _totals(year: Year) -> Iterable[dict[str, Any]]:
    """Yield the lines of the table: the months of each quarter, it, and the year at last."""
    for quarter in year.quarters:
        for month in quarter.months:
            yield {"name": date_format(month.first, "F"), **_total(month.total)}
        name = _("%(number)s quarter") % {"number": ("I", "II", "III", "IV")[quarter.number - 1]}
        yield {"name": name, "is_sum": True, **_total(quarter.total)}
    yield {"name": str(year.number), "is_sum": True, **_total(year.total)}


def _total(total: Total) -> dict[str, Any]:
    return {
        "days": total.days,
        "worked": total.worked,
        "free": total.days - total.worked,
        "hours": _hours(total.minutes),
    }


def _hours(minutes: int) -> str:
    hours = round(minutes / 60, 1)
    whole = hours == int(hours)
    return number_format(int(hours) if whole else hours, decimal_pos=0 if whole else 1)


def offer_context(offer: Offer) -> dict[str, Any]:
    return {
        "notes": offer.notes,
        "refused": offer.refused,
        "rows": [_change(change) for change in offer.changes],
        "overwrites": sum(change.overwrites for change in offer.changes),
    }


def _change(change: Change) -> dict[str, Any]:
    day, spans = change.proposal.on, write_spans(change.proposal.spans)
    was_words = str(KINDS[change.was.kind][1])
    was_spans = write_spans(clock_spans(change.was.spans))
    return {
        "iso": day.isoformat(),
        "date": date_format(day, "D j E"),
        "was": " ".join(part for part in (was_words, was_spans) if part),
        "was_name": change.was_name,
        "spans": spans,
        "becomes": spans or str(KINDS[DayKind.OFF][1]),
        "name": change.proposal.name or change.was_name,
        "overwrites": change.overwrites,
    }


def impact_context(impact: Impact | None, seen: str) -> dict[str, Any]:
    """What impact.html shows; None: no time is changed. `seen` is sent back with what is saved."""
    if impact is None:
        return {"is_looked_at": True, "seen": seen}
    now = timezone.now()
    return {
        "is_looked_at": True,
        "seen": seen,
        "impact": impact,
        "moved": len(impact.moves),
        "earliest": _shift(impact.earliest),
        "latest": _shift(impact.latest),
        "shifts": [_line(shift, now) for shift in impact.moves[:LISTED]],
        "more": max(0, len(impact.moves) - LISTED),
    }


def _line(shift: Shift, now: datetime) -> dict[str, Any]:
    clock = shift.clock
    page = CASE_PAGES.get(clock.case.kind)
    return {
        "case": str(clock.case),
        "link": reverse(page, args=[clock.case_id]) if page else "",
        "promise": clock.get_target_display(),
        "was": _moment(clock.due_at) if clock.due_at else "",
        "becomes": _moment(shift.due_at) if shift.due_at else _("never"),
        "by": _shift(shift.by),
        "is_missed": shift.is_missed(now),
    }


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "D j E, H:i")


def _shift(by: timedelta | None) -> str:
    """Return a shift of the due time as people say it: the two largest units."""
    if by is None:
        return ""
    minutes = round(abs(by).total_seconds() / 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [
        (_("%(n)d d"), days),
        (_("%(n)d h"), hours),
        (_("%(n)d min"), minutes),
    ]
    said = " ".join(words % {"n": n} for words, n in parts if n) or _("%(n)d min") % {"n": 0}
    return (
        _("%(time)s earlier") % {"time": said}
        if by < timedelta()
        else (_("%(time)s later") % {"time": said})
    )
