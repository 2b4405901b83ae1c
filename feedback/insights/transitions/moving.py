"""The moves of an insight; when it has ended, its author hears what was done."""

from datetime import date, datetime, timedelta
from typing import Final

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from complaints.customers.in_words import without_customers
from feedback.insights.models import Department, Insight, InsightStep, Vote
from feedback.insights.states import MOVES, Helped, Kind
from feedback.insights.transitions.telling import tell_author

_MOVED = ("state", "department", "owner", "answer", "ended_at", "same_as", "next_on")
_LOOKED = ("look_on", "helped")
# Customers who hear one person's words within a day of wishes that the same person raised: to raise
# one of any comment, and end it, would else be a text of one's own to everybody who commented.
ALONE_A_DAY: Final = 50
MOST_LETTERS: Final = int(Insight._meta.get_field("answer").max_length or 0)


class RefusedError(Exception):
    """The insight's present state, or the person's rights, do not allow this move."""


@transaction.atomic
def take(
    *, insight_id: int, next_on: date | None = None, by: AbstractUser, now: datetime
) -> Insight:
    """
    Take an insight, also from somebody else; by its owner once more, only the day changes.

    next_on  when there is to be more to say; None: as it was

    :raises RefusedError: it has ended, the day is over, or `by` may not
    """
    row = _begun(insight_id, Kind.TAKE, by=by)
    next_on = next_on or row.next_on
    if next_on and next_on != row.next_on and next_on < localdate(now):
        raise RefusedError(_("This day is over."))
    if (row.owner_id, row.next_on) != (by.pk, next_on):
        row.owner_id, row.next_on = by.pk, next_on
        _moved(row, Kind.TAKE, f"{next_on:%Y-%m-%d}" if next_on else "", by=by, now=now)
    return row


@transaction.atomic
def join(*, insight_id: int, into: Insight, by: AbstractUser, now: datetime) -> Insight:
    """
    Make one of two: the votes go to the other, each person's once, and its end is this one's too.

    :raises RefusedError: either has ended, they are one already or of two brands, or `by` may not
    """
    first, second = sorted((insight_id, into.pk))
    list(Insight.objects.select_for_update().filter(pk__in=(first, second)).order_by("pk"))
    row, other = _begun(insight_id, Kind.JOIN, by=by), _begun(into.pk, Kind.JOIN, by=by)
    if row.pk == other.pk or row.brand_id != other.brand_id:
        raise RefusedError(_("Name another insight of the same brand."))
    row.same_as, row.ended_at, row.answer = other, now, f"№ {other.pk}: {other.title}"[:300]
    _moved(row, Kind.JOIN, row.answer, by=by, now=now)
    row.doubles.update(same_as=other)
    voters = set(Vote.objects.filter(insight=other).values_list("user_id", flat=True))
    Vote.objects.filter(insight=row).exclude(user__in=voters).update(insight=other)
    votes = Vote.objects.filter(insight=other).count()
    Insight.objects.filter(pk=other.pk).update(votes=votes)
    return row


@transaction.atomic
def send(*, insight_id: int, department: Department, by: AbstractUser, now: datetime) -> Insight:
    """
    Send an insight to another department, where nobody has it yet.

    :raises RefusedError: it has ended, or `by` may not
    """
    row = _begun(insight_id, Kind.SEND, by=by)
    if row.department_id != department.pk:
        row.department, row.owner = department, None
        _moved(row, Kind.SEND, str(department), by=by, now=now)
    return row


def finish(
    *,
    insight_id: int,
    answer: str,
    look_on: date | None = None,
    by: AbstractUser,
    now: datetime,
) -> Insight:
    """
    Say what was done; the author hears it.

    look_on  when its owner looks whether it helped

    :raises RefusedError: it has ended, there is no answer, the day is over, or `by` may not
    """
    _refuse_past(look_on, now)
    return _ended(insight_id, Kind.FINISH, answer, look_on=look_on, by=by, now=now)


