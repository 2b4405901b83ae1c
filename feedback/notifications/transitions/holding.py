"""Of messages about to be sent: which are told in one text, and which a cap holds back."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from feedback.notifications.holding.caps import WEEK, next_allowed
from feedback.notifications.holding.rules import SendingRule, Stop
from feedback.notifications.holding.scheduling import opens_at
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import State, Why
from feedback.notifications.recipients.consenting import purpose_of
from feedback.notifications.templates.catalogue import ASKING, TO_ONE, Channel, Reason
from feedback.notifications.templates.segments import segments
from feedback.notifications.templates.wording import place_of
from feedback.notifications.transitions.truth import invitations_of
from feedback.surveys import transitions as surveys

# A dialogue that the customer keeps up is not cut short. Works are each of their own time, and
# what is said to one customer is said of nothing else.
UNCAPPED = frozenset({Reason.QUESTION, Reason.REPLY})
APART = ASKING | TO_ONE | {Reason.WORKS, Reason.INSIGHT}
_COUNTED = (State.CLAIMED, State.HANDED_OVER, State.UNCERTAIN, State.DELIVERED)


def stopped() -> Q:
    """Return what is not sent because somebody pulled a switch; an empty Q: nothing."""
    found = Q()
    for one in Stop.objects.in_force().filter(gateway=""):
        held = Q(pk__isnull=False)
        if one.purpose:
            held &= Q(reason__in=[r for r in Reason.values if purpose_of(r) == one.purpose])
        if one.brand_id:
            held &= Q(brand=one.brand_id)
        found |= held
    return found


def join(going: Collection[Message], beside: Collection[Message]) -> list[Message]:
    """
    Let people in several spots get one text: return the messages that go.

    Others to the same customer, for the same reason, are named in the first and go no more.

    going   locked, true, and about to be sent
    beside  the same, but due only
    """
    first: dict[tuple[int, str], Message] = {}
    others: dict[int, list[Message]] = {}
    for message in (*going, *beside):
        if message.reason in APART or message.attempts:
            continue  # of one that was tried, parts may have been sent
        carrier = first.setdefault((message.customer_id, message.reason), message)
        if carrier is not message:
            others.setdefault(carrier.pk, []).append(message)
    if not others:
        return list(going)
    carriers = [message for message in going if message.pk in others]
    for message in carriers:
        _add(message, others[message.pk])
    Message.objects.bulk_update(carriers, ["text", "parts"])
    joined = {one.pk: one for carrier in carriers for one in others[carrier.pk]}
    Message.objects.filter(pk__in=joined).update(state=State.CANCELLED, why=Why.JOINED)
    surveys.undelivered(invitations_of(joined.values()))
    return [message for message in going if message.pk not in joined]


def _add(carrier: Message, others: list[Message]) -> None:
    """Say in a text of which other places the same is true."""
    places = {place_of(one.case, carrier.language) for one in others if one.case}
    if carrier.case:
        places.discard(place_of(carrier.case, carrier.language))
    if not places:
        return
    with translation.override(carrier.language):
        also = _("The same is true of: %(places)s.") % {"places": "; ".join(sorted(places))}
    carrier.text = f"{carrier.text} {also}"
    if carrier.channel == Channel.SMS:
        carrier.parts = len(segments(carrier.text).parts)


def over_the_cap(messages: Iterable[Message], *, now: datetime) -> dict[int, datetime]:
    """
    Return the messages whose customers have had enough for now, each with when it may go.

    Of several to one customer, the first go. Their customers are locked: nobody else counts them.
    """
    wanted = [one for one in messages if one.reason not in UNCAPPED and not one.attempts]
    rule, sent = SendingRule.in_force(), _sent(wanted, now=now)
    held = {}
    for message in wanted:
        had = sent.setdefault(message.customer_id, [])
        at = next_allowed(had, now=now, per_day=rule.per_day, per_week=rule.per_week)
        if at > now:
            held[message.pk] = opens_at(zone=message.time_zone, now=at)
        else:
            had.append(now)
    return held


def _sent(messages: Iterable[Message], *, now: datetime) -> dict[int, list[datetime]]:
    rows = Message.objects.filter(
        customer__in={one.customer_id for one in messages},
        claimed_at__gt=now - WEEK,
        state__in=_COUNTED,
    )
    sent: dict[int, list[datetime]] = {}
    for customer, at in rows.values_list("customer", "claimed_at"):
        if at is not None:
            sent.setdefault(customer, []).append(at)
    return sent
