"""Everything that is being done, of every kind, in one list: the soonest to be heard of first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from typing import Final

from django.db.models import F, TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.customers.reader import name_of
from complaints.customers.walls import Walls
from feedback.insights.models import Insight, InsightQuerySet
from feedback.insights.states import WAITING
from spots.cases.models import Case, CaseQuerySet

MOST: Final = 100  # rows shown of each kind
_LAST: Final = datetime.max.replace(tzinfo=UTC)


class What(TextChoices):
    SPOT = "spot", _("spot")
    WISH = "wish", _("customer's wish")
    IDEA = "idea", _("idea of the staff")

    @property
    def many(self) -> str:
        return str(_MANY[self])


_MANY: Final = {
    What.SPOT: _("spots"),
    What.WISH: _("customers' wishes"),
    What.IDEA: _("ideas of the staff"),
}


@dataclass(frozen=True)
class Row:
    """
    Something that somebody does.

    next_at  when it is to be done, or more to be said of it; None: nobody has said
    """

    what: What
    name: str
    link: str
    state: str
    owner: str
    next_at: datetime | None
    has_hour: bool  # of next_at; else it is the end of a day
    is_late: bool


@dataclass(frozen=True)
class Board:
    rows: Sequence[Row]
    counts: Sequence[tuple[What, int]]


def board(kinds: Sequence[What], *, walls: Walls, now: datetime, zone: tzinfo) -> Board:
    """Return what is being done of these kinds, as far as the reader may see it."""
    rows: list[Row] = []
    counts: list[tuple[What, int]] = []
    for what in kinds:
        if what == What.SPOT:
            cases = Case.objects.within(walls).spots().working()
            counts.append((what, cases.count()))
            rows += _of_spots(cases, now)
        else:
            insights = Insight.objects.within(walls).filter(
                state__in=WAITING, comment__isnull=what == What.IDEA
            )
            counts.append((what, insights.count()))
            rows += _of_insights(what, insights, now, zone)
    rows.sort(key=lambda row: row.next_at or _LAST)
    return Board(rows, counts)


def _of_spots(cases: CaseQuerySet, now: datetime) -> list[Row]:
    rows = cases.select_related("team", "engineer", "topic").defer("outline", "evidence")
    return [
        Row(
            What.SPOT,
            str(case),
            reverse("admin:spots_spot_change", args=[case.pk]),
            case.get_state_display(),
            name_of(case.engineer) or (case.team.name if case.team else ""),
            case.eta_at,
            has_hour=True,
            is_late=case.eta_at is not None and case.eta_at < now,
        )
        for case in rows.order_by(F("eta_at").asc(nulls_last=True), "pk")[:MOST]
    ]


def _of_insights(what: What, insights: InsightQuerySet, now: datetime, zone: tzinfo) -> list[Row]:
    rows = insights.select_related("owner", "department")
    found = []
    for row in rows.order_by(F("next_on").asc(nulls_last=True), "-votes", "pk")[:MOST]:
        ends = datetime.combine(row.next_on, time.max, zone) if row.next_on else None
        found.append(
            Row(
                what,
                row.title,
                reverse("admin:feedback_insight_change", args=[row.pk]),
                row.get_state_display(),
                name_of(row.owner) or str(row.department),
                ends,
                has_hour=False,
                is_late=ends is not None and ends < now,
            )
        )
    return found
