"""Editing a calendar as text: a line a weekday, a line a day off, a line a moved day."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Select, Textarea, TextInput
from spots.sla.calendar import WorkCalendar
from spots.sla.models import WorkingTime
from spots.sla.written import Spans, read_day, read_exception, read_lines, read_spans, write_spans

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
        help_text=gettext_lazy("One date a line, such as 2026-05-01. Nothing is worked then."),
    )
    moved_days = forms.CharField(
        label=gettext_lazy("Moved and short days"),
        required=False,
        widget=Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One day a line with its own hours, such as 2026-04-30 09:00-17:00."
            " They win over the week and over the days off."
        ),
    )

    class Meta:
        model = WorkingTime
        fields = ("name", "zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        for weekday, name in enumerate(DAYS):
            self.initial[name] = write_spans((row.week or {}).get(str(weekday), ()))
        closed = [day for day, spans in row.exceptions.items() if not spans]
        self.initial["days_off"] = "\n".join(sorted({*row.holidays, *closed}))
        self.initial["moved_days"] = "\n".join(
            f"{day} {write_spans(spans)}" for day, spans in row.exceptions.items() if spans
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        week = {str(weekday): self._worked(weekday) for weekday in range(7)}
        lines = read_lines(cleaned.get("days_off", ""))
        holidays = [day for day in map(read_day, lines) if self._is_day_off(day)]
        exceptions = self._moved(cleaned.get("moved_days", ""))
        if not self.errors:
            self._take(week, holidays, exceptions)
        return cleaned

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

    def _is_day_off(self, day: str) -> bool:
        try:
            WorkCalendar("UTC", ALL_DAY, [day])
        except ValueError:
            wrong = _("“%(line)s” is not a date such as 2026-05-01.") % {"line": day}
            self.add_error("days_off", wrong)
            return False
        return True

    def _moved(self, text: str) -> dict[str, Spans]:
        exceptions: dict[str, Spans] = {}
        for line in read_lines(text):
            try:
                day, spans = read_exception(line)
                WorkCalendar("UTC", ALL_DAY, (), {day: spans})
            except ValueError:
                wrong = _("“%(line)s” is not a date and hours such as 2026-04-30 09:00-17:00.")
                self.add_error("moved_days", wrong % {"line": line})
            else:
                exceptions[day] = spans
        return exceptions

    def _take(
        self, week: Mapping[str, Spans], holidays: list[str], exceptions: Mapping[str, Spans]
    ) -> None:
        """Put what was read into the row, unless it is no calendar after all."""
        row = self.instance
        row.zone = self.cleaned_data["zone"]
        row.week = {day: spans for day, spans in week.items() if spans}
        row.holidays, row.exceptions = sorted(set(holidays)), dict(sorted(exceptions.items()))
        # Every line by itself is good already: nothing else can be wrong.
        if not row.week and not row.exceptions:
            self.add_error(None, _("There is no working time in this calendar."))
