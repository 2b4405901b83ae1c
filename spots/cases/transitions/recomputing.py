"""
Promises made anew because policies or calendars were edited, in batches behind the scenes.

Nobody has to say that something was edited: there are more versions in the history of policies
or calendars than the last pass knew of. A batch and how far it got are one transaction, so a
worker may die at any moment, and two at once do no more than one.
"""

import time
from datetime import datetime
from typing import Any

from django.db import transaction

from complaints.alone import alone
from spots.cases.models import Case
from spots.cases.promises import ASKED
from spots.cases.transitions.promises import promised_anew
from spots.cases.transitions.record import BusyError, held_in_time
from spots.sla.models import Policy, WorkingTime
from spots.sla.recomputations import Recomputation

WORK_S = 20.0  # a run's share of the queue
BATCH = 200  # cases; held no longer than their clocks take to be counted
_LOCK = 0x736C_61  # "sla": of noticing edits, apart from other advisory locks
_NAMED = 3  # of what was edited; the others are only counted


def recompute_promises(*, now: datetime, work_s: float = WORK_S, batch: int = BATCH) -> int:
    """
    Work for some seconds on the promises of all cases that are worked on; return how many changed.

    What is edited meanwhile is noticed, too. The cases that somebody holds for long are waited for
    by the next run.
    """
    began, changed = time.monotonic(), 0
    try:
        while time.monotonic() - began < work_s:
            more = recompute_some(now=now, batch=batch)
            if more is None and not notice_edits(now=now):
                break
            changed += more or 0
    except BusyError:
        pass
    return changed


@transaction.atomic
def notice_edits(*, now: datetime) -> bool:
    """Ask for a recomputation if anything was edited since the last one; say whether it was."""
    if not alone(_LOCK) or Recomputation.objects.to_do().exists():
        return False
    policies, calendars = Policy.history.model.objects, WorkingTime.history.model.objects
    last = Recomputation.objects.order_by("-pk").first()
    known = (last.policy_versions, last.calendar_versions) if last else (0, 0)
    present = (policies.count(), calendars.count())
    if present == known:
        return False
    edits = sorted(
        [*_newest(policies, present[0] - known[0]), *_newest(calendars, present[1] - known[1])],
        key=lambda edit: edit.history_date,
    )
    Recomputation.objects.create(
        because=_names(edits),
        by_id=edits[-1].history_user_id if edits else None,
        policy_versions=present[0],
        calendar_versions=present[1],
        asked_at=now,
        cases=Case.objects.working().count(),
    )
    return True


def _newest(history: Any, many: int) -> list[Any]:
    return list(history.order_by("-history_id")[: max(many, 0)])


def _names(edits: list[Any]) -> str:
    names = list(dict.fromkeys(edit.name for edit in reversed(edits)))
    rest = len(names) - _NAMED
    return ", ".join([*names[:_NAMED], *([f"+ {rest}"] if rest > 0 else [])])[:200]


@transaction.atomic
def recompute_some(*, now: datetime, batch: int = BATCH) -> int | None:
    """
    Promise anew what the next cases promise; return how many promises changed.

    None: nothing is left to do, or another worker is at it.

    :raises BusyError: somebody holds one of the cases
    """
    rows = Recomputation.objects.to_do().select_for_update(skip_locked=True)
    row = rows.order_by("pk").first()
    if row is None:
        return None
    working = Case.objects.working().filter(pk__gt=row.cursor).order_by("pk")
    with held_in_time():
        cases = list(working.only(*ASKED).select_for_update(no_key=True)[:batch])
    if not cases:
        row.finished_at = max(now, row.asked_at)
        row.save(update_fields=["finished_at"])
        return None
    changed = promised_anew(cases, reason=row.because, by=row.by, now=now)
    row.cursor, row.done = cases[-1].pk, row.done + len(cases)
    row.changed += changed
    row.save(update_fields=["cursor", "done", "changed"])
    return changed
