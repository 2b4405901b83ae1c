"""The texts of a survey that is asked question by question: one row of the outbox each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from feedback.notifications.holding.scheduling import OF_USE_FOR, scheduled
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import UNSENT, State
from feedback.notifications.recipients.zones import zone_of_invitee
from feedback.notifications.templates.catalogue import Channel, Reason
from feedback.notifications.templates.segments import segments
from feedback.surveys.languages import spoken
from feedback.surveys.models import Invitation
from feedback.surveys.turns import Next, Turn
from feedback.surveys.wording import in_a_text, thanks_in_a_text


@dataclass(frozen=True)
class Written:
    """What was written to a customer by one invitation."""

    times: Mapping[int, int]  # how often each question was put
    last: int  # number of the last turn
    on_its_way: bool  # whether a text has yet to go out


def of_invitation(invitation: Invitation) -> Written:
    """Return what was written by an invitation until now; one query."""
    rows = Message.objects.filter(invitation=invitation)
    found = list(rows.values_list("question", "turn", "state"))
    times = Counter(question for question, _turn, _state in found if question)
    last = max((number for _question, number, _state in found), default=0)
    return Written(times, last, any(state in _ON_ITS_WAY for *_other, state in found))


_ON_ITS_WAY = UNSENT | {State.CLAIMED}


def go_on(invitation: Invitation, found: Turn, written: Written, *, now: datetime) -> None:
    """Write the next question, the same one again, or thanks: whatever a reply leads to."""
    language = spoken(invitation.customer.language)
    said = _said(invitation, found, language)
    if not said:
        return
    schedule = scheduled(zone=zone_of_invitee(invitation), now=now)
    if found.next is Next.THANK and schedule["state"] == State.HELD:
        return  # nobody is thanked the morning after
    row = Message(
        reason=Reason.QUESTION,
        turn=written.last + 1,
        question=found.ask,
        channel=Channel.SMS,
        language=language,
        text=said,
        parts=len(segments(said).parts),
        expires_at=min(schedule["due_at"] + OF_USE_FOR, invitation.expires_at),
        **of_invitee(invitation),
        **schedule,
    )
    Message.objects.bulk_create([row], ignore_conflicts=True)


def of_invitee(one: Invitation) -> dict[str, Any]:
    """Return the fields of a message that say to whom it goes, and what about."""
    return {
        "invitation": one,
        "customer_id": one.customer_id,
        "case_id": one.case_id,
        "event_id": one.event_id,
        "brand_id": one.brand_id,
        "region_id": one.region_id,
    }


def _said(invitation: Invitation, found: Turn, language: str) -> str:
    assert invitation.version is not None  # whoever is asked is asked a version
    if found.next is Next.THANK:
        return thanks_in_a_text(invitation.version, language)
    by_number = {one.number: one for one in invitation.version.questions}
    if found.next is Next.NOTHING or found.ask not in by_number:
        return ""
    return in_a_text(by_number[found.ask], language, again=found.next is Next.AGAIN)
