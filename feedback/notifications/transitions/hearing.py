"""What customers text back: an answer to the survey they were asked from that number, or STOP."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q

from complaints.alone import alone
from complaints.customers import transitions as customers
from complaints.customers.consent import BY_TEXT, Purpose
from complaints.customers.models import Customer
from feedback.notifications.channels.outcome import Piece, TextFacts
from feedback.notifications.gateways.addresses import index_of
from feedback.notifications.gateways.models import Gateway, Sender
from feedback.notifications.incoming.models import IncomingText, Meaning
from feedback.notifications.outbox.models import Part
from feedback.notifications.recipients.consenting import purpose_of
from feedback.notifications.templates.catalogue import RATED
from feedback.notifications.transitions.conversing import go_on, of_invitation
from feedback.notifications.transitions.joining import joined
from feedback.surveys import transitions as surveys
from feedback.surveys.models import Answer, AnswerChannel, Invitation
from feedback.surveys.replies import asks_to_stop
from feedback.surveys.states import ANSWERABLE
from feedback.surveys.transitions.answering import said_in
from feedback.surveys.turns import turn

# One statement for all that was settled: each their own took a tenth of the time.
_SETTLE = """
    UPDATE feedback_incomingtext AS text
    SET meaning = settled.meaning, invitation_id = settled.invitation
    FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) AS settled (id, meaning, invitation)
    WHERE text.id = settled.id
