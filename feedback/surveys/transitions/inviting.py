"""Inviting those who are told of a fix: the message tells and asks in one."""

from collections.abc import Collection, Mapping, Set
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from complaints.among import among
from feedback.surveys.catalogue import Survey, Trigger
from feedback.surveys.models import Invitation
from feedback.surveys.states import Skip, State
from feedback.surveys.transitions.versions import provide_packaged, version_in_force
from spots.cases.models import Case, Event


def invite(
    *,
    event: Event,
    customer_ids: Collection[int],
    strangers: Set[int],
    unasked: Mapping[int, Skip],
    now: datetime,
) -> dict[int, int]:
    """
    Invite customers to rate a fix, and return the invitation of each by customer.

    One who was invited already keeps the invitation they have. Quarantine and sample are of surveys
    that write by themselves: of those who are told, only the unasked are left out.

    strangers  those of the customers who are: complaints.intake.strangers
    unasked    customers who are not asked, and why; that is kept
    """
    survey = _survey_of_fixes(event.case, now=now)
    version = version_in_force(survey.pk, now=now)
    alike: dict[str, Any] = {
        "survey": survey,
        "version": version,
        "occasion": f"event:{event.pk}",
        "touch_point": Trigger.FIXED,
        "event": event,
        "created_at": now,
        "due_at": now,
        "expires_at": now + timedelta(days=survey.valid_days),
        **snapshot(event.case),
    }
    asked = [one for one in customer_ids if one not in unasked]
    known = [one for one in asked if one not in strangers]
    _insert(Invitation(state=State.QUEUED, **alike), known)
    strange = [one for one in asked if one in strangers]
    _insert(Invitation(state=State.QUEUED, of_stranger=True, **alike), strange)
    for why in set(unasked.values()):
        theirs = [one for one in customer_ids if unasked.get(one) == why]
        _insert(Invitation(state=State.SKIPPED, skipped=why, **alike), theirs)
    invited = Invitation.objects.filter(
        among("customer", asked), event=event, touch_point=Trigger.FIXED
    ).exclude(state=State.SKIPPED)
    return dict(invited.values_list("customer_id", "pk"))


def _insert(alike: Invitation, customer_ids: Collection[int]) -> None:
    """Write an invitation for each customer who has none: alike, so the server repeats the row."""
    fields = [
        field
        for field in Invitation._meta.concrete_fields
        if not field.primary_key and field.name != "customer"
    ]
    quoted = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    values = [field.get_db_prep_save(getattr(alike, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {connection.ops.quote_name(Invitation._meta.db_table)}"
            f" ({quoted}, customer_id) SELECT {', '.join('%s' for _ in fields)}, customer"
            " FROM unnest(%s::bigint[]) AS customer ON CONFLICT DO NOTHING",
            [*values, list(customer_ids)],
        )


def snapshot(case: Case) -> dict[str, Any]:
    """Return what an invitation keeps of a case as it is now."""
    return {
        "case_id": case.pk,
        "brand_id": case.brand_id,
        "region_id": case.region_id,
        "topic_id": case.topic_id,
        "cause_id": case.cause_id,
        "team_id": case.team_id,
        "engineer_id": case.engineer_id,
    }


def _survey_of_fixes(case: Case, *, now: datetime) -> Survey:
    """Return the brand's own survey of fixes, else the common one; made if there is neither."""
    found = Survey.objects.filter(
        Q(brand=case.brand_id) | Q(brand=None), trigger=Trigger.FIXED
    ).order_by("-active", "brand", "pk")  # without a brand comes last
    survey = found.first()
    if survey is None:
        provide_packaged(now=now)
        survey = found.get()
    return survey
