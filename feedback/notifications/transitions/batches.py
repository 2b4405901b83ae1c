"""A batch's life: made, counted, started, approved, paused, cancelled; each by one function."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.geocoding.models import Region
from feedback.notifications.batches.forecasts import forecast
from feedback.notifications.batches.models import Announcement, BatchStep
from feedback.notifications.batches.states import FROM, MOVES, NOT_BEGUN, BatchState, Step
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import State, Why
from feedback.notifications.recipients.audience import audience_of
from feedback.notifications.templates.catalogue import Reason
from feedback.notifications.transitions.approval import may_tell_alone
from feedback.notifications.transitions.planning import OF_BATCH
from feedback.notifications.transitions.truth import invitations_of, still_true
from feedback.surveys import transitions as surveys
from spots.cases.models import Case
from spots.network.models import NetworkEvent

START, APPROVE = "feedback.start_announcement", "feedback.approve_announcement"
_PERMISSION = {Step.APPROVE: APPROVE}


class BatchRefusedError(Exception):
    """The batch, or who asks for it, does not allow this."""


@transaction.atomic
def make_for_area(*, case: Case, by: AbstractUser, now: datetime) -> Announcement:
    """
    Make the batch that tells those who live in a case's outline and never complained of it.

    It is a draft: what it will send is counted, and somebody starts it.

    :raises BatchRefusedError: `by` may not, nobody works on the case, or there is one already
    """
    if case.outline is None or not still_true(Reason.AREA, case):
        raise BatchRefusedError(_("Only of a spot that is worked on, its neighbours are told."))
    region = case.region
    return _made(by, now, reason=Reason.AREA, case=case, brand=case.brand, region=region)


@transaction.atomic
def make_for_works(*, works: NetworkEvent, by: AbstractUser, now: datetime) -> Announcement:
    """
    Make the batch that announces planned works to those who live in their area.

    :raises BatchRefusedError: `by` may not, these are no planned works that are yet to end, or
        there is one already
    """
    over = works.ends_at is not None and works.ends_at <= now
    if works.kind != NetworkEvent.Kind.WORKS or over:
        raise BatchRefusedError(_("Only planned works that are yet to end are announced."))
    region = Region.objects.filter(outline__covers=works.area.centroid).order_by("pk").first()
    return _made(by, now, reason=Reason.WORKS, works=works, brand=works.brand, region=region)


def _made(by: AbstractUser, now: datetime, **fields: object) -> Announcement:
    if not by.has_perm(START):
        raise BatchRefusedError(_("You may not send batches of messages."))
    try:
        with transaction.atomic():
            batch = Announcement.objects.create(
                state=BatchState.DRAFT, begun_at=now, asked_by_id=by.pk, **fields
            )
    except IntegrityError as clash:
        raise BatchRefusedError(_("There is such a batch already.")) from clash
    _note(batch, Step.MAKE, by=by, now=now)
    return batch


def _note(batch: Announcement, step: Step, *, by: AbstractUser | None, now: datetime) -> None:
    BatchStep.objects.create(batch=batch, step=step, at=now, by_id=by.pk if by else None)


def count_batches(*, now: datetime) -> int:
    """Count what batches that have not begun will send, and return how many were counted."""
    counted = 0
    for number in Announcement.objects.to_forecast(now).order_by("pk").values_list("pk", flat=True):
        counted += _count(number, now=now)
    return counted


@transaction.atomic
def _count(number: int, *, now: datetime) -> int:
    rows = Announcement.objects.to_forecast(now).select_for_update(skip_locked=True, of=("self",))
    batch = rows.select_related(*OF_BATCH).filter(pk=number).first()
    if batch is None:
        return 0
    batch.recipients = audience_of(batch, now=now).size()
    batch.forecast, batch.forecast_at = forecast(batch, now=now).stored(), now
    batch.save(update_fields=["recipients", "forecast", "forecast_at"])
    return 1


@transaction.atomic
def step(
    *, batch_id: int, step: Step, by: AbstractUser, seen: int | None = None, now: datetime
) -> Announcement:
    """
    Start, approve, pause, go on with or cancel a batch.

    One to more people than one person may send to, at once or within a day, waits for a second, who
    may not be the first. The first is whoever asked for it: of a batch that the engine began,
    whoever approves first.

    seen  how many people it concerned when `by` looked at it; None: as it was counted last. What
          concerns more by now is counted anew and not approved: it waits on

    :raises BatchRefusedError: not in its present state, or not by this person
    """
    if not by.has_perm(_PERMISSION.get(step, START)):
        raise BatchRefusedError(_("You may not do this with a batch of messages."))
    batch = Announcement.objects.select_for_update().get(pk=batch_id)
    if batch.state not in FROM[step]:
        named = {"batch": batch, "state": batch.get_state_display()}
        raise BatchRefusedError(_("%(batch)s is “%(state)s”.") % named)
    if step == Step.APPROVE and _has_grown(batch, seen=seen, now=now):
        batch.save(update_fields=["recipients"])
        return batch
    target = _target(batch, step, by=by, now=now)
    assert target in MOVES[BatchState(batch.state)] or target == batch.state
    if step == Step.CANCEL:
        _drop(batch)
    batch.state = target
    batch.save(
        update_fields=["state", "asked_by", "approved_by", "recipients", "forecast_at", "begun_at"]
    )
    _note(batch, step, by=by, now=now)
    return batch


def _has_grown(batch: Announcement, *, seen: int | None, now: datetime) -> bool:
    """Count anew whom a batch concerns, and say whether it is more than who approves has seen."""
    looked_at = batch.recipients if seen is None else seen
    batch.recipients = audience_of(batch, now=now).size()
    return batch.recipients > looked_at


def _target(batch: Announcement, step: Step, *, by: AbstractUser, now: datetime) -> BatchState:
    match step:
        case Step.START:
            return _started(batch, by=by, now=now)
        case Step.APPROVE:
            return _approved(batch, by=by)
        case Step.PAUSE:
            return BatchState.PAUSED
        case Step.GO_ON:
            return BatchState.GOING
        case _:
            return BatchState.CANCELLED


def _started(batch: Announcement, *, by: AbstractUser, now: datetime) -> BatchState:
    batch.begun_at, batch.asked_by_id = now, by.pk
    # counted anew: houses may have been imported since
    batch.recipients = audience_of(batch, now=now).size()
    return BatchState.GOING if may_tell_alone(batch, now=now) else BatchState.WAITING


def _approved(batch: Announcement, *, by: AbstractUser) -> BatchState:
    if batch.asked_by_id is None:
        batch.asked_by_id = by.pk
        return BatchState.WAITING
    if batch.asked_by_id == by.pk:
        raise BatchRefusedError(_("You asked for it: a second person has to approve it."))
    batch.approved_by_id = by.pk
    return BatchState.GOING


def _drop(batch: Announcement) -> None:
    unsent = Message.objects.unsent().filter(batch=batch)
    if batch.state not in NOT_BEGUN:
        surveys.undelivered(invitations_of(unsent.only("invitation_id")))
    unsent.update(state=State.CANCELLED, why=Why.BATCH)
