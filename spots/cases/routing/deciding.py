"""To which team a case goes by the rules, and to whom of it: facts in, decision out."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Max

from spots.cases.complexity.reading import why_complex
from spots.cases.counting import COUNTS, segments_of
from spots.cases.models import Case, Membership
from spots.cases.routing.models import Routing
from spots.network.models import Coverage
from spots.routing.choosing import Choice, Person, Why, choose, with_work
from spots.routing.facts import Facts
from spots.routing.in_force import rules_in_force
from spots.routing.matching import Decision, decide
from spots.routing.models import Strategy, Team
from spots.routing.staff import staff_of


def facts_of(case: Case) -> Facts:
    """
    Return what the rules may ask about a case as it is now: six queries at most.

    Its technologies are those it names, else those that should work at its centre.
    """
    return Facts(
        kind=case.kind,
        brand=case.brand_id,
        region=case.region_id,
        at=(case.centre.x, case.centre.y),
        opened=case.opened_at.astimezone(ZoneInfo(case.region.time_zone)),
        technologies=frozenset(case.technologies or _covering(case)),
        topics=_topics(case),
        cause=case.cause_id,
        segments=segments_of([case.pk]).get(case.pk, {}),
        complexity=why_complex(case.pk),
    )


def decision_for(facts: Facts) -> tuple[Decision, Team | None]:
    """
    Return which rule takes a case, and the team: the rule's, else the catch-all.

    None: there is no catch-all either, and the case stays detected, where the queue shows it.
    """
    decision = decide(rules_in_force(), facts)
    if decision.rule:
        return decision, Team.objects.get(pk=decision.rule.team)
    return decision, Team.objects.filter(catch_all=True).first()


def team_for(case: Case) -> Team | None:
    """Return the team to which the rules give a case as it is now."""
    return decision_for(facts_of(case))[1]


def engineer_for(team: Team, facts: Facts, *, now: datetime) -> Choice:
    """Return to whom of a team a case goes, by the team's strategy."""
    if team.strategy == Strategy.LEAVE:
        return Choice(None, Why.LEFT)
    staff = staff_of(team, brand_id=facts.brand, region_id=facts.region, now=now)
    loaded = _loaded([*staff.members, *staff.deputies])
    return choose(
        [loaded[one.id] for one in staff.members],
        [loaded[one.id] for one in staff.deputies],
        technologies=facts.technologies,
        topic=facts.main_topic,
        is_complex=bool(facts.complexity),
    )


def _loaded(people: Collection[Person]) -> dict[int, Person]:
    """Return the people by id, with their cases in work and when they were last given one."""
    ids = [one.id for one in people]
    working = Case.objects.working().filter(engineer__in=ids).order_by()
    load = dict(working.values_list("engineer").annotate(Count("pk")))
    given = Routing.objects.filter(engineer__in=ids).order_by()
    last = dict(given.values_list("engineer").annotate(Max("at")))
    return {
        one.id: with_work(one, load=load.get(one.id, 0), last_given=last.get(one.id))
        for one in people
    }


def _topics(case: Case) -> dict[int, float]:
    """Return each topic's share of the complaints; without any, the case's own is all of it."""
    rows = Membership.objects.filter(COUNTS, case=case, until=None).order_by()
    counts = dict(rows.values_list("complaint__topic").annotate(Count("pk")))
    if not counts and case.topic_id is not None:
        counts = {case.topic_id: 1}
    return {topic: count / sum(counts.values()) for topic, count in counts.items()}


def _covering(case: Case) -> list[str]:
    outdoors = Coverage.objects.filter(
        brand=case.brand_id, level=Coverage.Level.OUTDOOR, area__covers=case.centre
    )
    return list(outdoors.order_by().values_list("technology", flat=True).distinct())


def named(engineer_id: int) -> Choice:
    """Return the choice that a person made."""
    return Choice(engineer_id, Why.NAMED)
