"""What is drawn, and what whoever listened says."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Select, Textarea, TextInput
from complaints.customers.models import Brand
from complaints.customers.walls import Walls
from complaints.typed_days import DayField
from heatmaps_project.desk.reviews.models import BEST, Criterion

MOST: Final = 500  # conversations drawn at once
LONGEST: Final = timedelta(days=31)


class DrawForm(forms.Form):
    """A span of days, how many conversations, and the seed."""

    since = DayField(label=gettext_lazy("from"), widget=TextInput(attrs={"type": "date"}))
    until = DayField(label=gettext_lazy("until"), widget=TextInput(attrs={"type": "date"}))
    brand = forms.ModelChoiceField(
        Brand.objects.none(),
        required=False,
        label=gettext_lazy("brand"),
        empty_label=gettext_lazy("all brands"),
        widget=Select,
    )
    size = forms.IntegerField(
        min_value=1,
        max_value=MOST,
        label=gettext_lazy("how many"),
        widget=TextInput(attrs={"type": "number", "min": 1, "max": MOST}),
    )
    seed = forms.IntegerField(
        min_value=0,
        max_value=2**62,
        label=gettext_lazy("seed"),
        widget=TextInput(attrs={"type": "number", "min": 0}),
    )

    def __init__(self, *args: Any, walls: Walls, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["brand"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Brand.objects.within(walls).order_by("name")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        since, until = given.get("since"), given.get("until")
        if since and until and not since <= until <= since + LONGEST:
            self.add_error("until", gettext_lazy("At most a month, from the first to the last."))
        return given

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the moments at which the first day begins and the last one ends."""
        since, until = self.cleaned_data["since"], self.cleaned_data["until"] + timedelta(days=1)
        return datetime.combine(since, time(), zone), datetime.combine(until, time(), zone)


def usual(today: date) -> dict[str, Any]:
    """Return what is drawn unless somebody says otherwise: twenty of the last week."""
    monday = today - timedelta(days=today.weekday() + 7)
    return {
        "since": monday.isoformat(),
        "until": (monday + timedelta(days=6)).isoformat(),
        "size": 20,
        "seed": f"{monday:%Y%m%d}",
    }


class ReviewForm(forms.Form):
    """A score for each criterion, a note, and where the recording is."""

    recording = forms.CharField(
        required=False,
        max_length=500,
        label=gettext_lazy("link to the recording"),
        validators=[URLValidator(schemes=["http", "https"])],
        widget=TextInput(attrs={"type": "url"}),
    )
    note = forms.CharField(
        required=False,
        max_length=2000,
        label=gettext_lazy("what the agent should know"),
        widget=Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.criteria = list(Criterion.objects.filter(active=True).order_by("order", "pk"))
        choices = [("", gettext_lazy("not to be heard")), *((n, n) for n in range(1, BEST + 1))]
        scores = {
            f"criterion_{one.pk}": forms.TypedChoiceField(
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
                label=one.name,
                widget=Select,
            )
            for one in self.criteria
        }
        self.fields = {**scores, **self.fields}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not self.scores():
            raise forms.ValidationError(gettext_lazy("Score at least one criterion."))
        return given

    def scores(self) -> dict[int, int]:
        """Return the scores by the criterion's key."""
        given = {one.pk: self.cleaned_data.get(f"criterion_{one.pk}") for one in self.criteria}
        return {key: score for key, score in given.items() if score is not None}
