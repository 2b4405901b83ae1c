"""What was regrouped, as the events tell it: which can be undone, and what stands in the way."""

from dataclasses import dataclass

from django.db.models import QuerySet

from spots.cases.events import EventKind
from spots.cases.models import Case, Event, Membership

KINDS = (EventKind.MERGED, EventKind.SPLIT, EventKind.ATTACHED, EventKind.DETACHED)
# What people or the engine may do after a regrouping without building on it.
_HARMLESS = (EventKind.GREW, EventKind.QUIET, EventKind.ACTIVE, EventKind.COMMENTED)
_TWINS = {
    EventKind.MERGED: EventKind.MERGED,
    EventKind.SPLIT: EventKind.SPLIT,
    EventKind.ATTACHED: EventKind.DETACHED,
    EventKind.DETACHED: EventKind.ATTACHED,
}


@dataclass(frozen=True)
class Regrouping:
    """One regrouping: the event by which it was found, and those of either case."""

    event: Event
    source: Event | None  # of the case whose complaints went; None: they were in none
    target: Event | None  # of the case where they went; None: to none

    @property
    def kind(self) -> EventKind:
        return EventKind(self.event.kind)

    @property
    def events(self) -> list[Event]:
        return [event for event in (self.source, self.target) if event is not None]

    @property
    def case_ids(self) -> set[int]:
        return {event.case_id for event in self.events}


def regrouping_of(event_id: int) -> Regrouping | None:
    """
    Return the regrouping that an event tells of; None: it tells of none. Two queries.

    A single complaint attached or detached is none: the opposite takes it back.
    """
    rows = Event.objects.filter(pk=event_id, kind__in=KINDS)
    event = rows.exclude(facts__has_key="complaint").first()
    return _whole(event) if event else None


def moved_by(done: Regrouping) -> QuerySet[Membership]:
    """Return the memberships that a regrouping made; where it made none, those that it ended."""
    source, target = done.source, done.target
    if source is None:
        return Membership.objects.filter(
            case=done.event.case_id, since=done.event.at, by=done.event.by_id
        )
    left = Membership.objects.filter(case=source.case_id, until__gte=source.at)
    if target is None:
        return left.filter(until=source.at, ended_by=source.by_id)
    came = Membership.objects.filter(case=target.case_id, since=target.at)
    return came.filter(complaint__in=left.values("complaint"))


def last_regrouping(case: Case) -> Regrouping | None:
    """Return the last regrouping of a case, if it can be undone now: four queries at most."""
    rows = case.events.filter(kind__in=KINDS).exclude(facts__has_key="complaint")
    undone = _undone({case.pk}, since=0)
    event = rows.exclude(pk__in=undone).order_by("-pk").first()
    done = _whole(event) if event else None
    return done if done and in_the_way(done) is None else None


def in_the_way(done: Regrouping) -> Event | None:
    """
    Return the first event after a regrouping, on either case, that builds on it: two queries.

    The one that undoes it is also in its way. What was itself undone is not.
    """
    since = max(event.pk for event in done.events)
    rows = Event.objects.filter(case__in=done.case_ids, pk__gt=since)
    own = [event.pk for event in done.events]
    if undoing := rows.filter(kind=EventKind.UNDONE, facts__event__in=own).first():
        return undoing
    later = rows.exclude(kind__in=(*_HARMLESS, EventKind.UNDONE))
    later = later.exclude(facts__has_key="complaint")
    return later.exclude(pk__in=_undone(done.case_ids, since=since)).order_by("pk").first()


def _undone(case_ids: set[int], *, since: int) -> set[int]:
    """The events that were taken back."""
    rows = Event.objects.filter(case__in=case_ids, pk__gt=since, kind=EventKind.UNDONE)
    return set(rows.values_list("facts__event", flat=True))


def _whole(event: Event) -> Regrouping | None:
    """Find the event of the other case; None: it is not there."""
    other = event.facts.get("into") or event.facts.get("from")
    if other is None:
        came = event.kind == EventKind.ATTACHED
        return Regrouping(event, None if came else event, event if came else None)
    way = "from" if "into" in event.facts else "into"
    twins = Event.objects.filter(
        case=other,
        at=event.at,
        kind=_TWINS[EventKind(event.kind)],
        **{f"facts__{way}": event.case_id},
    )
    twin = min(twins, key=lambda one: abs(one.pk - event.pk), default=None)
    if twin is None:
        return None
    return Regrouping(event, event, twin) if way == "from" else Regrouping(event, twin, event)
