"""Rules as people edit them, made into what the arithmetic asks."""

from collections.abc import Collection
from dataclasses import replace

import shapely
from django.contrib.gis.geos import GEOSGeometry
from shapely import MultiPolygon, Polygon
from shapely.errors import ShapelyError

from spots.routing.matching import Rule
from spots.routing.models import Fault, RoutingRule


def rules_in_force() -> list[Rule]:
    """Return the active rules in order, those that cannot be asked marked so: three queries."""
    return [rule_of(row) for row in RoutingRule.objects.whole().filter(active=True)]


def rule_of(row: RoutingRule) -> Rule:
    """Return a row of `RoutingRule.objects.whole()` as a rule, with what is wrong with it."""
    topics = frozenset(topic.pk for topic in row.topics.all())
    causes = frozenset(cause.pk for cause in row.causes.all())
    rule = asked(row, topics=topics, causes=causes)
    return replace(rule, version=row.version, fault=rule.fault or fault_of(row, rule))


def asked(row: RoutingRule, *, topics: Collection[int], causes: Collection[int]) -> Rule:
    """
    Return what a row asks for, be it saved or not.

    Its area may be broken: then that is the rule's fault. Others are `fault_of`'s.
    """
    area = _area(row.area)
    begin, end = row.hours_from, row.hours_until
    return Rule(
        id=row.pk,
        order=row.order,
        team=row.team_id,
        fault=Fault.AREA if row.area is not None and area is None else "",
        brand=row.brand_id,
        region=row.region_id,
        kind=row.kind,
        area=area,
        technologies=frozenset(row.technologies),
        topics=frozenset(topics),
        topics_share=row.topics_share,
        causes=frozenset(causes),
        segments=frozenset(row.segments),
        segments_share=row.segments_share,
        complex_only=row.complex_only,
        weekdays=frozenset(row.weekdays),
        hours=None if begin is None or end is None else (begin, end),
    )


def fault_of(row: RoutingRule, rule: Rule) -> str:
    """Return why a rule, a row of `whole`, cannot be asked; "" if it can."""
    if row.team.archived:
        return Fault.ARCHIVED
    if not row.members:
        return Fault.MEMBERS
    if rule.fault:
        return rule.fault
    # Without what was deleted it would ask for less, and take what is not meant for it.
    lost = (row.asked_topics and not rule.topics) or (row.asked_causes and not rule.causes)
    return Fault.LOST if lost else ""


def _area(area: GEOSGeometry | None) -> Polygon | MultiPolygon | None:
    """Return the area for the arithmetic; None where there is none, or no valid one."""
    if area is None:
        return None
    try:
        shape = shapely.from_wkb(bytes(area.wkb))
    except (ShapelyError, ValueError):
        return None
    if not isinstance(shape, Polygon | MultiPolygon) or shape.is_empty or not shape.is_valid:
        return None
    shapely.prepare(shape)
    return shape
