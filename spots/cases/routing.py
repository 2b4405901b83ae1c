"""Which team a new case goes to."""

from django.db.models import Count, Q

from spots.cases.catalogue import RoutingRule, Team
from spots.cases.models import Case, Membership


def team_for(case: Case) -> Team | None:
    """
    Return the team of the first active rule, in order, that matches; else the catch-all team.

    A rule matches when each of its conditions that is set does: brand, region, an area that
    covers the case's centre, and the case's topic among its topics. None: there is no team at
    all, and the case stays detected, where the queue shows it.
    """
    rules = RoutingRule.objects.filter(
        Q(brand=None) | Q(brand=case.brand_id),
        Q(region=None) | Q(region=case.region_id),
        Q(area=None) | Q(area__covers=case.centre),
        Q(topics=None) | Q(topics=_main_topic(case)),
        active=True,
    )
    rule = rules.select_related("team").order_by("order").first()
    return rule.team if rule else Team.objects.filter(catch_all=True).first()


def _main_topic(case: Case) -> int | None:
    """The case's topic; of a case of several topics, the one that most complaints have."""
    if case.topic_id is not None:
        return case.topic_id
    topics = Membership.objects.filter(case=case, until=None).values_list("complaint__topic")
    most = topics.annotate(count=Count("pk")).order_by("-count", "complaint__topic").first()
    return most[0] if most else None
