"""Editing a calendar as text: a line a weekday, a line a day off, a line a moved day."""

import hashlib
import json
from collections.abc import Iterable
from functools import cached_property
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Select, Textarea, TextInput
from complaints.customers.walls import NO_WALLS, Walls
from spots.sla.calendar import WorkCalendar
from spots.sla.calendars.impact import Impact, impact_of
from spots.sla.calendars.written import (
    Line,
    Spans,
    read_day_off,
    read_lines,
    read_moved_day,
    read_spans,
    write_line,
    write_spans,
)
from spots.sla.hours import Hours
from spots.sla.models import WorkingTime

LOOK = "_look"  # the button that only shows what would move
SEEN = "seen"  # the fingerprint of what was shown
TIMES = ("zone", "week", "holidays", "exceptions")  # what deadlines follow from
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ALL_DAY = {0: [["00:00", "24:00"]]}  # lets days be checked before the week is
ZONES = [(zone, zone) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]


def _hours(weekday: int) -> forms.CharField:
    return forms.CharField(
        label=WEEKDAYS[weekday],
        required=False,
        widget=TextInput(attrs={"placeholder": gettext_lazy("not worked")}),
        help_text="" if weekday else gettext_lazy("Such as 09:00-13:00, 14:00-18:00"),
    )


class WorkingTimeForm(forms.ModelForm[WorkingTime]):
    """Says in words which line cannot be read; what it accepts, the arithmetic accepts."""

    walls: Walls = NO_WALLS  # of whoever edits

    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=ZONES, widget=Select, initial="Europe/Moscow"
    )
    monday = _hours(0)
    tuesday = _hours(1)
    wednesday = _hours(2)
    thursday = _hours(3)
    friday = _hours(4)
    saturday = _hours(5)
    sunday = _hours(6)
    days_off = forms.CharField(
        label=gettext_lazy("Days off"),
        required=False,
        widget=Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "One date a line, such as 2026-05-01, and behind it what the day is called, if you"
            " like. Nothing is worked then."
        ),
    )
    moved_days = forms.CharField(
        label=gettext_lazy("Moved and short days"),
        required=False,
        widget=Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One day a line with its own hours, such as 2026-04-30 09:00-17:00, and behind them"
            " what it is called, if you like. They win over the week and over the days off."
        ),
    )

    class Meta:
        model = WorkingTime
        fields = ("name", "zone", "region", "team")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        self._stored = self.fingerprint
        for weekday, name in enumerate(DAYS):
            self.initial[name] = write_spans((row.week or {}).get(str(weekday), ()))
        closed = [day for day, spans in row.exceptions.items() if not spans]
        self.initial["days_off"] = self._text((day, []) for day in {*row.holidays, *closed})
        self.initial["moved_days"] = self._text(
            (day, spans) for day, spans in row.exceptions.items() if spans
        )

    def _text(self, days: Iterable[tuple[str, Spans]]) -> str:
        names = self.instance.names
        lines = [Line(day, spans, names.get(day, "")) for day, spans in sorted(days)]
        return "\n".join(map(write_line, lines))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        week = {str(weekday): self._worked(weekday) for weekday in range(7)}
        closed = self._days_off(cleaned.get("days_off", ""))
        moved = self._moved(cleaned.get("moved_days", ""))
        row = self.instance
        row.zone = cleaned.get("zone", row.zone)
        row.week = {day: spans for day, spans in week.items() if spans}
        row.holidays = sorted({line.day for line in closed})
        row.exceptions = {day: moved[day].spans for day in sorted(moved)}
        lines = [*closed, *moved.values()]  # a moved day wins over a day off
        row.names = dict(sorted((line.day, line.name) for line in lines if line.name))
        # Every line by itself is good already: nothing else can be wrong.
        if not self.errors and not row.week and not row.exceptions:
            self.add_error(None, _("There is no working time in this calendar."))
        return cleaned

    @property
    def hours(self) -> Hours | None:
        """Return the hours as they are typed, even none; None: they cannot be read."""
        if {*DAYS, "days_off", "moved_days"} & {*self.errors}:
            return None
        row = self.instance
        week = {int(day): spans for day, spans in (row.week or {}).items()}
        try:
            return Hours.read(week=week, holidays=row.holidays, exceptions=row.exceptions)
        except ValueError:
            return Hours(week=((),) * 7, special={})  # nothing is typed yet

    @cached_property
    def impact(self) -> Impact | None:
        """Return what saving would move, once all can be read; None: no time is changed."""
        if not self.is_bound or self.errors or self.fingerprint == self._stored:
            return None
        return impact_of(self.instance, walls=self.walls, now=timezone.now())

    @property
    def is_shown_again(self) -> bool:
        """Whether the sound form is to be shown with what it would do, before it is saved."""
        if not self.is_bound or self.errors:
            return False
        unseen = self.data.get(SEEN) != self.fingerprint
        return LOOK in self.data or bool(self.impact and self.impact.moves and unseen)

    def is_valid(self) -> bool:
        """Refuse to be saved before whoever edits has seen which promises that would move."""
        return super().is_valid() and not self.is_shown_again

    @property
    def fingerprint(self) -> str:
        """Return what tells one set of times from another."""
        times = json.dumps([getattr(self.instance, name) for name in TIMES], sort_keys=True)
        return hashlib.sha256(times.encode()).hexdigest()

    def _worked(self, weekday: int) -> Spans:
        name = DAYS[weekday]
        try:
            spans = read_spans(self.cleaned_data.get(name, ""))
            if spans:
                WorkCalendar("UTC", {weekday: spans})
        except ValueError:
            wrong = _(
                "These are not hours such as 09:00-13:00, 14:00-18:00. Spans may not overlap,"
                " nor end before they start; a day ends at 24:00."
            )
            self.add_error(name, wrong)
            return []
        return spans

    def _days_off(self, text: str) -> list[Line]:
        closed = []
        for written in read_lines(text):
            line = read_day_off(written)
            try:
                WorkCalendar("UTC", ALL_DAY, [line.day])
            except ValueError:
                wrong = _("“%(line)s” is not a date such as 2026-05-01.")
                self.add_error("days_off", wrong % {"line": written})
            else:
                closed.append(line)
        return closed

    def _moved(self, text: str) -> dict[str, Line]:
        moved: dict[str, Line] = {}
        for written in read_lines(text):
            try:
                line = read_moved_day(written)
                WorkCalendar("UTC", ALL_DAY, (), {line.day: line.spans})
            except ValueError:
                wrong = _("“%(line)s” is not a date and hours such as 2026-04-30 09:00-17:00.")
                self.add_error("moved_days", wrong % {"line": written})
            else:
                moved[line.day] = line
        return moved
