"""Figures of the contact centre's calls, out of the record of lookups."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heatmaps_project.supervision.boards.ranks import ALL, spreads
from heatmaps_project.supervision.rollups.facts import Fact
from heatmaps_project.supervision.rollups.reading import MOMENT, Sum, lengths, summed
from heatmaps_project.supervision.rollups.spans import Span
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import Share

HOW: tuple[Promise, ...] = (
    _(
        "Calls: conversations that began in the period with a lookup, by agents or the CRM, each"
        " of the brand and region first known in it; customers' own pages are left out, and so is"
        " the choice of a team."
    ),
    _(
        "Answered at once: of the calls with an outcome, those of which nothing was passed on:"
        " the answer was enough, or the caller was attached to the spot."
    ),
    _("Time to answer: from the first lookup of a call to its last outcome; half took less."),
)


@dataclass(frozen=True)
class Calls:
    calls: int
    at_once: Share
    passed_on: Share
    median: timedelta | None  # from the first lookup to the last outcome; None: none had any
    nine_in_ten: timedelta | None  # took no longer

    @property
    def median_seconds(self) -> float | None:
        return self.median.total_seconds() if self.median is not None else None

    @property
    def longest_seconds(self) -> float | None:
        return self.nine_in_ten.total_seconds() if self.nine_in_ten is not None else None


def calls(scope: Scope) -> Calls:
    """Count the period's calls, and how they ended."""
    span, whole = Span(scope.since(), scope.now + MOMENT), replace(scope, team=None)
    told = summed(whole, [Fact.CALLED], [span])
    found = told[Fact.CALLED,][0] if told else Sum()
    took = spreads(*lengths(whole, Fact.CALLED, span), of="took", alike="n").get(ALL)
    return Calls(
        found.n,
        Share(found.total - found.good, found.total),
        Share(found.good, found.total),
        took.median if took else None,
        took.nine_in_ten if took else None,
    )
