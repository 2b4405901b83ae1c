"""The same figures as the pages show them, by the names of recounting.py."""

from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse

from heatmaps_project.supervision.shares import Share


def shown(client: Client, **asked: Any) -> dict[str, Any]:
    """Return what the pages of figures, the wall and the quality of detection show."""
    figures = _context(client, "figures", asked)
    wall = {one.definition.code: one for one, _rows in _context(client, "wall", asked)["numbers"]}
    quality = _context(client, "quality", asked)["quality"]
    managed = _context(client, "manager", asked)["managed"].whole
    told, calls, helped = figures["told"], figures["calls"], figures["helped"]
    return {
        "in a day": _pair(wall["in-a-day"].share),
        "kept": _pair(wall["kept"].share),
        "missed": wall["missed"].count,
        "through spots": _pair(wall["through-spots"].share),
        "satisfied": _pair(wall["satisfied"].share),
        "mean rating": None if told.mean is None else round(told.mean, 9),
        "opened": managed.opened,
        "fixed": managed.fixed,
        "open": managed.open,
        "helped": (helped.complained, helped.unasked),
        "told": told.customers,
        "answered": _pair(told.answered),
        "false": _pair(quality.false),
        "lead": quality.lead and quality.lead.median,
        "afterwards": _pair(quality.afterwards),
        "calls": calls.calls,
        "passed on": _pair(calls.passed_on),
        "time to answer": calls.median,
    }


def shown_by_team(client: Client, **asked: Any) -> dict[int, dict[str, Any]]:
    """Return what the manager's page shows of each team, by its number."""
    lines = _context(client, "manager", asked)["managed"].lines
    return {
        line.team: {
            "in a day": _pair(line.tally.in_a_day),
            "kept": _pair(line.tally.kept),
            "missed": line.tally.missed,
            "opened": line.tally.opened,
            "fixed": line.tally.fixed,
            "open": line.tally.open,
        }
        for line in lines
        if line.team is not None
    }


def shown_on_board(client: Client, *, days: int) -> dict[str, Any]:
    """Return what the survey board shows in all."""
    total = _context(client, "board", {"days": days})["total"]
    return {
        "nps": (total.nps.promoters, total.nps.detractors, total.nps.answered),
        "csat": (total.csat.satisfied, total.csat.answered),
        "response": (total.completed, total.delivered),
    }


def shown_of_change(client: Client, *, turned_on: date, days: int) -> list[list[float | None]]:
    """Return what "Before and after" shows of the span before and of the one after."""
    lines = _context(client, "before-after", {"turned_on": turned_on, "days": days})["claims"]
    return [
        [one.value if one else None for one in column]
        for column in zip(*((claim.before, claim.after) for claim, _judged in lines), strict=True)
    ]


def shown_of_agents(client: Client, *, days: int, seconds: int) -> dict[str | None, dict[str, Any]]:
    """Return what the scorecards show of each agent by name, and of all together (None)."""
    found = _context(client, "scorecards", {"days": days, "seconds": seconds})["cards"]
    return {name: _of_card(card) for name, card in [(None, found.whole), *_named(found.agents)]}


def _named(cards: Any) -> list[tuple[Any, Any]]:
    return [(card.name, card) for card in cards]


def _of_card(card: Any) -> dict[str, Any]:
    return {
        "conversations": card.tally.calls,
        "in time": _pair(card.in_time),
        "kept": _pair(card.kept),
        "again": _pair(card.again),
        "well": _pair(card.well),
        "leaving": _pair(card.leaving),
    }


def _context(client: Client, page: str, asked: dict[str, Any]) -> Any:
    answer = client.get(reverse(page), asked)
    assert answer.status_code == 200, f"{page}: {answer.status_code}"
    return answer.context


def _pair(share: Share) -> tuple[int, int]:
    return share.part, share.whole
