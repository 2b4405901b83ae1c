"""Our brands' own NPS of each quarter, and beside it, never in it, that of other operators."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final

from django.db.models.functions import TruncQuarter
from django.utils import timezone

from complaints.calendar_months import shifted
from complaints.customers.models import Brand
from complaints.customers.walls import Walls
from feedback.models import Answer
from feedback.surveys.board import SCORED, scores_of
from feedback.surveys.scores import Estimate, Nps, difference
from feedback.surveys.states import About
from heatmaps_project.supervision.market.models import MarketScore

QUARTERS: Final = 8
MOST: Final = 1_000  # scores of other operators on one page


@dataclass(frozen=True)
class Beside:
    """A brand's quarter: what our customers say of us as a whole, and others of theirs."""

    first: date
    brand: str
    own: Nps
    others: Sequence[MarketScore]

    @property
    def number(self) -> int:
        """Which quarter of its year, 1 to 4."""
        return (self.first.month + 2) // 3

    def lines(self) -> Sequence[tuple[MarketScore, Estimate | None, Estimate | None]]:
        """Return each other operator, its NPS, and by how much we are ahead; None: too few."""
        found = [(other, other.estimate) for other in self.others]
        return [(other, theirs, self._ahead_of(theirs)) for other, theirs in found]

    def _ahead_of(self, theirs: Estimate | None) -> Estimate | None:
        ours = self.own.estimate
        return difference(theirs, ours) if theirs and ours else None


def quarters(*, walls: Walls, now: datetime) -> Sequence[Beside]:
    """Return the last two years, the present quarter first; three queries."""
    today = timezone.localtime(now).date()
    this = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    since = shifted(this, 3 * (1 - QUARTERS))
    told: defaultdict[tuple[date, int], list[MarketScore]] = defaultdict(list)
    rows = MarketScore.objects.within(walls).filter(quarter__gte=since, quarter__lte=this)
    for row in rows.order_by("-quarter", "brand", "-nps", "operator")[:MOST]:
        told[row.quarter, row.brand_id].append(row)
    own = _own(walls=walls, since=since, now=now)
    names = dict(Brand.objects.within(walls).order_by("name").values_list("pk", "name"))
    firsts = (shifted(this, -3 * n) for n in range(QUARTERS))
    keys = ((first, brand) for first in firsts for brand in names)
    shown = (key for key in keys if key in own or key in told)
    return [
        Beside(key[0], names[key[1]], own.get(key, Nps()), told.get(key, ()))
        for key in islice(shown, MOST)
    ]


def _own(*, walls: Walls, since: date, now: datetime) -> dict[tuple[date, int], Nps]:
    zone = timezone.get_current_timezone()
    start = datetime(since.year, since.month, 1, tzinfo=zone)
    answers = Answer.objects.counted().about(About.OVERALL).within(walls)
    rows = answers.filter(at__gte=start, at__lte=now)
    by = rows.annotate(quarter=TruncQuarter("at", tzinfo=zone))
    split = by.values("quarter", "invitation__brand").annotate(**SCORED).order_by("quarter")
    counted = {
        (row["quarter"].date(), row["invitation__brand"]): scores_of(row)[0] for row in split
    }
    return {key: nps for key, nps in counted.items() if nps.answered}
