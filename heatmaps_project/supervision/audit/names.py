"""What the values that promises are counted by are called, for one reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from complaints.customers.reader import name_of
from complaints.customers.walls import Walls
from complaints.geocoding.models import Region
from complaints.models import Brand, Topic
from heatmaps_project.accounts.roles import Role
from heatmaps_project.models import User
from spots.models import Case, LateReason, Policy, Team
from spots.sla.models import Target

BANDS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Names:
    """By dimension: the values that the reader may ask for, and what they are called."""

    by: Mapping[str, Mapping[Any, str]]

    def of(self, dimension: str, value: Any) -> str:
        if value is None:
            return nobody(dimension)
        return self.by[dimension].get(value, f"№ {value}")


def nobody(dimension: str) -> str:
    """Return what is said where a case has no team, engineer or topic."""
    return {
        "team": _("no team"),
        "engineer": _("nobody"),
        "topic": _("several topics"),
        "reason": _("no reason given"),
    }.get(dimension, "—")


def names_for(walls: Walls) -> Names:
    """Return the names behind a reader's walls: seven queries."""
    brands = Brand.objects.within(walls).order_by("name")
    had_cases = Exists(Case.objects.filter(engineer=OuterRef("pk")))
    engineers = User.objects.filter(Q(role=Role.ENGINEER) | had_cases).distinct()
    if walls.brands is not None:
        engineers = engineers.filter(brands__in=walls.brands)
    if walls.regions is not None:
        engineers = engineers.filter(regions__in=walls.regions)
    regions = Region.objects.within(walls).defer("outline").order_by("pk")
    policies = Policy.objects.within(walls).defer("area").order_by("order")
    return Names(
        {
            "target": {target.value: str(target.label) for target in Target},
            "team": _called(Team.objects.order_by("name")),
            "engineer": {
                user.pk: name_of(user)
                for user in engineers.only("username", "first_name", "last_name")
            },
            "region": _called(regions),
            "topic": _called(Topic.objects.order_by("pk")),
            "brand": _called(brands),
            "policy": _called(policies),
            "band": {band: f"P{band}" for band in BANDS},
            "reason": _called(LateReason.objects.order_by("order", "pk")),
        }
    )


def _called(rows: Iterable[Any]) -> dict[Any, str]:
    return {row.pk: str(row) for row in rows}
