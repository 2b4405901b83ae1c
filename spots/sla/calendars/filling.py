"""Days that could be put into a calendar, beside what is typed for them already."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from spots.sla.calendars.written import Spans, clock_spans
from spots.sla.calendars.year import Day, day_of
from spots.sla.hours import Hours
from spots.sla.instants import EPOCH


@dataclass(frozen=True)
class Proposal:
    """One day with its own hours; none: it is not worked."""

    on: date
    spans: Spans
    name: str


@dataclass(frozen=True)
class Change:
    """A proposal that differs from what is typed."""

    was: Day
    was_name: str
    proposal: Proposal
    overwrites: bool  # other hours or another name that a person gave the day


def changes_of(
    hours: Hours, names: Mapping[str, str], proposals: Iterable[Proposal]
) -> Iterator[Change]:
    """Yield what the proposals would change, by date; `names` are by date, too."""
    for proposal in sorted(proposals, key=lambda proposal: proposal.on):
        was, was_name = day_of(hours, proposal.on), names.get(proposal.on.isoformat(), "")
        typed = proposal.on.toordinal() - EPOCH.toordinal() in hours.special
        same_hours = typed and clock_spans(was.spans) == proposal.spans
        if same_hours and (was_name or not proposal.name):
            continue
        yield Change(was, was_name, proposal, overwrites=typed and not same_hours)
