"""What gifts cost, by month, reason and giver, what is left; and ratings before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, OuterRef, Subquery, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.calendar_months import shifted
from complaints.customers.models import Brand
from complaints.customers.reader import name_of
from complaints.customers.walls import Walls
from feedback.goodwill.effect import paired
from feedback.goodwill.given import Given, GivenQuerySet, month_of
from feedback.goodwill.models import Gift, GoodwillBudget, Kind, Reason
from feedback.surveys.models import Answer

MONTHS = 12
MOST = 20  # lines of a table
WITHIN = timedelta(days=90)  # from a gift: ratings before and after that count
MOST_PAIRS = 5000  # newest gifts that are looked at for their effect


@dataclass(frozen=True)
class Line:
    name: str
    count: int
    money: Decimal


@dataclass(frozen=True)
class BudgetLine:
    brand: str
    spent: Decimal
    budget: Decimal | None

    @property
    def left(self) -> Decimal | None:
        return self.budget - self.spent if self.budget is not None else None

    @property
    def percent(self) -> int:
        return min(100, int(100 * self.spent / self.budget)) if self.budget else 0


def of(walls: Walls, *, now: datetime) -> dict[str, Any]:
    """Return what the page of gifts shows: a fixed number of queries, whatever the rows."""
    month = month_of(now)
    rows = Given.objects.within(walls)
    since = shifted(month, 1 - MONTHS)
    lately = rows.filter(month__gte=since)
    return {
        "budgets": _budgets(rows.filter(month=month), walls),
        "months": _lines(lately, "month", lambda day: date_format(day, "F Y")),
        "reasons": _lines(lately, "reason", lambda reason: str(Reason(reason).label)),
        "givers": _givers(lately),
        "pools": Gift.objects.within(walls)
        .filter(kind=Kind.CODE, active=True)
        .with_pool()
        .order_by("name_ru")[:MOST],
        "ratings": paired(_ratings(rows)),
        "days": WITHIN.days,
    }


def _budgets(rows: GivenQuerySet, walls: Walls) -> list[BudgetLine]:
    spent = dict(rows.values_list("brand").annotate(money=Sum("cost")).order_by())
    budgets = dict(GoodwillBudget.objects.values_list("brand", "money"))
    brands = Brand.objects.within(walls).order_by("name")
    return [
        BudgetLine(brand.name, spent.get(brand.pk, Decimal(0)), budgets.get(brand.pk))
        for brand in brands
    ]


def _lines(rows: GivenQuerySet, column: str, named: Any) -> list[Line]:
    found = rows.values_list(column).annotate(n=Count("pk"), money=Sum("cost"))
    return [Line(named(key), n, money) for key, n, money in found.order_by(f"-{column}")[:MOST]]


def _givers(rows: GivenQuerySet) -> Sequence[Line]:
    found = rows.values_list("by").annotate(n=Count("pk"), money=Sum("cost")).order_by("-money")
    given = list(found[:MOST])
    people = get_user_model().objects.in_bulk([pk for pk, *_rest in given])
    return [Line(name_of(people.get(pk)) or _("rules"), n, money) for pk, n, money in given]


def _ratings(rows: GivenQuerySet) -> list[tuple[int, int]]:
    """Return each customer's last rating of a fix before a gift, and the first after it."""
    rated = Answer.objects.of_fixes().counted().filter(invitation__customer=OuterRef("customer"))
    before = rated.filter(at__lte=OuterRef("at"), at__gt=OuterRef("at") - WITHIN)
    after = rated.filter(at__gt=OuterRef("at"), at__lte=OuterRef("at") + WITHIN)
    newest = rows.order_by("-at", "-pk")[:MOST_PAIRS].values("pk")
    found = Given.objects.filter(pk__in=newest).annotate(
        before=Subquery(before.order_by("-at").values("score")[:1]),
        after=Subquery(after.order_by("at").values("score")[:1]),
    )
    known = found.filter(before__isnull=False, after__isnull=False)
    return list(known.values_list("before", "after"))
