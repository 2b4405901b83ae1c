"""The promises of a case follow its life: its state, and whatever policies ask of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.utils import translation
from django.utils.functional import Promise as Lazy

from spots.cases.models import Case
from spots.cases.promises import standing_of_new, standings_of
from spots.cases.states import CATEGORIES, WORKING, State
from spots.sla import transitions as sla
from spots.sla.derivation import ENDED, Category
from spots.sla.derivation import State as Clocked
from spots.sla.models import Target


def promise(
    case: Case,
    *,
    since: datetime,
    answer_since: datetime | None = None,
    whole: Mapping[str, Clocked] | None = None,
    now: datetime,
) -> None:
    """
    Start the promises that a new case's policy makes.

    since         when they count from
    answer_since  when the one of a first answer does; None: nobody is to be answered
    whole         by target, how those stand of the case that it was a part of: they have its start
        and its pauses, and what was missed in it stays missed
    """
    had = whole or {}
    starts: dict[str, datetime] = {
        target: had[target].since if target in had else since
        for target in (Target.REACTION, Target.ETA, Target.FIX)
    }
    if answer_since is not None:
        starts[Target.FIRST_ANSWER] = answer_since
    standing = standing_of_new(case, counts_from=starts, whole=had, now=now)
    sla.promise_anew({case.pk: standing}, by=None, now=now)


def promised_anew(
    cases: Sequence[Case], *, reason: str = "", by: AbstractUser | None = None, now: datetime
) -> int:
    """Let locked cases that are worked on have the promises of the policies that match now."""
    working = [case for case in cases if case.state in WORKING]
    return sla.promise_anew(standings_of(working), reason=reason, by=by, now=now) if working else 0


def state_followed(
    case: Case, was: str, *, reason: str, by: AbstractUser | None, now: datetime
) -> None:
    """Let the clocks of a case stand still, run on or end, as the category of its state says."""
    before, after = CATEGORIES[State(was)], CATEGORIES[State(case.state)]
    if before == after:
        return
    if before in ENDED and after not in ENDED:
        sla.reopen(case_id=case.pk, by=by, now=now)
    if after == Category.PAUSED:
        sla.pause(case_id=case.pk, reason=reason, by=by, now=now)
    elif after == Category.DONE:
        sla.satisfy(case_id=case.pk, target=Target.FIX, by=by, now=now)
    elif after == Category.STOPPED:
        sla.stop(case_id=case.pk, reason=reason, by=by, now=now)
    elif before == Category.PAUSED:
        sla.resume(case_id=case.pk, reason=reason, by=by, now=now)


def in_source_words(label: str | Lazy) -> str:
    """Return a label untranslated, as the ledger keeps reasons: each reads it in their language."""
    with translation.override(None):
        return str(label)
