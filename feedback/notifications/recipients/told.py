"""Who of a batch's audience is told: in which language and channel, for which reason, or not."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from complaints.among import among
from complaints.customers.consent import refuses
from complaints.customers.models import OWN_IDS, Customer
from feedback.notifications.batches.models import Announcement
from feedback.notifications.batches.terms import is_told_again
from feedback.notifications.holding.rules import SendingRule
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import State
from feedback.notifications.recipients.consenting import purpose_of
from feedback.notifications.recipients.reach import Reach
from feedback.notifications.recipients.zones import zones_of
from feedback.notifications.templates.catalogue import OF_TERM, RATED, Reason
from feedback.surveys.languages import spoken
from feedback.surveys.states import Skip
from feedback.surveys.unasked import unasked
from spots.cases.catalogue import FixKind


@dataclass(frozen=True)
class Recipient:
    customer_id: int
    reason: Reason
    language: str
    segment: str
    channel: str  # empty: no way to reach them
    refused: bool  # they want no such messages
    complained_at: datetime | None  # None: they never did
    zone: str  # empty: nobody knows where they live
    unasked: Skip | None = None  # why they are told of a fix, and not asked how it is


def recipients(batch: Announcement, concerned: dict[int, datetime | None]) -> list[Recipient]:
    """Return the customers, of those concerned, to whom a batch is news."""
    of_this = Q(batch=batch.pk)
    if batch.event_id:  # what was written of an event before there were batches is not said again
        of_this |= Q(event=batch.event_id)
    told = Message.objects.filter(of_this, among("customer", concerned))
    rows = Customer.objects.filter(among("pk", concerned)).exclude(pk__in=told.values("customer"))
    reachable = rows.annotate(
        by_phone=_is(Q(phone__isnull=False)),
        by_email=_is(Q(email__isnull=False)),
        refused=_is(refuses(purpose_of(batch.reason))),
    )
    reasons, reach = _reasons(batch, concerned), Reach()
    never = unasked(concerned) if batch.reason in RATED else {}
    zones = zones_of(concerned, placeless=() if batch.region_id else concerned)
    return [
        Recipient(
            customer_id=pk,
            reason=reasons[pk],
            language=spoken(language),
            segment=segment,
            channel=next(
                iter(
                    reach.channels(
                        brand=batch.brand_id,
                        app=app and not crm_id.startswith(OWN_IDS),
                        phone=by_phone,
                        email=by_email,
                        prefers=prefers,
                    )
                ),
                "",
            ),
            refused=refuses,
            complained_at=concerned[pk],
            zone=zones.get(pk, ""),
            unasked=never.get(pk),
        )
        for pk, language, segment, crm_id, app, prefers, by_phone, by_email, refuses in (
            reachable.order_by("pk").values_list(*_READ)
        )
        if pk in reasons
    ]


_READ = (
    *("pk", "language", "segment", "crm_id", "app", "preferred_channel"),
    *("by_phone", "by_email", "refused"),
)


def _is(condition: Q) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _reasons(batch: Announcement, customers: Collection[int]) -> dict[int, Reason]:
    """Return for which reason each is told; who is left out knows it already."""
    if batch.reason not in {Reason.ETA_SET, Reason.ATTACHED}:
        return dict.fromkeys(customers, Reason(batch.reason))
    assert batch.case is not None  # a constraint says so
    known = _told_of_the_case(batch.case.pk, customers)
    if batch.reason == Reason.ATTACHED:
        return {one: Reason.ATTACHED for one in customers if one not in known}
    rule, term = SendingRule.in_force(), batch.case.eta_at
    builds = batch.case.fix_kind == FixKind.NEW_BUILD
    found = {}
    for one in customers:
        terms = [told for told in known.get(one, ()) if told.term is not None]
        if not terms:
            found[one] = Reason.BUILD if builds else Reason.ETA_SET
        elif term is not None and is_told_again(
            term,
            told=terms[-1].term,
            times=sum(told.reason == Reason.ETA_MOVED for told in terms),
            moved_by=rule.eta_moved_by,
            most=rule.eta_moved_times,
        ):
            found[one] = Reason.ETA_MOVED
    return found


@dataclass(frozen=True)
class _Told:
    reason: str
    term: Any  # datetime; None: none was named


def _told_of_the_case(case_id: int, customers: Iterable[int]) -> dict[int, list[_Told]]:
    """Return what customers were told of a case while it is worked on, the newest last."""
    rows = Message.objects.filter(among("customer", customers), case=case_id, reason__in=OF_TERM)
    told: dict[int, list[_Told]] = {}
    for customer, reason, term in (
        rows.exclude(state=State.CANCELLED).order_by("pk").values_list("customer", "reason", "term")
    ):
        told.setdefault(customer, []).append(_Told(reason, term))
    return told
