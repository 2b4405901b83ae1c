"""What staff do about texts that were not understood: each by one function, once."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.customers.models import Customer
from complaints.intake.models import Channel, Topic
from complaints.intake.sent import UnreadableError, read_row
from complaints.intake.transitions import receive
from feedback.followups import transitions as followups
from feedback.notifications.incoming.models import Handling, IncomingText
from feedback.notifications.templates.catalogue import Channel as Way
from feedback.notifications.templates.catalogue import Reason
from feedback.notifications.transitions.telling_one import tell_one

HANDLES = "feedback.handle_text"
_HANDLED = ("handling", "handled_at", "handled_by")
SOURCE = "texts"  # of the complaints that are made of them


class TextRefusedError(Exception):
    """Something was done about the text already, or it cannot be done."""


@transaction.atomic
def mark_seen(*, text_id: int, by: AbstractUser, now: datetime) -> None:
    """:raises TextRefusedError: somebody was quicker, or `by` may not"""
    _done(_taken(text_id, by), Handling.SEEN, by=by, now=now)


@transaction.atomic
def reply(*, text_id: int, words: str, by: AbstractUser, now: datetime) -> None:
    """
    Answer a text with one of ours, to the number that it came from.

    :raises TextRefusedError: as above; or it is nobody's whom we know, or they want no messages
    """
    text, customer = _taken_of(text_id, by)
    if customer is None:
        raise TextRefusedError(_("No customer with this number is known."))
    text.reply = tell_one(
        Reason.REPLY,
        customer,
        own={"reply": words},
        region=text.invitation.region if text.invitation else None,
        channel=Way.SMS,
        now=now,
    )
    if text.reply is None:
        raise TextRefusedError(_("The customer wants no messages."))
    _done(text, Handling.REPLIED, by=by, now=now)


@transaction.atomic
def make_complaint(
    *, text_id: int, topic: Topic, address: str, by: AbstractUser, now: datetime
) -> None:
    """
    Make a complaint of what a customer wrote.

    :raises TextRefusedError: as `reply`; or the address cannot be taken
    """
    text, customer = _taken_of(text_id, by)
    if customer is None:
        raise TextRefusedError(_("No customer with this number is known."))
    row = {
        "external_id": str(text.pk),
        "brand": customer.brand.code,
        "customer": {"id": customer.crm_id},
        "topic": topic.code,
        "channel": Channel.TEXT,
        "text": text.text,
        "address": address,
        "occurred_at": text.received_at,
    }
    try:
        [receipt] = receive([read_row(row, now=now, ours=True)], source=SOURCE, now=now)
    except UnreadableError:
        raise TextRefusedError(_("An address is needed.")) from None
    text.complaint_id = receipt.complaint_id
    _done(text, Handling.COMPLAINT, by=by, now=now)


@transaction.atomic
def follow_up(*, text_id: int, by: AbstractUser, now: datetime) -> None:
    """
    Have the customer called about what they wrote.

    :raises TextRefusedError: somebody was quicker, `by` may not, or nobody whom we know wrote it
    """
    text, customer = _taken_of(text_id, by)
    if customer is None:
        raise TextRefusedError(_("No customer with this number is known."))
    asked = text.invitation
    text.followup = followups.follow_up_words(
        customer=customer,
        words=text.text,
        region_id=asked.region_id if asked else None,
        case_id=asked.case_id if asked else None,
        by=by,
        now=now,
    )
    _done(text, Handling.FOLLOWUP, by=by, now=now)


def whose(text: IncomingText, by: AbstractUser) -> Customer | None:
    """Return the customer who wrote a text: who was asked, else whoever has the number now."""
    person = get_user_model().objects.get(pk=by.pk)
    rows = Customer.objects.within(person.walls).not_erased().select_related("brand")
    asked = text.invitation.customer_id if text.invitation else None
    if asked is not None and (found := rows.filter(pk=asked).first()):
        return found
    theirs = rows.filter(phone_index__in=text.address_indexes)
    return theirs.order_by("-described_at", "-pk").first()


def _taken_of(text_id: int, by: AbstractUser) -> tuple[IncomingText, Customer | None]:
    """Lock whoever wrote a text, so that nobody erases them meanwhile, and then the text."""
    found = whose(IncomingText.objects.select_related("invitation").get(pk=text_id), by)
    customer = Customer.objects.held(found.pk) if found else None
    return _taken(text_id, by), customer


def _taken(text_id: int, by: AbstractUser) -> IncomingText:
    if not by.has_perm(HANDLES):
        raise TextRefusedError(_("You may do nothing about texts."))
    rows = IncomingText.objects.not_understood().select_for_update(of=("self",))
    text = rows.select_related("invitation__region").get(pk=text_id)
    if text.handling:
        named = {"what": text.get_handling_display()}
        raise TextRefusedError(_("Something was done about this text already: %(what)s.") % named)
    return text


def _done(text: IncomingText, what: Handling, *, by: AbstractUser, now: datetime) -> None:
    text.handling, text.handled_at, text.handled_by_id = what, now, by.pk
    text.save(update_fields=[*_HANDLED, "reply", "complaint", "followup"])
