"""
Cases as they were at a moment, out of their events and memberships.

What no event keeps is told as it is now: topic, priority band and place in words.
"""

from datetime import datetime
from typing import Any

from django.contrib.gis.db.models import Collect, GeometryField
from django.db.models import Count, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from complaints.customers.walls import Walls
from spots.cases.models import Case, CaseQuerySet, Event, Membership
from spots.cases.states import ENDED, State
from spots.detection.outline import MARGIN_M
from spots.maps.shaping import masked


class _Around(Func):
    """
    What the engine would draw around points: their hull, and a margin in metres.

    Each to a hundred metres: of two moments one after another, the second outline would tell where
    whoever complained in between lives, to all who see spots.
    """

    template = f"ST_Buffer(ST_ConvexHull(%(expressions)s)::geography, {MARGIN_M})::geometry"
    output_field = GeometryField(srid=4326)


def cases_at(moment: datetime, *, walls: Walls, kind: str) -> CaseQuerySet:
    """Cases that were not ended at a moment, with the state of then as `state_then`."""
    moves = Event.objects.filter(case=OuterRef("pk"), at__lte=moment).exclude(became="")
    newest = moves.order_by("-at", "-pk").values("became")[:1]
    rows = Case.objects.within(walls).filter(
        # An end that is over has been forgotten, so the last one is the only one to be known.
        Q(ended_at=None) | Q(ended_at__gt=moment),
        kind=kind,
        opened_at__lte=moment,
    )
    then = rows.annotate(state_then=Coalesce(Subquery(newest), Value(State.DETECTED.value)))
    return then.exclude(state_then__in=ENDED)


def with_members_at(rows: QuerySet[Case], moment: datetime) -> QuerySet[Any, Any]:
    """
    Add what the members of a moment tell: customers_then, complaints_then and outline_then.

    The outline is their convex hull, as much wider as that of the engine; NULL: no member.
    """
    members = (
        Membership.objects.filter(
            Q(until=None) | Q(until__gt=moment), case=OuterRef("pk"), since__lte=moment
        )
        .order_by()
        .values("case")
    )
    return rows.annotate(
        complaints_then=Coalesce(Subquery(members.annotate(n=Count("pk")).values("n")), 0),
        customers_then=Coalesce(
            Subquery(members.annotate(n=Count("complaint__customer", distinct=True)).values("n")), 0
        ),
        outline_then=Subquery(
            members.annotate(shape=_Around(Collect(masked("complaint__point")))).values("shape")
        ),
    )
