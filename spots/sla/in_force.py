"""Policies as people edit them, made into what the arithmetic asks, each with its versions."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import OuterRef, QuerySet, Subquery
from shapely import MultiPolygon, Polygon

from spots.sla.calendar import WorkCalendar
from spots.sla.derivation import Promise
from spots.sla.matching import Facts, Offer, failing
from spots.sla.models import Policy, ReopenMode, Target, WorkingTime


@dataclass(frozen=True)
class InForce:
    """A policy that is in force, with all that its promises are made of."""

    offer: Offer
    working_time: WorkingTime
    reopening: ReopenMode
    policy_version: int | None  # of the history; None: it was made without one
    calendar_version: int | None

    def promise(self, target: str) -> Promise | None:
        """
        Return what it promises; None: nothing.

        :raises ValueError: its calendar does not describe working time
        """
        minutes = self.offer.minutes.get(target)
        if not minutes:
            return None
        return Promise(
            minutes,
            self._calendar,
            self.offer.policy,
            policy_version=self.policy_version,
            calendar_version=self.calendar_version,
        )

    @cached_property
    def _calendar(self) -> WorkCalendar:
        return self.working_time.calendar


def policies_in_force() -> list[InForce]:
    """Return all policies in order: one query."""
    rows = Policy.objects.select_related("working_time").order_by("order")
    versions = {
        "version": _newest(Policy.history.model.objects.filter(id=OuterRef("pk"))),
        "calendar_version": _newest(
            WorkingTime.history.model.objects.filter(id=OuterRef("working_time"))
        ),
    }
    return [in_force(row) for row in rows.annotate(**versions)]


def in_force(row: Any) -> InForce:
    """Return a row of policies, annotated with its versions or not, be it saved or not."""
    return InForce(
        offer=offer_of(row),
        working_time=row.working_time,
        reopening=ReopenMode(row.reopening),
        policy_version=getattr(row, "version", None),
        calendar_version=getattr(row, "calendar_version", None),
    )


def offer_of(row: Policy) -> Offer:
    promised = {
        Target.REACTION: row.reaction_minutes,
        Target.ETA: row.eta_minutes,
        Target.FIX: row.fix_minutes,
        Target.FIRST_ANSWER: row.first_answer_minutes,
    }
    return Offer(
        policy=row.pk,
        name=row.name,
        minutes={target.value: minutes for target, minutes in promised.items() if minutes},
        kind=row.kind,
        brand=row.brand_id,
        region=row.region_id,
        area=_area(row.area),
        topic=row.topic_id,
        segments=frozenset(row.segments),
        segments_share=row.segments_share,
        band=row.band,
    )


def matching(policies: Iterable[InForce], facts: Facts) -> InForce | None:
    """Return the first of the policies, which are in order, that the case matches."""
    return next((policy for policy in policies if not failing(policy.offer, facts)), None)


def _newest(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.order_by("-history_id").values("history_id")[:1])


def _area(area: GEOSGeometry | None) -> Polygon | MultiPolygon | None:
    if area is None:
        return None
    shape = shapely.from_wkb(bytes(area.wkb))
    assert isinstance(shape, Polygon | MultiPolygon)
    shapely.prepare(shape)
    return shape
