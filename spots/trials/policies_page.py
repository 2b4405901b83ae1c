"""What the trial of SLA policies shows: how many would be kept, and which deadlines change."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spots.cases.addresses import page_of
from spots.cases.models import Case
from spots.cases.wording import moment
from spots.sla.models import Target
from spots.trials.policies import MOST, Attempt, Changed, Outcome, Tally

LISTED = 50  # cases of the table


def context_of(result: Attempt) -> dict[str, Any]:
    shown = result.changed[:LISTED]
    return {
        "result": result,
        "summary": _summary(result),
        "targets": [_compliance(target, result) for target in Target if _decided(target, result)],
        "lines": [line for case, moved in shown for line in _lines(case, moved)],
        "more": len(result.changed) - len(shown),
    }


def _summary(result: Attempt) -> list[str]:
    words = ngettext(
        "%(n)d of %(tried)d case would have other promises.",
        "%(n)d of %(tried)d cases would have other promises.",
        result.tried,
    )
    told = [words % {"n": len(result.changed), "tried": result.tried}]
    if result.rematched:
        words = ngettext(
            "%(n)d case would be another policy's than it was.",
            "%(n)d cases would be another policy's than they were.",
            result.rematched,
        )
        told.append(words % {"n": result.rematched})
    if result.cut:
        told.append(_("Only the newest %(n)d were looked at.") % {"n": MOST})
    return told


def _decided(target: Target, result: Attempt) -> bool:
    return any(tallies[target].share is not None for tallies in (result.was, result.would))


def _compliance(target: Target, result: Attempt) -> dict[str, Any]:
    was, would = result.was[target], result.would[target]
    named = {"was": _percent(was), "would": _percent(would)}
    if named["was"] == named["would"]:
        told = _("Compliance would have stayed %(was)s.") % named
    else:
        told = _("Compliance would have been %(would)s instead of %(was)s.") % named
    worse = would.share is not None and was.share is not None and would.share < was.share
    better = would.share is not None and was.share is not None and would.share > was.share
    return {
        "target": target.label,
        "told": told,
        "was": was,
        "would": would,
        "was_share": named["was"],
        "would_share": named["would"],
        "look": "worse" if worse else "better" if better else "",
    }


def _percent(tally: Tally) -> str:
    """Return the share kept, to a tenth of a per cent."""
    if tally.share is None:
        return _("nothing to compare")
    return _("%(share)s %%") % {"share": number_format(round(100 * tally.share, 1), 1)}


def _lines(case: Case, moved: list[Changed]) -> Iterator[dict[str, Any]]:
    """Yield a row for each promise of a case; the first of them names it."""
    for i, one in enumerate(moved):
        yield {
            "case": str(case) if i == 0 else "",
            "link": page_of(case),
            "target": one.target.label,
            "was": _outcome(one.was, case.region.time_zone),
            "would": _outcome(one.would, case.region.time_zone),
            "moved": one.was.due != one.would.due,
        }


def _outcome(one: Outcome, zone: str) -> dict[str, Any]:
    return {
        "policy": one.named,
        "due": _due(one.due, zone),
        "verdict": one.verdict.label,
        "name": one.verdict.value,
    }


def _due(due: datetime | None, zone: str) -> str:
    return moment(due, zone) if due else "—"
