"""Events of complaints: each kept once, and the complaint as they all come to."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from django.contrib.gis.geos import Point
from django.db import transaction

from complaints.customers.models import Erasure
from complaints.events.folding import EventType, Happened, Outcome, outcome
from complaints.events.models import ComplaintEvent
from complaints.events.sent import SentEvent
from complaints.geocoding.transitions import region_of
from complaints.intake.models import Complaint, Kept, Placing, Precision, Topic
from complaints.intake.transitions_of_state import judged_anew

_PLACE: Final = frozenset({"address", "point", "precision"})
# What an event says that a complaint has lost by its age.
_LOST: Final[dict[Kept, frozenset[str]]] = {
    Kept.ALL: frozenset(),
    Kept.WORDS: _PLACE,
    Kept.NOTHING: _PLACE | {"text", "reason"},
}


MOST_EVENTS: Final = 500  # of one complaint: each is read again as the next is told


class TooManyEventsError(Exception):
    """So much was told of this complaint that no more is kept."""


class UnknownTopicError(Exception):
    """A correction names a topic that does not exist."""


@dataclass(frozen=True)
class Receipt:
    """What became of an event that was told."""

    outcome: Literal["created", "exists", "conflict"]
    event: ComplaintEvent


@transaction.atomic
def tell(*, complaint_id: int, sent: SentEvent, source: str, now: datetime) -> Receipt:
    """
    Keep an event, unless it is kept already, and let the complaint follow.

    What a late event says counts from when it occurred: the complaint becomes what it would be,
    had all of them come in order. Of what a complaint has lost by its age, or its customer by being
    erased, nothing is kept.

    :raises Complaint.DoesNotExist: there is none
    :raises UnknownTopicError: a correction names a topic that does not exist
    :raises TooManyEventsError: MOST_EVENTS are kept; what is kept may be told again
    """
    complaint = Complaint.objects.select_for_update().get(pk=complaint_id)
    said = _written(_kept(complaint, sent.said))
    told = {
        "complaint": complaint,
        "type": sent.type,
        "occurred_at": sent.occurred_at,
        "received_at": now,
        "said": said,
    }
    event, is_new = ComplaintEvent.objects.get_or_create(
        source=source, event_id=sent.event_id, defaults=told
    )
    if not is_new:
        same = (event.complaint_id, event.type, event.occurred_at, event.said) == (
            *(complaint.pk, sent.type.value, sent.occurred_at.astimezone(UTC), said),
        )
        return Receipt("exists" if same else "conflict", event)
    rows = ComplaintEvent.objects.filter(complaint=complaint)
    if rows.count() > MOST_EVENTS:
        raise TooManyEventsError
    known = [_happened(row) for row in rows]
    before = outcome(one for one in known if one.event_id != _key(event))
    _follow(complaint, before, outcome(known), now=now)
    return Receipt("created", event)


def _kept(complaint: Complaint, said: dict[str, Any]) -> dict[str, Any]:
    if Erasure.objects.has(complaint.customer_id):
        return {}
    return {name: said[name] for name in said if name not in _LOST[Kept(complaint.kept)]}


def _written(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _happened(row: ComplaintEvent) -> Happened:
    return Happened(_key(row), EventType(row.type), row.occurred_at, json.loads(row.said))


def _key(row: ComplaintEvent) -> str:
    """Two senders may give the same id."""
    return f"{row.event_id} {row.source}"


def _follow(complaint: Complaint, before: Outcome, after: Outcome, *, now: datetime) -> None:
    """Write what differs; what others did to the complaint meanwhile stays."""
    changed: dict[str, Any] = {}
    if before.withdrawn_at != after.withdrawn_at:
        changed["withdrawn_at"] = after.withdrawn_at
    changed |= _resolved(complaint, before, after)
    judged = "withdrawn_at" in changed
    corrections = {
        name: value
        for name, value in after.corrected.items()
        if before.corrected.get(name) != value
    }
    if corrections:
        changed |= _corrected(complaint, corrections, now=now)
        judged = True
    if judged:
        changed |= judged_anew(now)
    if changed:
        Complaint.objects.filter(pk=complaint.pk).update(**changed)


def _resolved(complaint: Complaint, before: Outcome, after: Outcome) -> dict[str, Any]:
    """Solved as the sender says, unless a fix solved it, which only a later reopening undoes."""
    at = complaint.resolved_at
    if after.closed_at and at in (None, before.closed_at):
        return {"resolved_at": after.closed_at}
    undone = after.reopened_at and after.reopened_at != before.reopened_at
    if at and undone and after.reopened_at and at <= after.reopened_at:
        return {"resolved_at": None}
    if before.closed_at and not after.closed_at and at == before.closed_at:
        return {"resolved_at": None}
    return {}


def _corrected(complaint: Complaint, said: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    if "topic" in said:
        topic = Topic.objects.filter(code=said["topic"]).first()
        if topic is None:
            raise UnknownTopicError
        changed["topic"] = topic
    if "occurred_at" in said:
        changed["occurred_at"] = datetime.fromisoformat(said["occurred_at"])
    changed |= {name: said[name] for name in ("text", "address") if name in said}
    if "point" in said:
        return changed | _placed(said, now=now)
    return changed | (_unplaced() if "address" in said else {})


def _placed(said: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    point = Point(said["point"]["lon"], said["point"]["lat"], srid=4326)
    return {
        "point": point,
        "precision": said.get("precision") or Precision.HOUSE,
        "match_score": None,
        "placing": Placing.PLACED,
        "placed_at": now,
        "region": region_of(point),
    }


def _unplaced() -> dict[str, Any]:
    """The geocoder places it anew."""
    return {
        "point": None,
        "precision": "",
        "match_score": None,
        "placing": Placing.WAITING,
        "placed_at": None,
        "region": None,
        "address_index": None,
    }


def forget_places(complaint_ids: Collection[int]) -> None:
    """Erase where customers are out of the events of complaints; the rest of them stays."""
    corrections = ComplaintEvent.objects.filter(
        complaint__in=complaint_ids, type=EventType.CORRECTED
    )
    for row in corrections.only("said").select_for_update():
        said = json.loads(row.said)
        if _PLACE & said.keys():
            row.said = _written({name: said[name] for name in said.keys() - _PLACE})
            row.save(update_fields=["said"])


def forget_words(complaint_ids: Collection[int]) -> None:
    """Erase what was said in the events of complaints; that they happened stays."""
    ComplaintEvent.objects.filter(complaint__in=complaint_ids).update(said="{}")
