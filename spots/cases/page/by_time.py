"""The complaints of a case by time, drawn, with the moments of its life marked in between."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateTimeField, F, Func, IntegerField, Value
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.short_days import short_day, short_month
from spots.cases.events import EventKind
from spots.cases.models import Case
from spots.cases.page.bins import Bins, Unit, Usual, bins_of, scale, usual_in
from spots.cases.transitions.membership import complaints_of
from spots.cases.wording import moment, number

WIDTH, HEIGHT = 640, 190
LEFT, TOP, PLANE_WIDTH, PLANE_HEIGHT = 34, 22, 602, 140
NAMES = 8  # of times along the lower edge, at most
MARKS = 20  # newest
MARKED = (
    EventKind.OPENED,
    EventKind.FIXED,
    EventKind.FAILED,
    EventKind.REOPENED,
    EventKind.CLOSED,
    EventKind.DISMISSED,
    EventKind.MERGED,
)


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    at: str  # when, in words
    count: int
    usual: str  # "": not known
    words: str


@dataclass(frozen=True)
class Mark:
    """A moment of the case's life, numbered in the picture and told below it."""

    number: int
    kind: str
    x: float
    label: str
    when: str


def chart_of(case: Case, *, usual: Usual | None, now: datetime) -> dict[str, Any]:
    """
    Return what the template draws: two queries, at most bins.MOST bars.

    usual  how many customers would complain there anyway; None: nobody knows
    """
    zone = timezone.get_current_timezone()
    bins = bins_of(case.started_at, case.ended_at or now, zone=zone)
    before, counts, after = counted(case, bins)
    expected = usual_in(bins, usual) if usual else []
    ticks = scale(max(*counts, *expected))
    top = ticks[-1]

    def y(value: float) -> float:
        return round(TOP + PLANE_HEIGHT * (1 - value / top), 1)

    bars = _bars(bins, counts, expected, y=[y(count) for count in counts])
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": LEFT + PLANE_WIDTH,
        "top": TOP,
        "bottom": TOP + PLANE_HEIGHT,
        "plane": PLANE_HEIGHT,
        "step": round(PLANE_WIDTH / len(bins), 2),
        "ticks": [(y(tick), number(tick)) for tick in ticks],
        "names": _names(bins),
        "bars": bars,
        "usual": _stairs([y(value) for value in expected]),
        "marks": _marks(case, bins),
        "title": _title(bins.unit),
        "summary": _summary(bars),
        "outside": _outside(before, after),
    }


def counted(case: Case, bins: Bins) -> tuple[int, list[int], int]:
    """Return how many complaints came before the bins, in each, and after them; one query."""
    edges = Value(list(bins.edges), ArrayField(DateTimeField()))
    place = Func(F("occurred_at"), edges, function="width_bucket", output_field=IntegerField())
    rows = complaints_of(case).annotate(bin=place).values_list("bin").annotate(n=Count("pk"))
    found = dict(rows.order_by("bin"))
    counts = [found.get(i + 1, 0) for i in range(len(bins))]
    return found.get(0, 0), counts, found.get(len(bins) + 1, 0)


def _bars(
    bins: Bins, counts: Sequence[int], expected: Sequence[float], *, y: Sequence[float]
) -> list[Bar]:
    step = PLANE_WIDTH / len(bins)
    bars = []
    for i, count in enumerate(counts):
        at = _stretch(bins, i)
        usual = number(expected[i]) if expected else ""
        words = ngettext("%(n)d complaint", "%(n)d complaints", count) % {"n": count}
        if usual:
            words = _("%(complaints)s, usual: %(usual)s") % {"complaints": words, "usual": usual}
        bars.append(
            Bar(
                x=round(LEFT + step * (i + 0.1), 1),
                y=y[i],
                width=round(step * 0.8, 1),
                height=round(TOP + PLANE_HEIGHT - y[i], 1),
                at=at,
                count=count,
                usual=usual,
                words=f"{at}: {words}",
            )
        )
    return bars


def _stairs(heights: Sequence[float]) -> str:
    """Return a path as high in each bin as its number; "" for none."""
    if not heights:
        return ""
    step = PLANE_WIDTH / len(heights)
    stairs = (f"V{y}H{round(LEFT + step * (i + 1), 1)}" for i, y in enumerate(heights))
    return f"M{LEFT} {heights[0]}" + "".join(stairs)


def _stretch(bins: Bins, i: int) -> str:
    """Return when a bin is, in the reader's words."""
    since, until = (timezone.localtime(edge) for edge in bins.edges[i : i + 2])
    if bins.unit == Unit.HOUR:
        return f"{date_format(since, 'j E, H:i')}–{date_format(until, 'H:i')}"
    if bins.unit == Unit.DAY:
        return str(date_format(since, "j E Y"))
    if bins.unit == Unit.MONTH:
        return str(date_format(since, "F Y"))
    return f"{date_format(since, 'j E')} – {date_format(until - timedelta(hours=12), 'j E Y')}"


def _names(bins: Bins) -> list[tuple[float, str]]:
    """Return where along the lower edge which time is written."""
    every = next(n for n in (1, 2, 3, 6, 12, 24) if len(bins) / n <= NAMES or n == 24)
    names = []
    for i, edge in enumerate(bins.edges[:-1]):
        here = timezone.localtime(edge)
        turn = here.hour if bins.unit == Unit.HOUR else i
        if turn % every == 0:
            x = round(LEFT + PLANE_WIDTH * i / len(bins), 1)
            names.append((x, _short(here, bins.unit)))
    return names


def _short(here: datetime, unit: Unit) -> str:
    if unit == Unit.HOUR and here.hour:
        return str(date_format(here, "H:i"))
    return short_month(here) if unit == Unit.MONTH else short_day(here)


def _marks(case: Case, bins: Bins) -> list[Mark]:
    newest = case.events.filter(kind__in=MARKED, at__gte=bins.edges[0]).order_by("-at", "-pk")
    return [
        Mark(
            number=place,
            kind=event.kind,
            x=round(LEFT + PLANE_WIDTH * bins.position(event.at), 1),
            label=event.get_kind_display(),
            when=moment(event.at, case.region.time_zone),
        )
        for place, event in enumerate(reversed(newest[:MARKS]), start=1)
    ]


def _title(unit: Unit) -> str:
    return {
        Unit.HOUR: _("Complaints by the hour"),
        Unit.DAY: _("Complaints by the day"),
        Unit.WEEK: _("Complaints by the week"),
        Unit.MONTH: _("Complaints by the month"),
    }[unit]


def _summary(bars: Sequence[Bar]) -> str:
    """The picture in a sentence, for who cannot see it."""
    most = max(bars, key=lambda bar: bar.count)
    if not most.count:
        return _("No complaint came in this time.")
    total = sum(bar.count for bar in bars)
    words = ngettext(
        "%(n)d complaint; most came on %(at)s: %(most)d.",
        "%(n)d complaints; most came on %(at)s: %(most)d.",
        total,
    )
    return words % {"n": total, "at": most.at, "most": most.count}


def _outside(before: int, after: int) -> list[str]:
    """What the picture leaves out: complaints from before it begins, and from after it ends."""
    said = []
    if before:
        words = ngettext("%(n)d came earlier", "%(n)d came earlier", before)
        said.append(words % {"n": before})
    if after:
        words = ngettext("%(n)d came later", "%(n)d came later", after)
        said.append(words % {"n": after})
    return said
