"""What the address of an audit page asks for."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import Select, TextInput
from complaints.customers.walls import Walls
from complaints.typed_days import DayField, MomentField
from heatmaps_project.supervision.audit.names import Names, nobody
from heatmaps_project.supervision.audit.promises import DIMENSIONS, NONE
from heatmaps_project.supervision.audit.scope import MOST_DAYS, AuditScope, Unit, fitting
from spots.models import Case

USUAL_DAYS = 30
MAY_BE_NONE = ("team", "engineer", "topic")
LABELS = {
    "target": _("promise"),
    "team": _("team"),
    "engineer": _("engineer"),
    "region": _("region"),
    "topic": _("topic"),
    "brand": _("brand"),
    "policy": _("policy"),
    "band": _("priority band"),
}
UNITS = (
    ("", _("as long as fits")),
    (Unit.DAY, _("days")),
    (Unit.WEEK, _("weeks")),
    (Unit.MONTH, _("months")),
)


def _date(label: Any) -> DayField:
    widget = TextInput(attrs={"type": "date"})
    return DayField(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"])


class AuditForm(forms.Form):
    """A period of whole days, what is counted of it, and the moment as of which it is known."""

    always_shown: tuple[str, ...] = ("first", "last", "unit", "as_of")
    first = _date(_("fell due from"))
    last = _date(_("fell due until"))
    unit = forms.ChoiceField(choices=UNITS, required=False, label=_("trend by"), widget=Select)
    as_of = MomentField(
        label=_("as known on"),
        required=False,
        widget=TextInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f"],
    )
    kind = forms.ChoiceField(
        choices=[("", _("spots and single cases")), *Case._meta.get_field("kind").flatchoices],
        required=False,
        label=_("kind"),
        widget=Select,
    )

    def __init__(self, *args: Any, names: Names, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        for name in DIMENSIONS:
            chosen = [(str(value), called) for value, called in names.by[name].items()]
            none = [(str(NONE), nobody(name))] if name in MAY_BE_NONE else []
            self.fields[name] = forms.ChoiceField(
                choices=[("", _("all")), *none, *chosen],
                required=False,
                label=LABELS[name],
                widget=Select,
            )

    @property
    def always(self) -> list[forms.BoundField]:
        """The fields that everybody needs; `more` are the others."""
        return [self[name] for name in self.always_shown]

    @property
    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.always_shown]

    @property
    def is_narrowed(self) -> bool:
        return any(field.data for field in self.more)

    def clean_as_of(self) -> datetime | None:
        as_of: datetime | None = self.cleaned_data["as_of"]
        if as_of is not None and as_of > self.now:
            raise ValidationError(_("This moment has not come yet."))
        return as_of

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        today = timezone.localtime(given.get("as_of") or self.now).date()
        last = given.get("last") or max(today, given.get("first") or today)
        first = given.get("first") or last - timedelta(days=USUAL_DAYS - 1)
        given |= {"first": first, "last": last}
        if first > last:
            self.add_error("last", _("The period ends before it begins."))
        elif (last - first).days >= MOST_DAYS or not 2000 <= first.year <= 9000:
            self.add_error("first", _("A period has at most %(n)d days.") % {"n": MOST_DAYS})
        return given

    def is_foreign(self) -> bool:
        """Whether a row is asked for that is not there, or behind the reader's walls."""
        return any(name in self.errors for name in (*DIMENSIONS, "kind", "unit"))

    def scope(self, walls: Walls) -> AuditScope:
        """Return what a valid form asks for."""
        given = self.cleaned_data
        filters = {
            name: given[name] if name in ("target", "kind") else int(given[name])
            for name in (*DIMENSIONS, "kind")
            if given[name]
        }
        first, last = given["first"], given["last"]
        assert isinstance(first, date)
        assert isinstance(last, date)
        return AuditScope(
            walls=walls,
            as_of=given["as_of"] or self.now,
            zone=ZoneInfo(timezone.get_current_timezone_name()),
            first=first,
            last=last,
            unit=Unit(given["unit"]) if given["unit"] else fitting((last - first).days + 1),
            travels=given["as_of"] is not None,
            filters=filters,
        )
