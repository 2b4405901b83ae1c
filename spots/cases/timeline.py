"""The events of a case as a reader sees them: newest first, in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spots.cases.catalogue import Cause, Team
from spots.cases.comments.models import Attachment
from spots.cases.models import Case, Event, EventKind
from spots.cases.wording import moment

SHOWN = 200  # events; a spot that grows all day has more, and folds into one line


@dataclass
class Line:
    """One thing that happened; growth after growth is one line."""

    kind: str
    label: str
    at: datetime
    when: str
    who: str  # "": the engine
    note: str
    details: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)


def lines_of(case: Case) -> list[Line]:
    """Return the newest events in words: four queries, however many there are."""
    zone = case.region.time_zone
    files = Prefetch("attachments", Attachment.objects.defer("content").order_by("pk"))
    rows = case.events.select_related("by").prefetch_related(files)
    newest = rows.order_by("-at", "-pk")[:SHOWN]
    events = list(newest)
    names = _Names(events)
    lines = []
    for kind, group in groupby(events, key=lambda event: event.kind):
        run = list(group)
        if kind == EventKind.GREW:
            lines.append(_growth(run, zone))
        else:
            lines += [_line(event, names.details(event, zone), zone) for event in run]
    return lines


def _line(event: Event, details: list[str], zone: str) -> Line:
    return Line(
        kind=event.kind,
        label=event.get_kind_display(),
        at=event.at,
        when=moment(event.at, zone),
        who=(event.by.get_full_name() or event.by.get_username()) if event.by else "",
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

    def details(self, event: Event, zone: str) -> list[str]:
        facts, found = event.facts, []
        if team := self.teams.get(facts.get("team")):
            found.append(_("team: %(team)s") % {"team": team})
        if cause := self.causes.get(facts.get("cause")):
            found.append(_("cause: %(cause)s") % {"cause": cause})
        if facts.get("eta_at"):
            until = moment(datetime.fromisoformat(facts["eta_at"]), zone)
            found.append(_("promised by %(moment)s") % {"moment": until})
        if event.kind == EventKind.MERGED:
            words = _("into № %(n)s") if "into" in facts else _("№ %(n)s joined")
            found.append(words % {"n": facts.get("into") or facts.get("from")})
        if event.kind == EventKind.SPLIT:
            words = _("№ %(n)s split off") if "into" in facts else _("out of № %(n)s")
            found.append(words % {"n": facts.get("into") or facts.get("from")})
        if event.kind in (EventKind.OPENED, EventKind.FIXED):
            count = facts.get("customers", 0)
            words = ngettext("%(n)d customer", "%(n)d customers", count)
            found.append(words % {"n": count})
        return found
