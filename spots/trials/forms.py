"""Editing a rule of detection, and asking for a trial of it, in a dispatcher's words."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Select, TextInput
from complaints.customers.models import Brand
from complaints.customers.walls import Walls
from complaints.geocoding.models import Region
from complaints.typed_days import DayField
from spots.cases.wording import number
from spots.detection.rules import Rule
from spots.trials.running import LONGEST_DAYS
from spots.watching.rules import DEFAULT_RULE, DetectionRule

NEAREST_M, FARTHEST_M, MOST_RADII = 50, 10_000, 6
LIMITS: dict[str, tuple[float, float]] = {  # the constraints of the table, in words below
    "open_at": (4, 50),
    "weeks_per_false_spot": (0.1, 520),
    "minimum_customers": (3, 1000),
    "window_h": (1, Rule.window_h),
    "live_h": (1, Rule.window_h),
    "survey_weight": (0, 1),
    "eps_m": (10, 10_000),
    "minimum": (2, 10_000),
    "simple_window_h": (0.25, Rule.window_h),
}
FIXED_IN_DEFAULT = ("name", "order", "active", "brand", "region", "topics")
USUAL_DAYS = 14
HELP = {
    "name": gettext_lazy("Latin letters, digits and hyphens; people and commands call it so."),
    "order": gettext_lazy("Rules are asked in this order; the first that fits judges."),
    "active": gettext_lazy(
        "Only an active rule judges what comes in. Try it on history before it does."
    ),
    "brand": gettext_lazy("Empty: complaints of every brand."),
    "region": gettext_lazy("Empty: complaints of every region."),
    "topics": gettext_lazy("None chosen: every topic that no rule before it takes."),
    "method": gettext_lazy(
        "The first knows how many complaints are usual at each place and hour, and finds far"
        " more outages with far fewer false spots. The second only counts."
    ),
    "weeks_per_false_spot": gettext_lazy(
        "About one false spot per so many weeks in each region. Fewer weeks: small outages are"
        " found sooner, with more false spots. Empty: the score below decides."
    ),
    "open_at": gettext_lazy(
        "Only where the weeks above are empty. 7 is quiet, 6.5 balanced; half a unit less"
        " doubles the false spots."
    ),
    "minimum_customers": gettext_lazy("Different people who complain; with fewer nothing opens."),
    "window_h": gettext_lazy("Hours; what happened earlier counts no more. At most 72."),
    "live_h": gettext_lazy(
        "Hours; a spot without new complaints for so long is not taken for going on."
    ),
    "survey_weight": gettext_lazy(
        "From 0 to 1. Poor answers to surveys of network quality near complaints raise their"
        " score, by at most two units; they open nothing by themselves. 0: they are not heard."
    ),
    "minimum": gettext_lazy("So many complaints near each other open a spot."),
    "eps_m": gettext_lazy("Metres; complaints no farther from each other are near."),
    "simple_window_h": gettext_lazy("Hours; only complaints as new as that are counted."),
}


class RadiiField(forms.CharField):
    """Several distances in metres as text, such as "300, 1000, 3000"."""

    widget = TextInput

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return ", ".join(f"{radius:g}" for radius in value)
        return value

    def to_python(self, value: Any) -> Any:
        text = self.prepare_value(value) or ""
        try:
            return sorted({float(part) for part in text.replace(";", ",").split(",")})
        except ValueError:
            raise forms.ValidationError(
                _("Write metres with commas between them, such as 300, 1000, 3000.")
            ) from None

    def validate(self, value: Any) -> None:
        if len(value) > MOST_RADII or not all(NEAREST_M <= m <= FARTHEST_M for m in value):
            raise forms.ValidationError(
                _("One to %(most)d radii, each from %(low)s to %(high)s m.")
                % {"most": MOST_RADII, "low": number(NEAREST_M), "high": number(FARTHEST_M)}
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != self.prepare_value(data))


class RuleForm(forms.ModelForm[DetectionRule]):
    """Says in words what the table would refuse."""

    radii_m = RadiiField(
        label=capfirst(gettext_lazy("radii, m")),
        help_text=gettext_lazy(
            "Around each complaint one looks so far, in metres; the radius that says most counts."
        ),
    )

    class Meta:
        model = DetectionRule
        fields = (
            *("name", "order", "active", "brand", "region", "topics", "method"),
            *("weeks_per_false_spot", "open_at", "minimum_customers", "radii_m"),
            *("window_h", "live_h", "survey_weight", "minimum", "eps_m", "simple_window_h"),
        )
        help_texts = HELP

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.name == DEFAULT_RULE:
            for name in FIXED_IN_DEFAULT:
                if name in self.fields:  # whoever only reads is given none
                    self.fields[name].disabled = True
                    self.fields[name].help_text = ""
            if "name" in self.fields:
                self.fields["name"].help_text = _("It takes whatever no other rule takes.")

    def clean_order(self) -> int:
        """Whatever comes after the rule that takes everything is never asked."""
        order: int = self.cleaned_data["order"]
        last = DetectionRule.objects.filter(name=DEFAULT_RULE).exclude(pk=self.instance.pk)
        if last.filter(order__lt=order).exists():
            raise forms.ValidationError(
                _("“%(rule)s” takes everything: a rule after it is never asked.")
                % {"rule": DEFAULT_RULE}
            )
        return order

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name, (low, high) in LIMITS.items():
            value = given.get(name)
            if value is not None and not low <= value <= high:
                limits = {"low": number(low), "high": number(high)}
                self.add_error(name, _("It has to be from %(low)s to %(high)s.") % limits)
        window_h, live_h = given.get("window_h"), given.get("live_h")
        if window_h is not None and live_h is not None and live_h > window_h:
            self.add_error("live_h", _("The live window cannot be longer than the window."))
        return given


class TrialForm(forms.Form):
    """Where and when a rule is tried."""

    brand = forms.ModelChoiceField(
        Brand.objects.none(), label=gettext_lazy("brand"), empty_label=None, widget=Select
    )
    region = forms.ModelChoiceField(
        Region.objects.none(), label=gettext_lazy("region"), empty_label=None, widget=Select
    )
    first_day = DayField(
        label=gettext_lazy("first day"),
        widget=TextInput(attrs={"type": "date"}),
    )
    last_day = DayField(
        label=gettext_lazy("last day"),
        widget=TextInput(attrs={"type": "date"}),
        help_text=gettext_lazy("The whole day; if it is today, up to now."),
    )

    def __init__(
        self, *args: Any, rule: DetectionRule, walls: Walls, now: datetime, **kwargs: Any
    ) -> None:
        """`rule` holds the values to be tried: its own brand and region are all it can judge."""
        self.now = now
        today = timezone.localdate(now)
        days = {"first_day": today - timedelta(days=USUAL_DAYS), "last_day": today}
        written = {name: day.isoformat() for name, day in days.items()}
        super().__init__(*args, **{"initial": written, **kwargs})
        brands = Brand.objects.within(walls).order_by("name")
        regions = Region.objects.within(walls).order_by("code").defer("outline")
        if rule.brand_id is not None:
            brands = brands.filter(pk=rule.brand_id)
        if rule.region_id is not None:
            regions = regions.filter(pk=rule.region_id)
        for name, rows in (("brand", brands), ("region", regions)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """Turn the days into moments, by the clock of the region."""
        given = super().clean() or self.cleaned_data
        if not {"region", "first_day", "last_day"} <= given.keys():
            return given
        zone = ZoneInfo(given["region"].time_zone)
        since = _midnight(given["first_day"], zone)
        until = min(_midnight(given["last_day"] + timedelta(days=1), zone), self.now)
        if since >= until:
            self.add_error("first_day", _("It has to begin before it ends, and in the past."))
        elif (given["last_day"] - given["first_day"]).days >= LONGEST_DAYS:
            self.add_error(
                "first_day", _("At most %(days)d days can be tried.") % {"days": LONGEST_DAYS}
            )
        return {**given, "since": since, "until": until}


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # UTC before any subtraction: local times subtract as wall-clock times.
    return datetime.combine(day, time(), zone).astimezone(UTC)
