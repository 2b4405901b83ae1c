"""What the map's addresses may say: a data tile, a view, a moment."""

from datetime import UTC, datetime, timedelta

from django import forms
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.contrib.gis.geos import Polygon
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from complaints.customers.walls import Walls
from complaints.intake.sent import OLDEST
from spots.maps.layers import LAYERS
from spots.maps.shaping import Asked

MOST_HOURS = 366 * 24
USUAL_HOURS = 28 * 24
LIVE_STEP = timedelta(minutes=1)
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


class MomentForm(forms.Form):
    """A past moment, in UTC; none: now."""

    at = forms.CharField(max_length=20, required=False)

    def clean_at(self) -> datetime | None:
        typed = self.cleaned_data["at"]
        try:
            at = datetime.strptime(typed, MOMENT).replace(tzinfo=UTC) if typed else None
        except ValueError as error:
            raise ValidationError(f"not a moment as {MOMENT}") from error
        if at is not None and at < OLDEST:  # a year before it there would be no calendar
            raise ValidationError(f"before {OLDEST:{MOMENT}}")
        return at


class TileForm(MomentForm):
    """What a data tile is asked for, in its address."""

    hours = forms.IntegerField(min_value=1, max_value=MOST_HOURS, required=False)
    topics = forms.CharField(
        max_length=500, required=False, validators=[RegexValidator(r"^[-\w]+(,[-\w]+)*$")]
    )
    technologies = forms.CharField(
        max_length=50, required=False, validators=[RegexValidator(r"^\w+(,\w+)*$")]
    )
    layers = forms.CharField(max_length=100, required=False)

    def clean_layers(self) -> list[str]:
        asked = [name for name in self.cleaned_data["layers"].split(",") if name]
        if not set(asked) <= set(LAYERS):
            raise ValidationError("unknown layer")
        return asked or list(LAYERS)

    def layers_for(self, reader: AbstractUser | AnonymousUser) -> list[str]:
        """Those asked for that their reader may see."""
        return [
            name for name in self.cleaned_data["layers"] if reader.has_perm(LAYERS[name].permission)
        ]

    def asked(self, *, walls: Walls, now: datetime) -> Asked:
        """
        What is asked for, with its times rounded down so that many ask for the same.

        A live moment to the minute, the beginning to a thousandth of the period, or to the day in
        UTC where the period is four weeks or more: heat is counted by the day.
        """
        at = self.cleaned_data["at"]
        period = timedelta(hours=self.cleaned_data["hours"] or USUAL_HOURS)
        until = at if at and at < now else _floor(now, LIVE_STEP)
        return Asked(
            walls=walls,
            now=until,
            since=_floor(until - period, _step(period)),
            topics=self._named("topics"),
            technologies=self._named("technologies"),
            as_of=until is at,
        )

    def _named(self, field: str) -> frozenset[str]:
        return frozenset(name for name in self.cleaned_data[field].split(",") if name)


def _step(period: timedelta) -> timedelta:
    if period >= timedelta(hours=USUAL_HOURS):
        return timedelta(days=1)
    return max(LIVE_STEP, period / 1000)


def _floor(moment: datetime, step: timedelta) -> datetime:
    seconds = moment.timestamp() // step.total_seconds() * step.total_seconds()
    return datetime.fromtimestamp(seconds, UTC)


class BoxForm(MomentForm):
    """A view of the map: west, south, east and north in degrees."""

    west = forms.FloatField(min_value=-180, max_value=180)
    south = forms.FloatField(min_value=-90, max_value=90)
    east = forms.FloatField(min_value=-180, max_value=180)
    north = forms.FloatField(min_value=-90, max_value=90)

    @property
    def box(self) -> Polygon:
        corners = (self.cleaned_data[side] for side in ("west", "south", "east", "north"))
        box = Polygon.from_bbox(tuple(corners))
        box.srid = 4326
        return box


class TakingForm(forms.Form):
    """What somebody wants a file of customers for."""

    why = forms.CharField(max_length=200)


class SearchForm(forms.Form):
    typed = forms.CharField(max_length=300)
