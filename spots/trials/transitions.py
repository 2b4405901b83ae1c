"""Every write to a trial of a rule; a worker's writes count only while its claim stands."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.customers.models import Brand
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from spots.trials.models import Trial, TrialState
from spots.trials.values import put_on
from spots.watching.rules import DetectionRule

MOST_OPEN = 3  # of one person
MOST_ATTEMPTS = 3  # without getting on
OPEN = (TrialState.WAITING, TrialState.RUNNING)
ENDED_EARLY = (TrialState.CANCELLED, TrialState.FAILED)


class TrialRefusedError(Exception):
    """The trial cannot be started, stopped, resumed or put into force; says why, for people."""


@transaction.atomic
def start(
    rule: DetectionRule,
    *,
    values: Mapping[str, Any],
    topics: tuple[int, ...],
    brand: Brand,
    region: Region,
    since: datetime,
    until: datetime,
    by: Any,
    now: datetime,
) -> Trial:
    """
    Have a rule with these values tried; `topics` are those it would judge there.

    :raises TrialRefusedError: the person has as many trials open as they may
    """
    _leave_room(by)
    return Trial.objects.create(
        rule=rule,
        values=dict(values),
        brand=brand,
        region=region,
        since=since,
        until=until,
        by=by,
        made_at=now,
        engine={"topics": list(topics)},
    )


@transaction.atomic
def cancel(trial: Trial) -> Trial:
    """:raises TrialRefusedError: it has ended"""
    trial = _locked(trial)
    if trial.state not in OPEN:
        raise TrialRefusedError(_("This trial has ended already."))
    trial.state, trial.claimed_until = TrialState.CANCELLED, None
    trial.save(update_fields=["state", "claimed_until"])
    return trial


@transaction.atomic
def resume(trial: Trial) -> Trial:
    """
    Let a trial that was stopped, or failed, go on where it was.

    :raises TrialRefusedError: it has not stopped, or its starter has too many open
    """
    trial = _locked(trial)
    if trial.state not in ENDED_EARLY:
        raise TrialRefusedError(_("This trial was not stopped."))
    _leave_room(trial.by)
    trial.state, trial.claimed_until = TrialState.WAITING, None
    trial.attempts, trial.error = 0, ""
    trial.save(update_fields=["state", "claimed_until", "attempts", "error"])
    return trial


@transaction.atomic
def claim(*, now: datetime, lease: timedelta) -> Trial | None:
    """
    Take the trial that waits longest, if none is being worked on: trials must not fill the queue.

    Returns None if there is nothing to do. Whoever holds the trial has it until `claimed_until`.
    """
    waiting = Trial.objects.filter(state__in=OPEN).select_for_update(skip_locked=True)
    rows = list(waiting.order_by("made_at", "pk").only("claimed_until", "attempts", "error"))
    if not rows or any(row.claimed_until and row.claimed_until > now for row in rows):
        return None
    row = rows[0]
    if row.attempts >= MOST_ATTEMPTS:
        _fail(row, error=row.error or "The worker stopped, each time.", now=now)
        return None
    row.attempts += 1
    row.state, row.claimed_until = TrialState.RUNNING, now + lease
    row.save(update_fields=["state", "claimed_until", "attempts"])
    whole = Trial.objects.select_related("region", "brand")
    return whole.get(pk=row.pk)


def book_step(
    trial: Trial,
    *,
    reached: datetime,
    engine: Mapping[str, Any],
    found: list[dict[str, Any]],
    now: datetime,
    lease: timedelta,
) -> bool:
    """
    Store how far a claimed trial got; False: it was stopped, or is another worker's by now.

    The claim goes on; a trial that reached its end is done.
    """
    done = reached >= trial.until
    values = {
        "reached": reached,
        "engine": dict(engine),
        "found": found,
        "attempts": 0,
        "error": "",
        "state": TrialState.DONE if done else TrialState.RUNNING,
        "claimed_until": None if done else now + lease,
        "finished_at": now if done else None,
    }
    if not _held(trial).update(**values):
        return False
    for name, value in values.items():
        setattr(trial, name, value)
    return True


def give_back(trial: Trial) -> None:
    """Let another run go on with a trial."""
    _held(trial).update(claimed_until=None)


def book_failure(trial: Trial, *, error: str, now: datetime) -> None:
    """Store why a step failed; the last attempt ends the trial."""
    if trial.attempts >= MOST_ATTEMPTS:
        _fail(trial, error=error, now=now)
    else:
        _held(trial).update(claimed_until=None, attempts=trial.attempts, error=error)


@transaction.atomic
def put_into_force(trial: Trial, *, by: Any, now: datetime) -> DetectionRule:
    """
    Save the values that were tried to their rule, and make it active.

    :raises TrialRefusedError: the trial is not done, the rule was changed since it started, or
        cannot be as it was tried any more
    """
    trial = _locked(trial)
    rule = DetectionRule.objects.select_for_update().get(pk=trial.rule_id)
    if trial.state != TrialState.DONE:
        raise TrialRefusedError(_("This trial is not done."))
    if rule.history.filter(history_date__gt=trial.made_at).exists():
        raise TrialRefusedError(
            _("The rule was changed after this trial began: try it again as it is now.")
        )
    put_on(rule, trial.values)
    rule.active = True
    try:
        rule.full_clean()
    except ValidationError as error:
        raise TrialRefusedError(" ".join(error.messages)) from error
    for name, value in (("_history_user", by), ("_history_date", now)):
        setattr(rule, name, value)  # where django-simple-history looks for them
    rule.save()
    rule.topics.set(Topic.objects.filter(pk__in=trial.values["topics"]))
    return rule


def _locked(trial: Trial) -> Trial:
    return Trial.objects.select_for_update().get(pk=trial.pk)


def _held(trial: Trial) -> Any:
    """The trial's row while the claim stands by which this process holds it."""
    return Trial.objects.filter(
        pk=trial.pk, state=TrialState.RUNNING, claimed_until=trial.claimed_until
    )


def _fail(trial: Trial, *, error: str, now: datetime) -> None:
    _held(trial).update(state=TrialState.FAILED, claimed_until=None, error=error, finished_at=now)


def _leave_room(by: Any) -> None:
    """:raises TrialRefusedError: the person has as many trials open as they may"""
    get_user_model().objects.select_for_update().get(pk=by.pk)  # two starts at once are counted
    if Trial.objects.filter(by=by, state__in=OPEN).count() >= MOST_OPEN:
        raise TrialRefusedError(
            _("%(n)d of your trials are not done yet: wait for one, or stop one.")
            % {"n": MOST_OPEN}
        )
