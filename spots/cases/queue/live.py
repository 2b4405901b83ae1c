"""What has changed since a page of the queue was shown: rows anew, and how many are new."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Subquery
from django.http import HttpRequest, QueryDict

from spots.cases.events import EventKind
from spots.cases.models import Case, Event
from spots.cases.queue.asking import condition
from spots.cases.queue.columns import mark

MOST = 200  # rows of one page
MOST_NEW = 100  # that are counted
ARRIVES = (EventKind.OPENED, EventKind.ROUTED, EventKind.REOPENED, EventKind.SPLIT)
# Events get their numbers before they are committed: one may come late, behind a newer one.
LATE, NUMBERS = timedelta(minutes=1), 1000


@dataclass(frozen=True)
class Shown:
    """A page of the queue as somebody has it before them."""

    query: str
    marks: dict[int, str]  # of each row, as `columns.mark` made it
    newest: int  # number of the last event then
    at: datetime


def newest() -> Subquery:
    """The number of the last event, for a query that counts something anyway."""
    return Subquery(Event.objects.order_by("-pk").values("pk")[:1])


def shown(sent: QueryDict) -> Shown:
    """:raises ValueError: this is no page of the queue"""
    pairs = [pair.split(":") for pair in sent.get("rows", "").split(",") if pair][:MOST]
    return Shown(
        query=sent.get("query", ""),
        marks={int(number): seen for number, seen in pairs},
        newest=int(str(sent["newest"])),
        at=datetime.fromtimestamp(int(str(sent["at"])), UTC),
    )


def compared(page: Shown, rows: QuerySet[Any], reader: int | None) -> tuple[list[Case], int]:
    """
    Return the rows of the page that look different now, and how many spots came to its queue.

    A row that the page's filter would leave out now is still its row. One query, whatever came.

    rows  the cases that the reader may see
    """
    came = Event.objects.filter(
        kind__in=ARRIVES, pk__gt=page.newest - NUMBERS, at__gt=page.at - LATE
    )
    old = Q(pk__in=page.marks)
    new = condition(page.query, reader) & Q(pk__in=came.values("case"))
    found = list(
        rows.filter(old | new)
        .annotate(on_page=ExpressionWrapper(old, output_field=BooleanField()))
        .order_by("-on_page", "pk")[: MOST + MOST_NEW]
    )
    changed = [
        case for case in found if case.pk in page.marks and mark(case) != page.marks[case.pk]
    ]
    return changed, sum(case.pk not in page.marks for case in found)


class Rows(ChangeList):
    """Rows drawn as the queue draws them; which ones is said afterwards, and nothing is counted."""

    formset = None

    def get_results(self, request: HttpRequest) -> None:
        self.result_list = []
