"""Cases that a few numbers make look larger, by complaining more often than anybody would."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final, cast

from django.core.cache import cache
from django.db.models import Count, F
from django.db.models.functions import TruncDate
from django.utils.translation import ngettext

from complaints.intake.flooding import MOST
from spots.cases.models import Case, Membership
from spots.cases.states import WATCHED, WORKING

MOST_LISTED: Final = 10_000  # customers by the day, of all cases together
MOST_NAMED: Final = 5
_KEPT_S: Final = 60  # seconds: the queue asks with each look at it


@dataclass(frozen=True)
class Flood:
    """Who complained in a case more than MOST times on one day, and how often on such days."""

    times: Mapping[int, int]  # by customer, who complained most first

    @property
    def complaints(self) -> int:
        return sum(self.times.values())


def floods() -> dict[int, Flood]:
    """
    Return those of the cases that have not ended that somebody floods, by case.

    Each process counts anew after a minute.
    """
    return cast("dict[int, Flood]", cache.get_or_set("floods", _counted, _KEPT_S))


def flood_in_words(flood: Flood) -> str:
    """Say what looks faked, and that it makes the case no larger."""
    words = ngettext(
        "%(n)d number complained more than %(most)d times in a day: %(times)d complaints of it are"
        " here. It counts once in size and priority.",
        "%(n)d numbers complained more than %(most)d times in a day: %(times)d complaints of them"
        " are here. Each counts once in size and priority.",
        len(flood.times),
    )
    return words % {"n": len(flood.times), "most": MOST, "times": flood.complaints}


def _counted() -> dict[int, Flood]:
    # Whoever is counted once with more than MOST leaves at least so many between the two.
    perhaps = Case.objects.filter(
        state__in=[*WORKING, *WATCHED], complaints__gte=F("customers") + MOST
    )
    members = Membership.objects.current().filter(
        case__in=perhaps.order_by().values("pk"),
        complaint__customer__isnull=False,
        complaint__withdrawn_at=None,
    )
    day = TruncDate("complaint__received_at", tzinfo=UTC)
    by_day = members.order_by().values("case_id", customer=F("complaint__customer_id"), day=day)
    often = by_day.annotate(n=Count("pk")).filter(n__gt=MOST).order_by("-n", "customer")
    return _gathered(often[:MOST_LISTED])


def _gathered(rows: Iterable[Any]) -> dict[int, Flood]:
    times: dict[int, dict[int, int]] = {}
    for row in rows:
        of_case = times.setdefault(row["case_id"], {})
        of_case[row["customer"]] = of_case.get(row["customer"], 0) + row["n"]
    return {case: Flood(of_case) for case, of_case in times.items()}
