"""The values of a trial, as people read them."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from complaints.customers.models import Brand
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from spots.cases.wording import number
from spots.trials.values import values_of
from spots.watching.rules import DetectionRule, Method

OF_METHOD = {
    Method.SURPRISE: (
        *("weeks_per_false_spot", "open_at", "minimum_customers"),
        *("radii_m", "window_h", "live_h", "survey_weight"),
    ),
    Method.SIMPLE: ("minimum", "eps_m", "simple_window_h"),
}
COMMON = ("name", "order", "brand", "region", "topics", "method")


def in_words(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what of the values counts, each with its name."""
    names = ("topics", "method", *OF_METHOD[Method(values["method"])])
    counting = (name for name in names if name in values and _counts(name, values))
    return [(_label(name), _shown(name, values[name])) for name in counting]


def differences(rule: DetectionRule, values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return name, value now and value tried of all that would be changed."""
    now = values_of(rule)
    names = (*COMMON, *(name for group in OF_METHOD.values() for name in group))
    return [
        (_label(name), _shown(name, now[name]), _shown(name, values[name]))
        for name in names
        if name in values and now[name] != values[name]
    ]


def _counts(name: str, values: Mapping[str, Any]) -> bool:
    """The score counts only where no weeks are given, and the other way round."""
    calibrated = values["weeks_per_false_spot"] is not None
    return {"weeks_per_false_spot": calibrated, "open_at": not calibrated}.get(name, True)


def _label(name: str) -> str:
    field = DetectionRule._meta.get_field(name)
    return capfirst(str(getattr(field, "verbose_name", name)))


def _shown(name: str, value: Any) -> str:
    if name == "method":
        return str(Method(value).label)
    if name == "topics":
        rows = Topic.objects.filter(pk__in=value).order_by("pk")
        return ", ".join(str(row) for row in rows) or _("every topic left")
    if value is None:
        return "—"
    if name == "radii_m":
        return ", ".join(number(radius) for radius in value)
    models = {"brand": Brand, "region": Region}
    if name in models:
        return str(models[name]._default_manager.filter(pk=value).first() or value)
    return value if isinstance(value, str) else number(value)
