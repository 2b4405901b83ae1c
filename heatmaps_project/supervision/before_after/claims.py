"""What is claimed to have become better, and what the intervals say of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.customers.walls import Walls
from feedback.surveys.scores import Csat, Estimate, Nps, csat_change, nps_change
from heatmaps_project.supervision.before_after import effects
from heatmaps_project.supervision.before_after.effects import Rate
from heatmaps_project.supervision.before_after.measuring import Measured, measured
from heatmaps_project.supervision.boards.definitions import Judged
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import Share

MOST_DAYS: Final = 366


@dataclass(frozen=True)
class Spans:
    """As many whole days before a turning day as after it, that day the first of those after."""

    before: Scope
    after: Scope


def spans(*, turned_on: date, days: int, walls: Walls, now: datetime, zone: Any) -> Spans:
    """
    Return the two spans; the second ends now if it is not over.

    :raises ValueError: the day is yet to come
    """
    turned_at = datetime.combine(turned_on, time(), zone)
    if turned_at > now:
        raise ValueError(turned_on)
    end = datetime.combine(turned_on + timedelta(days=days), time(), zone)
    moment = timedelta(microseconds=1)
    until = min(end - moment, now)
    before = Scope(walls=walls, now=turned_at - moment, zone=zone, days=days)
    gone = (until.astimezone(zone).date() - turned_on).days + 1
    return Spans(before, replace(before, now=until, days=gone))


@dataclass(frozen=True)
class Claim:
    """
    One line of the case.

    none       the change where nothing changes: of a ratio 1
    target     what the span after, or the change, reaches at least
    of_change  the target is of the change
    of_fall    the change is by how much less it became: shown as a change, a fall is below nought
    """

    name: Promise | str
    how: Promise
    unit: Promise | str
    before: Estimate | None
    after: Estimate | None
    change: Estimate | None
    change_unit: Promise | str
    target: float
    of_change: bool = False
    of_fall: bool = False
    none: float = 0

    @property
    def shown_change(self) -> Estimate | None:
        if self.change is None or not self.of_fall:
            return self.change
        return Estimate(-self.change.value, -self.change.high, -self.change.low)

    @property
    def shown_target(self) -> float:
        return -self.target if self.of_fall else self.target

    @property
    def change_is_proven(self) -> bool:
        """Whether the interval of the change leaves out that there is none."""
        return self.change is not None and not self.change.low <= self.none <= self.change.high

    @property
    def judged(self) -> Judged:
        """What the interval proves of the target."""
        found = self.change if self.of_change else self.after
        if found is None:
            return Judged.NONE
        if found.low >= self.target:
            return Judged.MET
        return Judged.MISSED if found.high < self.target else Judged.OPEN


def claims(of: Spans) -> list[Claim]:
    """Return the lines of the case; a number of queries that does not grow with rows."""
    before, after = measured(of.before), measured(of.after)
    return [make(before, after) for make in _MADE]


def _share(
    name: Promise, how: Promise, target: float, of: Callable[[Measured], Share]
) -> Callable[[Measured, Measured], Claim]:
    """Return how a line is made whose target is a share in percent."""

    def made(before: Measured, after: Measured) -> Claim:
        was, became = of(before), of(after)
        change = effects.points(was, became)
        return Claim(name, how, "%", _percent(was), _percent(became), change, _("points"), target)

    return made


def _passed_on(before: Measured, after: Measured) -> Claim:
    was, became = before.calls.passed_on, after.calls.passed_on
    return Claim(
        _("calls passed on"),
        _(
            "Calls of which anything was passed on, of the calls with an outcome. The change is by"
            " how much of itself the share changed. The mix of topics is not evened out."
        ),
        "%",
        _percent(was),
        _percent(became),
        effects.fall_of_share(was, became),
        "%",
        50,
        of_change=True,
        of_fall=True,
    )


def _effort(before: Measured, after: Measured) -> Claim:
    return Claim(
        _("work on a complaint"),
        _(
            "Steps that people took in spots and single cases, for each complaint that was solved;"
            " what the engine did by itself is free."
        ),
        pgettext_lazy("how many", "steps"),
        before.effort.estimate,
        after.effort.estimate,
        effects.fall_of_rate(before.effort, after.effort),
        "%",
        15,
        of_change=True,
        of_fall=True,
    )


def _handed_over(before: Measured, after: Measured) -> Claim:
    return Claim(
        _("hand-overs of a complaint"),
        _(
            "How often people gave a spot or a single case to another team or engineer, for each"
            " complaint that was solved; what the engine routed by itself is free."
        ),
        pgettext_lazy("how many", "hand-overs"),
        before.handed_over.estimate,
        after.handed_over.estimate,
        effects.fall_of_rate(before.handed_over, after.handed_over),
        "%",
        15,
        of_change=True,
        of_fall=True,
    )


def _minutes(before: Measured, after: Measured) -> Claim:
    # Minutes come by the dozen: of counts their interval would be too narrow, so none is told.
    was, became = before.minutes, after.minutes
    return Claim(
        _("minutes of work on a complaint"),
        _(
            "Minutes that people noted with their comments, for each complaint that was solved. It"
            " is as whole as they note them; chance is not told apart, so no target is judged."
        ),
        pgettext_lazy("how many", "min"),
        _bare(was),
        _bare(became),
        None,
        "%",
        15,
        of_change=True,
        of_fall=True,
    )


def _bare(rate: Rate) -> Estimate | None:
    return None if rate.estimate is None else Estimate(*(3 * [rate.estimate.value]))


def _alone(before: Measured, after: Measured) -> Claim:
    return Claim(
        _("time of a complaint alone"),
        _(
            "Half of the complaints that never were in a spot were solved sooner, from reception."
            " The change is how many times sooner. Hard ones may have moved into spots."
        ),
        _("h"),
        _hours(before),
        _hours(after),
        effects.times_faster(before.alone, after.alone),
        _("times faster"),
        2,
        of_change=True,
        none=1,
    )


def _nps(before: Measured, after: Measured) -> Claim:
    return _nps_of(_("NPS at touch points"), before.scores[0], after.scores[0])


def _nps_overall(before: Measured, after: Measured) -> Claim:
    return _nps_of(_("NPS overall"), before.overall, after.overall)


def _nps_of(name: Promise, was: Nps, became: Nps) -> Claim:
    return Claim(
        name,
        _("Share of scores 9 and 10 less that of 0 to 6, of all answers of the span."),
        "",
        was.estimate,
        became.estimate,
        nps_change(was, became),
        _("points"),
        10,
        of_change=True,
    )


def _csat(before: Measured, after: Measured) -> Claim:
    was, became = before.scores[1], after.scores[1]
    return Claim(
        "CSAT",
        _("Share of the scores that count as good, of all answers of the span."),
        "%",
        was.estimate,
        became.estimate,
        csat_change(was, became),
        _("points"),
        10,
        of_change=True,
    )


_MADE: Final = (
    _share(
        _("spots fixed within a day"),
        _(
            "Of the spots opened in the span and older than 24 hours, those first marked fixed"
            " within 24 hours of opening, whose fix held for 72 hours."
        ),
        40,
        lambda one: one.in_a_day,
    ),
    _share(
        _("complaints solved through a spot"),
        _(
            "Of the complaints solved in the span, those that were in a spot, and not a single"
            " case or none, when it was solved."
        ),
        50,
        lambda one: one.through_spots,
    ),
    _share(
        _("calls answered at once"),
        _("Of the calls with an outcome, those of which nothing was passed on."),
        98,
        lambda one: one.calls.at_once,
    ),
    _passed_on,
    _effort,
    _handed_over,
    _minutes,
    _alone,
    _nps,
    _nps_overall,
    _csat,
)


def _percent(share: Share) -> Estimate | None:
    return Csat(share.part, share.whole).estimate


def _hours(one: Measured) -> Estimate | None:
    if one.alone is None:
        return None
    told = (one.alone.median, one.alone.low, one.alone.high)
    return Estimate(*(length / timedelta(hours=1) for length in told))