"""
MOST_PIECES = 2000  # looked at together
_LOCK = 0x74_6578_74  # "text": of hearing, apart from other advisory locks

logger = logging.getLogger(__name__)


def take_text(facts: TextFacts, *, now: datetime) -> None:
    """Keep a text until it is settled; one that comes from no number is let go."""
    address_index = index_of(facts.address)
    if address_index is None:
        return
    IncomingText.objects.create(
        gateway=facts.gateway,
        address=facts.address,
        address_index=address_index,
        sender=facts.sender,
        text=facts.text,
        received_at=now,
        **_of_several(facts.piece),
    )


def _of_several(piece: Piece | None) -> dict[str, int]:
    if piece is None:
        return {}
    return {"reference": piece.reference, "piece": piece.number, "pieces": piece.count}


@transaction.atomic
def settle_texts(*, now: datetime, limit: int = 200) -> int:
    """
    Settle texts in the order they came, and return how many; the same one twice counts once.

    One worker at a time: else two would hear a customer's texts out of their order.
    """
    if not alone(_LOCK):
        return 0
    waiting = IncomingText.objects.filter(meaning="").order_by("pk")
    # Parts may have to wait for others: whole texts do not wait behind them.
    found = [*waiting.filter(pieces=1)[:limit], *waiting.filter(pieces__gt=1)[:MOST_PIECES]]
    texts = joined(sorted(found, key=lambda one: one.pk), now=now)
    ways = _WaysIn.read()
    for text in texts:
        text.meaning = text.meaning or _settled_alone(text, ways, now=now)
    _write(texts)
    return len(texts)


def _write(texts: Collection[IncomingText]) -> None:
    """Write what became of texts, and which invitations they answer."""
    rows = [(text.pk, str(text.meaning), text.invitation_id) for text in texts]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_SETTLE, [list(column) for column in zip(*rows, strict=True)])


@dataclass(frozen=True)
class _WaysIn:
    """
    What is known of the ways that texts come by.

    usual   the numbers that surveys without a number of their own come from
    brands  of each gateway that is one brand's alone, that brand
    """

    usual: Collection[str]
    brands: Mapping[str, int]

    @classmethod
    def read(cls) -> Self:
        rows = Sender.objects.filter(purpose=Purpose.SURVEY)
        usual = frozenset({settings.SMS_SENDER, *rows.values_list("sender", flat=True)})
        of_one = Gateway.objects.exclude(brand=None).order_by()
        return cls(usual, dict(of_one.values_list("name", "brand")))

    def heard(self, text: IncomingText, brand: str) -> Q:
        """
        Return the condition that a text may be about a brand: by a common gateway, about any.

        Whoever runs a gateway may say that a text came from any number: for customers of another
        brand it counts nothing.

        brand  the path to it
        """
        of_one = self.brands.get(text.gateway)
        return Q() if of_one is None else Q(**{brand: of_one})


def _settled_alone(text: IncomingText, ways: _WaysIn, *, now: datetime) -> Meaning:
    """Settle a text; one that breaks what hears it is left to a person, and holds up no other."""
    try:
        with transaction.atomic():
            return _settled(text, ways, now=now)
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
        raise  # the database's trouble, or the task's, not the text's
    except Exception:
        logger.exception("The text %s cannot be heard", text.pk)
        return Meaning.UNCLEAR


def _settled(text: IncomingText, ways: _WaysIn, *, now: datetime) -> Meaning:
    if asks_to_stop(text.text):
        return _stop(text, ways, now=now)
    found = _newest_before(text, ways)
    if found is None:
        return Meaning.NOBODY
    text.invitation, seen = found
    if not _may_answer(text.invitation, now=now):
        return Meaning.LATE
    return _heard(text, text.invitation, seen=seen, now=now)


def _heard(text: IncomingText, invitation: Invitation, *, seen: int, now: datetime) -> Meaning:
    assert invitation.version is not None  # whoever is asked is asked a version
    said = said_in(Answer.objects.filter(invitation=invitation))
    written = of_invitation(invitation)
    questions = invitation.version.questions
    found = turn(
        text.text, questions, said, seen=seen, times=written.times, on_its_way=written.on_its_way
    )
    if invitation.survey.by_text:
        # Before the invitation, as erasing does: what they are told next waits for them.
        people = Customer.objects.filter(pk=invitation.customer_id)
        people.select_for_update(no_key=True).values_list("pk").first()
    if found.heard.said is not None:
        try:
            surveys.answer(
                invitation_id=invitation.pk,
                question=found.question,
                said=found.heard.said,
                words=found.heard.words,
                channel=AnswerChannel.SMS,
                now=now,
            )
        except (surveys.ExpiredError, surveys.NotAskedError):
            return Meaning.LATE
    if invitation.survey.by_text:
        go_on(invitation, found, written, now=now)
    return Meaning.ANSWER if found.heard.said is not None else Meaning.UNCLEAR


def _may_answer(invitation: Invitation, *, now: datetime) -> bool:
    return invitation.state in ANSWERABLE and invitation.expires_at > now


def _stop(text: IncomingText, ways: _WaysIn, *, now: datetime) -> Meaning:
    """
    Whoever has this number is asked no more, whether a survey is open or not, and gets no offers;
    nor news of their own complaint, if that is what they answered.
    """
    purposes = {Purpose.SURVEY, Purpose.MARKETING, _purpose_before(text, ways)}
    theirs = Customer.objects.filter(phone_index__in=text.address_indexes)
    people = theirs.filter(ways.heard(text, "brand"))
    for customer_id in people.order_by("pk").values_list("pk", flat=True):
        for purpose in sorted(purposes):
            customers.opt_out(customer_id=customer_id, purpose=purpose, told_by=BY_TEXT, now=now)
    return Meaning.STOP


def _purpose_before(text: IncomingText, ways: _WaysIn) -> Purpose:
    """Return what the newest text that they had from us was for."""
    parts = Part.objects.filter(
        ways.heard(text, "message__brand"),
        address_index__in=text.address_indexes,
        sent_at__lte=text.received_at,
    )
    newest = parts.order_by("-sent_at", "-pk").values_list("message__reason", flat=True).first()
    # what tells of a fix asks as well: refusing it is refusing to be asked
    return purpose_of(newest) if newest and newest not in RATED else Purpose.SURVEY


def _newest_before(text: IncomingText, ways: _WaysIn) -> tuple[Invitation, int] | None:
    """
    Return the invitation and the question of the newest text of ours that a customer could have
    in hand as they wrote: what went to their number from the one they write to. An invitation
    that can be answered goes first.
    """
    theirs = Q(message__invitation__survey__sender=text.sender)
    if text.sender in ways.usual:
        theirs |= Q(message__invitation__survey__sender="")
    open_to_them = Q(
        message__invitation__state__in=ANSWERABLE,
        message__invitation__expires_at__gt=text.received_at,
    )
    heard = ways.heard(text, "message__brand")
    rows = Part.objects.filter(theirs, heard, address_index__in=text.address_indexes)
    rows = rows.exclude(message__turn__gt=0, message__question=0)  # thanks
    rows = rows.annotate(is_open=open_to_them, came_first=Q(sent_at__lte=text.received_at))
    newest = rows.order_by("-is_open", "-came_first", "-sent_at", "-pk")
    found = newest.values_list("message__invitation", "message__question").first()
    if found is None:
        return None
    # In a query of its own: joined to the above, planning alone took longer than all the rest.
    invitations = Invitation.objects.select_related("survey", "version", "customer", "region")
    return invitations.defer("region__outline").get(pk=found[0]), found[1]
