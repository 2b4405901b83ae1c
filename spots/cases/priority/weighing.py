"""Which weights count, and how facts grow old: for those who rank cases, and who preview it."""

from dataclasses import replace
from datetime import datetime, timedelta

from spots.cases.priority.formula import Facts
from spots.cases.priority.models import PriorityWeights


def weights_in_force(*, now: datetime) -> PriorityWeights:
    """Return the newest version that has begun to count; the defaults, unsaved, where none has."""
    versions = PriorityWeights.objects.filter(since__lte=now).select_related("by")
    return versions.order_by("-since").first() or PriorityWeights(since=now)


def aged(facts: Facts, started_at: datetime, *, now: datetime) -> Facts:
    """Return the facts as they are at `now`, if nothing but time has passed."""
    age = max(now - started_at, timedelta())
    return replace(facts, age_hours=round(age / timedelta(hours=1), 2))
