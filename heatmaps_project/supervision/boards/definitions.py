"""What the boards count: each number's definition with its version."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heatmaps_project.supervision.shares import Share


class Judged(StrEnum):
    """How a number stands to its target; of a share, only what its interval proves."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"  # the target is inside the interval
    NONE = "none"  # nothing to count yet


@dataclass(frozen=True)
class Definition:
    """
    A number of the wall.

    code     names its target, too: a field of WallTargets
    version  goes up when the number would come out otherwise; old reports say theirs
    """

    code: str
    version: int
    name: Promise
    how: Promise
    permission: str  # to see the rows behind it


WALL: Final[tuple[Definition, ...]] = (
    Definition(
        "in-a-day",
        1,
        _("spots fixed within a day"),
        _(
            "Of the spots opened in the period and older than 24 hours, those first marked fixed"
            " within 24 hours of opening, whose fix held for 72 hours."
        ),
        "spots.view_spot",
    ),
    Definition(
        "kept",
        1,
        _("promises kept"),
        _("Of the promises that fell due in the period, those done in time; open ones are missed."),
        "heatmaps_project.view_figures",
    ),
    Definition(
        "missed",
        1,
        _("promises missed and open"),
        _("Promises whose due time has passed and that are not done, now."),
        "spots.view_spot",
    ),
    Definition(
        "through-spots",
        1,
        _("complaints solved through a spot"),
        _(
            "Of the complaints solved in the period, those that were in a spot, and not a single"
            " case or none, when it was solved."
        ),
        "complaints.view_complaint",
    ),
    Definition(
        "satisfied",
        1,
        _("satisfied with the fix"),
        _(
            "Ratings that their survey counts as good, usually 4 and 5, of all ratings of fixes"
            " given in the period."
        ),
        "feedback.view_answer",
    ),
)
BY_CODE: Final = {one.code: one for one in WALL}


def judged(share: Share, target: float) -> Judged:
    """Return what the 95 % interval of a share proves about a target, in percent."""
    if share.interval is None:
        return Judged.NONE
    low, high = share.interval
    if low >= target:
        return Judged.MET
    return Judged.MISSED if high < target else Judged.OPEN


def judged_count(count: int, most: float) -> Judged:
    """Return whether a count stays within what it is at most."""
    return Judged.MET if count <= most else Judged.MISSED
