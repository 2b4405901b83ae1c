"""Telling people, in their duty hours, all that has come for them at once."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from spots.escalation.digest import written_for
from spots.escalation.firings import Firing, Notice, Told
from spots.escalation.letters import Letter
from spots.escalation.models import LETTERS, Channel
from spots.escalation.receivers import choose, may_be_told
from spots.escalation.standing import still_so

MOST = 200  # notices told at one time


def tell(*, now: datetime, limit: int = 500) -> int:
    """
    Tell everybody what has come for them, and return how many notices were told.

    What was held until their hours began is one letter. What is no longer so is dropped; who is
    away by now has it passed on to whoever stands in.
    """
    waiting = Notice.objects.filter(state=Told.WAITING, due_at__lte=now)
    users = waiting.order_by("user").values_list("user", flat=True).distinct()
    return sum(_tell_one(user_id, now=now) for user_id in list(users[:limit]))


@transaction.atomic
def _tell_one(user_id: int, *, now: datetime) -> int:
    # The person's row is the lock: two workers would write two letters.
    people = get_user_model().objects.select_for_update(skip_locked=True, no_key=True)
    user = people.filter(pk=user_id).first()
    if user is None:
        return 0
    waiting = Notice.objects.filter(user=user, state=Told.WAITING, due_at__lte=now)
    notices = list(
        waiting.select_related(
            "firing__rung",
            "firing__climbed_from__rung",
            "firing__clock__policy__working_time",
            "firing__clock__case__region",
        ).order_by("due_at", "pk")[:MOST]
    )
    true = still_so([notice.firing for notice in notices], now=now)
    _set(
        [notice for notice in notices if notice.firing_id not in true],
        state=Told.DROPPED,
    )
    told = [
        notice
        for notice in notices
        if notice.firing_id in true and not _put_off(notice, user, now=now)
    ]
    _set(told, state=Told.TOLD, told_at=now)
    _wait_for_an_answer(told, now=now)
    _write(told, user, now=now)
    return len(told)


def write(*, user_id: int, subject: str, text: str, language: str, now: datetime) -> None:
    """Write a letter by e-mail to one of the staff, who has said nothing of hours for it."""
    told = {"subject": subject, "text": text, "language": language}
    write_by(Channel.EMAIL, user_id=user_id, **told, now=now)


def write_by(
    channel: Channel, *, user_id: int, subject: str, text: str, language: str, now: datetime
) -> None:
    """Write to one of the staff by a channel, at whatever hour."""
    Letter.objects.create(
        user_id=user_id,
        channel=channel,
        language=language,
        subject=subject,
        text=text,
        due_at=now,
    )


def _put_off(notice: Notice, user: Any, *, now: datetime) -> bool:
    """Hold a notice, or pass it on, if its receiver is off duty or away by now."""
    case = notice.firing.clock.case
    chosen = choose(user, case, now=now)
    if chosen.user.pk == user.pk and not may_be_told(user, case):
        _set([notice], state=Told.DROPPED)
        return True
    if (chosen.user.pk, chosen.at) == (user.pk, now):
        return False
    if chosen.user.pk == user.pk:
        _set([notice], due_at=chosen.at)
    elif Notice.objects.filter(firing=notice.firing_id, user=chosen.user.pk).exists():
        _set([notice], state=Told.DROPPED)
    else:
        instead_of = notice.instead_of_id or user.pk
        _set([notice], user=chosen.user, due_at=chosen.at, instead_of=instead_of)
    return True


def _set(notices: list[Notice], **fields: Any) -> None:
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(**fields)


def _wait_for_an_answer(told: list[Notice], *, now: datetime) -> None:
    """Note when what was told climbs: counted from whoever was told first."""
    for firing in {notice.firing_id: notice.firing for notice in told}.values():
        if firing.rung.climb_minutes is not None:
            climbs_at = now + timedelta(minutes=firing.rung.climb_minutes)
            first = Firing.objects.filter(pk=firing.pk, climbs_at=None, acknowledged_at=None)
            already = Notice.objects.filter(firing=firing.pk, told_at__lt=now)
            if not already.exists():
                first.update(climbs_at=climbs_at)


def _write(told: list[Notice], user: Any, *, now: datetime) -> None:
    for channel in LETTERS:
        by_it = [notice for notice in told if channel in notice.firing.rung.channels]
        if not by_it:
            continue
        digest = written_for(user, by_it)
        letter = Letter.objects.create(
            user=user,
            channel=channel,
            language=digest.language,
            subject=digest.subject,
            text=digest.brief if channel == Channel.SMS else digest.text,
            due_at=now,
        )
        letter.notices.set(by_it)
