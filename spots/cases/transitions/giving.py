"""Giving a case to a team and to whom of it, by the rules or not, with a record."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser

from spots.cases.events import EventKind
from spots.cases.models import Case
from spots.cases.routing.deciding import decision_for, engineer_for, facts_of, named
from spots.cases.routing.models import Routing
from spots.cases.states import State
from spots.cases.transitions.record import Author, moved
from spots.routing.choosing import Choice
from spots.routing.facts import Facts
from spots.routing.matching import Decision, Rule
from spots.routing.models import Team


def routed_by_rules(case: Case, *, by: Author, now: datetime) -> Case:
    """Give a locked case where the rules say; without rule and catch-all it stays as it is."""
    facts = facts_of(case)
    decision, team = decision_for(facts)
    if team is None:
        _recorded(case, facts, by=by, now=now, by_rules=True, **_decided(decision))
        return case
    return _given(case, team, facts, decision=decision, by=by, now=now)


def routed(
    case: Case,
    team: Team,
    *,
    engineer: AbstractUser | None = None,
    reason: str = "",
    note: str = "",
    by: Author,
    now: datetime,
) -> Case:
    """Give a locked case to a team that somebody chose."""
    choice = named(engineer.pk) if engineer else None
    return _given(
        case, team, facts_of(case), choice=choice, reason=reason, note=note, by=by, now=now
    )


def _given(
    case: Case,
    team: Team,
    facts: Facts,
    *,
    decision: Decision | None = None,
    choice: Choice | None = None,
    reason: str = "",
    note: str = "",
    by: Author,
    now: datetime,
) -> Case:
    choice = choice or engineer_for(team, facts, now=now)
    was, case.team, case.engineer_id = case.team_id, team, choice.person
    case.accepted_at = None
    rule = decision.rule if decision else None
    moved(
        case,
        State.ROUTED,
        EventKind.ROUTED,
        by=by,
        now=now,
        note=note,
        facts={"team": team.pk, "engineer": choice.person, **_said(was, rule, reason)},
        changed=("team", "engineer", "accepted_at"),
    )
    _recorded(
        case,
        facts,
        by=by,
        now=now,
        by_rules=decision is not None,
        from_team_id=was,
        to_team=team,
        engineer_id=choice.person,
        chosen=asdict(choice),
        reason=reason,
        **(_decided(decision) if decision else {}),
    )
    return case


def _said(was: int | None, rule: Rule | None, reason: str) -> dict[str, Any]:
    """What else the event says, where there is anything to say."""
    said = {
        "team_was": was,
        "rule": rule and rule.id,
        "rule_version": rule and rule.version,
        "reason": reason,
    }
    return {name: value for name, value in said.items() if value}


def _decided(decision: Decision) -> dict[str, Any]:
    rule = decision.rule
    return {
        "rule": rule.id if rule else None,
        "version": rule.version if rule else None,
        "because": list(decision.because),
        "passed": [[one.rule, one.order, one.why] for one in decision.passed],
    }


def _recorded(case: Case, facts: Facts, *, by: Author, now: datetime, **row: Any) -> None:
    Routing.objects.create(
        case=case,
        at=now,
        by_id=by.pk if by else None,
        facts=facts.as_json(),
        topic_id=facts.main_topic,
        **row,
    )
