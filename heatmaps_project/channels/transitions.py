"""Ways in, asked by one worker at a time; what they bring is stored with how far they were read."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet

from complaints.intake.sent import SentComplaint, UnreadableError
from complaints.intake.transitions import receive
from complaints.outgoing.resting import next_at
from heatmaps_project.channels.mapped import Reader, Values
from heatmaps_project.channels.models import Inlet, Kind
from heatmaps_project.channels.quantity import OF_A_SENDER, parted

LEASE: Final = timedelta(minutes=5)  # as long as a task may take


@transaction.atomic
def claim(*, now: datetime) -> Inlet | None:
    """Take the way in that is due longest and is nobody else's; None: there is none."""
    free = Inlet.objects.due(now).order_by("due_at", "pk")
    row = free.select_for_update(skip_locked=True).first()
    if row is None:
        return None
    row.claimed_until = now + LEASE
    row.last_run_at = now
    row.save(update_fields=["claimed_until", "last_run_at"])
    return row


def held(inlet: Inlet) -> QuerySet[Inlet]:
    """The inlet's row while the claim stands by which this process holds it."""
    return Inlet.objects.filter(pk=inlet.pk, claimed_until=inlet.claimed_until, active=True)


def succeed(inlet: Inlet, *, now: datetime) -> None:
    due = next_at(every=timedelta(seconds=inlet.every), failures=0, now=now)
    values = {"claimed_until": None, "due_at": due, "last_good_at": now, "failures": 0}
    held(inlet).update(**values, last_error="")


def fail(inlet: Inlet, error: str, *, now: datetime) -> None:
    """It could not be asked: it is asked again, each time twice as late."""
    failures = inlet.failures + 1
    due = next_at(every=timedelta(seconds=inlet.every), failures=failures, now=now)
    values = {"claimed_until": None, "due_at": due, "failures": failures}
    held(inlet).update(**values, last_error=error[:300])


def try_now(inlets: QuerySet[Inlet], *, now: datetime) -> int:
    """Ask at once, however often it failed; return how many are asked."""
    return inlets.filter(active=True).update(due_at=now, failures=0, claimed_until=None)


@transaction.atomic
def take(inlet: Inlet, items: Iterable[Values], *, cursor: str, now: datetime) -> bool:
    """
    Store what a way in brought, and how far it was read, both or none.

    A complaint that cannot be taken is counted and named, and costs no other. False: the claim
    has gone to somebody else, and nothing is stored.
    """
    if not held(inlet).select_for_update().exists():
        return False
    _store(inlet, items, now=now)
    held(inlet).update(cursor=cursor)
    inlet.cursor = cursor
    return True


@transaction.atomic
def take_sent(inlet: Inlet, items: Iterable[Values], *, now: datetime) -> None:
    """Store what was sent here."""
    _store(inlet, items, now=now)
    Inlet.objects.filter(pk=inlet.pk).update(last_run_at=now, last_good_at=now)


def _store(inlet: Inlet, items: Iterable[Values], *, now: datetime) -> None:
    reader = Reader(inlet)
    good, bad = list[SentComplaint](), list[str]()
    for values in items:
        try:
            good.append(reader.read(values, now=now))
        except UnreadableError as error:
            bad.append(reader.refusal(values, error))
    if inlet.kind == Kind.MAIL:
        good, beyond = parted(inlet, good, now=now)
        bad += [f"{one.external_id}: more than {OF_A_SENDER} of a sender a day" for one in beyond]
    knows = inlet.kind == Kind.PULL  # letters and social media anybody writes
    receipts = receive(good, source=inlet.complaints_source, now=now, proven=knows)
    for sent, receipt in zip(good, receipts, strict=True):
        if receipt.outcome in ("conflict", "invalid"):
            bad.append(f"{sent.external_id}: {receipt.outcome}: {', '.join(receipt.fields)}")
    created = sum(receipt.outcome == "created" for receipt in receipts)
    row = Inlet.objects.filter(pk=inlet.pk)
    row.update(taken=F("taken") + created, refused=F("refused") + len(bad))
    if bad:
        row.update(last_refusal=bad[-1][:500])
