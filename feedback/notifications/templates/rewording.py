"""A message that is there, in the words of another channel."""

import json
from typing import Any

from django.db.models import Min
from django.utils import translation
from django.utils.translation import gettext as _

from feedback.notifications.batches.opening import expected_at
from feedback.notifications.outbox.models import Message
from feedback.notifications.templates import wording
from feedback.notifications.templates.catalogue import ASKING, Channel
from feedback.notifications.templates.segments import segments
from feedback.surveys.links import links_to
from spots.cases.models import Membership


def reworded(message: Message, channel: str) -> dict[str, Any]:
    """
    Return the fields of a message that hold its text, as its channel's template has them now.

    message  with what `WITH` names

    :raises KeyError: the template wants what is not known of this message
    """
    case = message.case
    words = wording.Wordings(
        message.reason,
        brand=message.brand_id,
        cause=case.cause_id if case else None,
        topic=case.topic_id if case else None,
    )
    fields = wording.worded(
        words,
        _values_of(message),
        channel=channel,
        language=message.language,
        segment=message.customer.segment,
    )
    return {**fields, **_with_other_places(message, fields["text"], channel=channel)}


WITH = (
    *("customer", "brand", "region", "batch__works", "batch__brand", "batch__region"),
    *(f"case__{name}" for name in ("brand", "region", "topic", "cause")),
    *("invitation__brand", "invitation__version", "invitation__survey"),
)


def _values_of(message: Message) -> dict[str, str]:
    language, zone = message.language, message.time_zone
    invitation = message.invitation
    link = links_to([invitation.pk])[invitation.pk] if invitation else ""
    if message.own_values:
        return {"brand": message.brand.name, **json.loads(message.own_values)}
    if message.reason in ASKING and invitation is not None:
        return wording.facts_of_survey(invitation, language, link=link)
    if message.case is None:
        assert message.batch is not None  # a constraint says so
        return wording.facts_of_works(message.batch, language, zone=zone)
    members = Membership.objects.filter(
        case=message.case_id, complaint__customer=message.customer_id
    )
    first = members.aggregate(at=Min("complaint__occurred_at"))["at"]
    since = wording.day(first or message.case.started_at, zone, language)
    facts = wording.facts_of(
        message.case, language, eta_at=expected_at(message.case, message.reason)
    )
    return {**facts, "link": link, "complained_on": since}


def _with_other_places(message: Message, text: str, *, channel: str) -> dict[str, Any]:
    """Return the fields of a text with what `transitions.holding.join` added to the first one."""
    with translation.override(message.language):
        begins = _("The same is true of: %(places)s.").partition("%(places)s")[0]
    _own, found, rest = message.text.rpartition(begins)
    if found:
        text = f"{text} {found}{rest}"
    return {"text": text, "parts": len(segments(text).parts) if channel == Channel.SMS else 1}
