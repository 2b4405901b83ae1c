"""A rule's values as plain data: tried on history without being saved, and kept with a trial."""

from collections.abc import Mapping
from typing import Any

from spots.detection.rules import Rule
from spots.watching.rules import DetectionRule

LINKS = ("brand", "region")  # kept as primary keys
PLAIN = (
    "name",
    "order",
    "active",
    "method",
    "open_at",
    "weeks_per_false_spot",
    "minimum_customers",
    "radii_m",
    "window_h",
    "live_h",
    "survey_weight",
    "eps_m",
    "minimum",
    "simple_window_h",
)


def values_of(rule: DetectionRule, *, topics: list[int] | None = None) -> dict[str, Any]:
    """Return what a rule holds; `topics` in place of those stored with it."""
    if topics is None:
        topics = sorted(rule.topics.values_list("pk", flat=True))
    links = {name: getattr(rule, f"{name}_id") for name in LINKS}
    return {**{name: getattr(rule, name) for name in PLAIN}, **links, "topics": topics}


def put_on(rule: DetectionRule, values: Mapping[str, Any]) -> None:
    """Give a rule these values, but for its topics; it is not saved."""
    for name in PLAIN:
        if name in values:  # a trial is not younger than what rules could hold when it was made
            setattr(rule, name, values[name])
    for name in LINKS:
        setattr(rule, f"{name}_id", values[name])


def parameters(values: Mapping[str, Any], *, open_at: float | None = None) -> Rule:
    """Return the rule as the engine takes it."""
    rule = DetectionRule()
    put_on(rule, values)
    return rule.parameters(open_at=open_at)
