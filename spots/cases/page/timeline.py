"""The events of a case as a reader sees them: newest first, in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Prefetch, QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from complaints.customers.reader import name_of
from spots.cases.catalogue import Cause, FixKind
from spots.cases.comments.models import Attachment
from spots.cases.events import EventKind
from spots.cases.late.models import LateReason
from spots.cases.models import Case, Event
from spots.cases.states import Dismissal, State, WaitsFor
from spots.cases.transitions.regroupings import KINDS as REGROUPINGS
from spots.cases.wording import (
    failure_in_words,
    moment,
    regrouping_in_words,
    return_in_words,
)
from spots.routing.models import Reason, Team

SHOWN = 200  # events; a spot that grows all day has more, and folds into one line


class Group(TextChoices):
    """What a line is about, for who wants to read of nothing else."""

    MOVES = "moves", gettext_lazy("moves")
    COMMENTS = "comments", gettext_lazy("comments")
    CUSTOMERS = "customers", pgettext_lazy("timeline", "customers")
    SLA = "sla", gettext_lazy("SLA")


# What customers did, and what was said; every other event is of the work.
GROUPS: dict[str, Group] = {
    EventKind.COMMENTED: Group.COMMENTS,
    **dict.fromkeys(
        (EventKind.GREW, EventKind.QUIET, EventKind.ACTIVE, EventKind.ANSWERED), Group.CUSTOMERS
    ),
}


@dataclass(kw_only=True)
class Line:
    """One thing that happened; growth after growth is one line."""

    at: datetime
    group: Group
    kind: str
    label: str
    when: str  # `at` in words
    who: str  # "": the engine
    note: str = ""
    details: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    event: int = 0  # its number; 0: it is no event of the case
    link: str = ""  # where to read more, and what that is called
    link_words: str = ""


def lines_of(case: Case, events_of: QuerySet[Event]) -> list[Line]:
    """Return the newest of these events of a case in words: four queries, however many."""
    return in_words(case, with_authors(events_of).order_by("-at", "-pk")[:SHOWN])


def with_authors(events: QuerySet[Event]) -> QuerySet[Event]:
    """Have events bring along what `in_words` reads of each."""
    files = Prefetch("attachments", Attachment.objects.defer("content").order_by("pk"))
    return events.select_related("by").prefetch_related(files)


def in_words(case: Case, events: Iterable[Event]) -> list[Line]:
    """Return events, in their order, as lines: two queries, and those of the events."""
    zone = case.region.time_zone
    found: Sequence[Event] = list(events)
    names = _Names(found)
    lines = []
    for kind, group in groupby(found, key=lambda event: event.kind):
        run = list(group)
        if kind == EventKind.GREW:
            lines.append(_growth(run, zone))
        else:
            lines += [_line(event, names.details(event, zone), zone) for event in run]
    return lines


def _line(event: Event, details: list[str], zone: str) -> Line:
    return Line(
        at=event.at,
        group=GROUPS.get(event.kind, Group.MOVES),
        event=event.pk,
        kind=event.kind,
        label=event.get_kind_display(),
        when=moment(event.at, zone),
        who=name_of(event.by),
        note=event.note if event.by or not event.note else _(event.note),
        details=details,
        files=list(event.attachments.all()),
    )


def _growth(run: list[Event], zone: str) -> Line:
    count = sum(event.facts.get("complaints", 0) for event in run)
    words = ngettext("%(n)d more complaint", "%(n)d more complaints", count) % {"n": count}
    return _line(run[0], [words], zone)


class _Names:
    """The teams and causes that the events' facts point to."""

    def __init__(self, events: Iterable[Event]) -> None:
        facts = [event.facts for event in events]
        self.teams = Team.objects.in_bulk({f["team"] for f in facts if f.get("team")})
        self.causes = Cause.objects.in_bulk({f["cause"] for f in facts if f.get("cause")})
        late = {f["late_reason"] for f in facts if f.get("late_reason")}
        self.late = LateReason.objects.in_bulk(late) if late else {}

    def details(self, event: Event, zone: str) -> list[str]:
        return [
            words
            for words in (
                *self._of_rows(event.facts),
                *_of_kind(event),
                *_of_times(event.facts, zone),
            )
            if words
        ]

    def _of_rows(self, facts: dict[str, Any]) -> Iterator[str]:
        if team := self.teams.get(facts.get("team")):
            yield _("team: %(team)s") % {"team": team}
        if cause := self.causes.get(facts.get("cause")):
            yield _("cause: %(cause)s") % {"cause": cause}
            if facts.get("fix_kind", cause.fix_kind) != cause.fix_kind:
                yield _named(FixKind, facts["fix_kind"])
        if late := self.late.get(facts.get("late_reason")):
            yield _("late: %(reason)s") % {"reason": late}
        if facts.get("reason") in Reason.values:
            yield _("why: %(reason)s") % {"reason": _named(Reason, facts["reason"])}


def _of_times(facts: dict[str, Any], zone: str) -> Iterator[str]:
    if minutes := facts.get("minutes"):
        yield ngettext("%(n)d minute of work", "%(n)d minutes of work", minutes) % {"n": minutes}
    for name, words in (
        ("eta_at", _("promised by %(moment)s")),
        ("waits_until", _("until %(moment)s")),
    ):
        if facts.get(name):
            yield words % {"moment": moment(datetime.fromisoformat(facts[name]), zone)}


def _of_kind(event: Event) -> Iterator[str]:
    """What an event of its kind has to tell besides."""
    facts = event.facts
    if event.kind in (*REGROUPINGS, EventKind.UNDONE):
        yield from regrouping_in_words(event.kind, facts)
    elif event.kind in (EventKind.OPENED, EventKind.FIXED):
        count = facts.get("customers", 0)
        yield ngettext("%(n)d customer", "%(n)d customers", count) % {"n": count}
    elif event.kind == EventKind.WAITING:
        yield _named(WaitsFor, facts.get("waits_for", ""))
    elif event.kind == EventKind.DISMISSED:
        yield _named(Dismissal, facts.get("dismissed_for", ""))
    elif event.kind == EventKind.RESUMED:
        yield _named(State, event.became)
    elif event.kind == EventKind.FAILED:
        yield failure_in_words(facts)
    elif event.kind == EventKind.REOPENED:
        yield return_in_words(facts)


def _named(choices: type[TextChoices], value: str) -> str:
    """The name of a choice; the value itself where it is none, or no longer one."""
    return str(dict(choices.choices).get(value, value))