@transaction.atomic
def look(
    *,
    insight_id: int,
    helped: Helped,
    note: str,
    look_on: date | None = None,
    by: AbstractUser,
    now: datetime,
) -> Insight:
    """
    Say whether what was done has helped, as seen now.

    look_on  when to look once more; None: that was it

    :raises RefusedError: it is not done, it is too early to say and no other day is named, the day
        is over, or `by` may not
    """
    row = _begun(insight_id, Kind.LOOK, by=by)
    _refuse_past(look_on, now)
    if helped == Helped.UNCLEAR and look_on is None:
        raise RefusedError(_("Say on which day to look again."))
    row.helped, row.look_on = helped, look_on
    note = without_customers(note.strip(), by=by.pk)
    _moved(row, Kind.LOOK, f"{helped.value} {note}".strip(), by=by, now=now)
    return row


def _refuse_past(day: date | None, now: datetime) -> None:
    if day and day < localdate(now):
        raise RefusedError(_("This day is over."))


def decline(*, insight_id: int, answer: str, by: AbstractUser, now: datetime) -> Insight:
    """
    Say why it is not done; the author hears it.

    :raises RefusedError: it has ended, there is no answer, or `by` may not
    """
    return _ended(insight_id, Kind.DECLINE, answer, by=by, now=now)


@transaction.atomic
def reopen(*, insight_id: int, by: AbstractUser, now: datetime) -> Insight:
    """
    Take an ended insight up again. A customer who was told is not told a second time.

    :raises RefusedError: it has not ended, or `by` may not
    """
    row = _begun(insight_id, Kind.REOPEN, by=by)
    row.owner, row.answer, row.ended_at, row.same_as, row.next_on = None, "", None, None, None
    row.look_on, row.helped = None, ""
    _moved(row, Kind.REOPEN, by=by, now=now)
    return row


@transaction.atomic
def _ended(
    insight_id: int,
    kind: Kind,
    answer: str,
    *,
    look_on: date | None = None,
    by: AbstractUser,
    now: datetime,
) -> Insight:
    row = _begun(insight_id, kind, by=by)
    if not answer.strip():
        raise RefusedError(_("Say what was done: the author hears it."))
    answer = without_customers(answer.strip(), by=by.pk)[:MOST_LETTERS]
    _refuse_flood(row, by=by, now=now)
    row.owner_id, row.answer, row.ended_at = row.owner_id or by.pk, answer, now
    row.look_on = look_on
    _moved(row, kind, row.answer, by=by, now=now)
    tell_author(row, by=by, now=now)
    for double in row.doubles.select_related("comment__answer__invitation"):
        double.answer, double.state = row.answer, row.state  # as its author is told, not kept
        tell_author(double, by=by, now=now)
    return row


def _refuse_flood(row: Insight, *, by: AbstractUser, now: datetime) -> None:
    """:raises RefusedError: too many customers would hear words of one person alone"""
    get_user_model().objects.select_for_update(no_key=True).get(pk=by.pk)  # one end at a time
    ends = InsightStep.objects.filter(
        kind__in=(Kind.FINISH, Kind.DECLINE), by=by.pk, at__gt=now - timedelta(days=1)
    )
    own = Insight.objects.filter(raised_by=by.pk, comment__isnull=False)
    lately = Q(pk__in=ends.values("insight")) | Q(same_as__in=ends.values("insight"))
    this = Q(pk=row.pk) | Q(same_as=row.pk)
    if own.filter(this).exists() and own.filter(lately | this).count() > ALONE_A_DAY:
        words = _(
            "You have answered wishes that you raised yourself to %(n)d customers within a day:"
            " somebody else ends this one."
        )
        raise RefusedError(words % {"n": ALONE_A_DAY})


def _begun(insight_id: int, kind: Kind, *, by: AbstractUser) -> Insight:
    """Return the insight, locked, if this move of it is allowed."""
    if not by.has_perm("feedback.work_insight"):
        raise RefusedError(_("You may not work on insights."))
    row = Insight.objects.select_for_update().get(pk=insight_id)
    if row.state not in MOVES[kind].sources:
        raise RefusedError(_("“%(insight)s” is not open to this any more.") % {"insight": row})
    return row


def _moved(row: Insight, kind: Kind, note: str = "", *, by: AbstractUser, now: datetime) -> None:
    row.state = MOVES[kind].target
    row.save(update_fields=[*_MOVED, *_LOOKED])
    InsightStep.objects.create(insight=row, kind=kind, at=now, by_id=by.pk, note=note[:300])
