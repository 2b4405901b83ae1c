"""The tabs above the queue: ways to look at it, with how many spots each shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Max, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.customers.reader import reader_of
from spots.cases.queue import live
from spots.cases.queue.asking import cleaned, condition, shows_ended
from spots.cases.queue.filters import TeamFilter
from spots.cases.queue.looks import address, asked_look
from spots.cases.queue.models import SavedView
from spots.cases.states import WATCHED, WORKING, Permission

CALLED = "mine=called&state=all"
VIEWS = (  # everybody's; every other is saved by somebody
    (gettext_lazy("In work"), ""),
    (gettext_lazy("Mine"), "mine=me"),
    (gettext_lazy("My teams'"), "mine=team"),
    (gettext_lazy("Nobody's"), "mine=nobody"),
    (pgettext_lazy("queue", "Fixed"), "state=watched"),
    (gettext_lazy("I am called"), CALLED),
)
# In two parts, as the indexes are: all in one, every case that ever was would be looked at.
_NOT_ENDED = Q(state__in=WORKING) | Q(state__in=WATCHED)
MOST = 40  # saved views above one queue


@dataclass(frozen=True)
class Tab:
    title: str | Promise
    query: str
    active: bool
    count: int
    urgent: bool = False  # it waits for the reader's answer
    view: SavedView | None = None


@dataclass(frozen=True)
class Opened:
    """The saved view that the address names, whatever else was chosen since."""

    view: SavedView
    changeable: bool
    changed: bool  # it was saved with another filter or order


AddressOf = Callable[[HttpRequest, SavedView], str]


def context_of(request: HttpRequest, cl: ChangeList, address_of: AddressOf) -> dict[str, Any]:
    """
    What the tabs' template needs, in two queries, of a list that is made for its reader.

    address_of  gives the query string that opens a saved view, as it was saved
    """
    user, sent = reader_of(request), request.GET.urlencode()
    asked, dispatches = cleaned(sent), user.has_perm(Permission.DISPATCH)
    look = asked_look(sent)
    saved = list(SavedView.objects.of(user.pk).select_related("team").order_by("name", "pk")[:MOST])
    queries = [query for _, query in VIEWS] + [view.query for view in saved]
    counts, newest = _counted(cl.root_queryset, queries, user.pk)
    found = next((view for view in saved if view.pk == look[0]), None)
    tabs = [
        Tab(
            title,
            query,
            found is None and query == asked,
            counts[query],
            urgent=query == CALLED and counts[query] > 0,
        )
        for title, query in VIEWS
    ]
    tabs += [
        Tab(
            view.name,
            address_of(request, view),
            view == found and view.query == asked,
            counts[view.query],
            view=view,
        )
        for view in saved
    ]
    here = address(asked, *look)
    return {
        "tabs": tabs,
        "asked": here,
        "newest": newest,
        "active": next((tab for tab in tabs if tab.active), None),
        "opened": found
        and Opened(
            found,
            found.may_change(user, dispatches=dispatches),
            changed=here != address_of(request, found),
        ),
        "teams": _teams(cl) if dispatches else (),
    }


def _teams(cl: ChangeList) -> list[tuple[str, str]]:
    """The teams, as the list's filter has them already."""
    found = (spec for spec in cl.filter_specs if isinstance(spec, TeamFilter))
    return [(str(key), str(name)) for spec in found for key, name in spec.lookup_choices]


def _counted(
    seen: QuerySet[Any], queries: list[str], reader: int | None
) -> tuple[dict[str, int], int]:
    """How many cases each query shows, and the last event's number, in one query."""
    wanted = {f"view_{i}": query for i, query in enumerate(sorted(set(queries)))}
    # What has ended is years of cases: only views that ask for it look there, each for its own.
    counts = (
        seen.order_by()
        .filter(_NOT_ENDED)
        .aggregate(
            newest=_told_with(live.newest()),
            **{
                name: _told_with(_number(seen.filter(condition(query, reader))))
                if shows_ended(query)
                else Count("pk", filter=condition(query, reader))
                for name, query in wanted.items()
            },
        )
    )
    return {query: counts[name] or 0 for name, query in wanted.items()}, counts["newest"] or 0


def _number(rows: QuerySet[Any]) -> Subquery:
    """How many rows there are; none at all of none."""
    all_together = rows.order_by().annotate(all=Value(1)).values("all")
    return Subquery(all_together.annotate(n=Count("pk")).values("n"))


def _told_with(one: Subquery) -> Coalesce:
    """One value beside what is counted of rows, even if there are none."""
    return Coalesce(Max(one), one)
