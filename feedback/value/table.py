"""What customers were worth by the groups of counting.py: as counted last, or else live."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from complaints.calendar_months import shifted
from complaints.customers.months import MonthlyFact
from complaints.customers.walls import Walls
from feedback.value.counting import counted
from feedback.value.groups import Group, Mark, marks
from feedback.value.models import StaleValue, ValueCount, ValueGroup

MONTHS: Final = (1, 3, 6, 12)
USUAL_MONTHS: Final = 3

RATINGS: Final[dict[int, Promise]] = {
    1: gettext_lazy("unhappy"),
    2: gettext_lazy("neither"),
    3: gettext_lazy("happy"),
    0: gettext_lazy("did not answer"),
}
COMPLAINTS: Final[dict[int, Promise]] = {
    0: gettext_lazy("no complaint"),
    1: gettext_lazy("one complaint"),
    2: gettext_lazy("two or more"),
}
GIFTS: Final[dict[int, Promise]] = {
    0: gettext_lazy("no gift"),
    1: gettext_lazy("was given a gift"),
}


@dataclass(frozen=True)
class Row:
    rating: Promise
    other: Promise
    group: Group
    churn: Mark | None
    revenue: Mark | None


@dataclass(frozen=True)
class Table:
    first: date
    last: date  # month
    at: datetime  # it was counted
    rows: list[Row]

    @property
    def customers(self) -> int:
        return sum(row.group.customers for row in self.rows)


def newest_month() -> date | None:
    """Return the last month that anything is known of."""
    return MonthlyFact.objects.order_by("-month").values_list("month", flat=True).first()


def table(walls: Walls, *, last: date, months: int, by_gifts: bool) -> Table:
    """Return the table of a period of so many months up to `last`."""
    count = ValueCount.objects.filter(last=last, months=months, by_gifts=by_gifts).first()
    if count is None or StaleValue.objects.exists():
        live = counted(walls, last=last, months=months, by_gifts=by_gifts)
        at, found = timezone.now(), _summed(one[1:] for one in live)
    else:
        at, found = count.counted_at, _summed(_stored(count, walls))
    others = GIFTS if by_gifts else COMPLAINTS
    keys = [(rating, other) for rating in RATINGS for other in others if (rating, other) in found]
    churn = marks([found[key].churn for key in keys])
    revenue = marks([found[key].revenue for key in keys])
    rows = [
        Row(RATINGS[key[0]], others[key[1]], found[key], churn[n], revenue[n])
        for n, key in enumerate(keys)
    ]
    return Table(shifted(last, 1 - months), last, at, rows)


def _stored(count: ValueCount, walls: Walls) -> Iterable[tuple[int, int, Group]]:
    rows = ValueGroup.objects.filter(count=count)
    if walls.brands is not None:
        rows = rows.filter(brand__in=walls.brands)
    names = ("rating", "other", "customers", "left", "told", "total", "squares")
    return ((rating, other, Group(*of)) for rating, other, *of in rows.values_list(*names))


def _summed(groups: Iterable[tuple[int, int, Group]]) -> dict[tuple[int, int], Group]:
    found: dict[tuple[int, int], Group] = {}
    for rating, other, group in groups:
        key = rating, other
        found[key] = found[key] + group if key in found else group
    return found
