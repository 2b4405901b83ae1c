"""What a unit sold beside what the customers say whom its teams served, month by month."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models.functions import TruncMonth
from django.utils import timezone

from complaints.calendar_months import shifted
from complaints.customers.walls import Walls
from feedback.models import Answer
from feedback.surveys.board import SCORED, scores_of
from feedback.surveys.scores import Csat, Nps
from feedback.surveys.states import About
from heatmaps_project.accounts.units.tree import Tree
from heatmaps_project.supervision.sales.models import SalesFigure
from heatmaps_project.supervision.sales.sales_lines import Sold, of_brands

MONTHS: Final = 12


@dataclass(frozen=True)
class Month:
    first: date
    sold: Sold | None  # None: nobody told it
    nps: Nps
    csat: Csat


def months(tree: Tree, unit: int | None, *, walls: Walls, now: datetime) -> Sequence[Month]:
    """
    Return the last twelve months, the present one first; two queries.

    unit  None: everything, also what no unit has
    """
    this = timezone.localtime(now).date().replace(day=1)
    since = shifted(this, 1 - MONTHS)
    told: defaultdict[date, defaultdict[int | None, dict[int, Sold]]]
    told = defaultdict(lambda: defaultdict(dict))
    rows = SalesFigure.objects.within(walls).filter(month__gte=since, month__lte=this)
    names = ("unit", "brand", "month", "sales", "revenue")
    for of, brand, month, sales, revenue in rows.values_list(*names):
        told[month][brand][of] = Sold(sales, revenue)
    said = _said(tree, unit, walls=walls, since=since, now=now)
    firsts = [shifted(this, -n) for n in range(MONTHS)]
    nothing = (Nps(), Csat())
    return [
        Month(first, of_brands(tree, unit, told[first].values()), *said.get(first, nothing))
        for first in firsts
    ]


def _said(
    tree: Tree, unit: int | None, *, walls: Walls, since: date, now: datetime
) -> dict[date, tuple[Nps, Csat]]:
    zone = timezone.get_current_timezone()
    start = datetime(since.year, since.month, 1, tzinfo=zone)
    rows = (
        Answer.objects.counted()
        .about(About.TOUCH_POINTS)
        .within(walls)
        .filter(at__gte=start, at__lte=now)
    )
    if unit is not None:
        rows = rows.filter(invitation__team__in=tree.teams()[unit])
    by_month = rows.annotate(month=TruncMonth("at", tzinfo=zone)).values("month")
    scored = by_month.annotate(**SCORED).order_by("month")
    return {row["month"].date(): scores_of(row) for row in scored}
