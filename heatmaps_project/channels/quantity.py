"""How many letters a mailbox takes within a day: anybody can write them, under any name."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count

from complaints.customers.personal import blind_index
from complaints.intake.models import Complaint, ComplaintQuerySet
from complaints.intake.sent import SentComplaint
from heatmaps_project.channels.models import Inlet

OF_A_SENDER: Final = 100  # an office may pass its customers' letters on
OF_A_MAILBOX: Final = 10_000  # of all senders: one may write under as many names as one likes
_A_DAY: Final = timedelta(days=1)


def room(inlet: Inlet, *, now: datetime) -> int:
    """Return how many letters more a mailbox takes."""
    return max(0, OF_A_MAILBOX - _taken(inlet, now=now).count())


def parted(
    inlet: Inlet, letters: Iterable[SentComplaint], *, now: datetime
) -> tuple[list[SentComplaint], list[SentComplaint]]:
    """
    Return the letters that are taken, and those beyond what their senders may send; one query.

    One without an address of its sender is taken: it counts for the mailbox.
    """
    senders = [(letter, _sender(letter)) for letter in letters]
    known = _taken(inlet, now=now).filter(
        customer__email_index__in={who for _letter, who in senders}
    )
    told = known.order_by().values_list("customer__email_index").annotate(Count("pk"))
    counts = Counter({bytes(who): count for who, count in told})
    taken, beyond = list[SentComplaint](), list[SentComplaint]()
    for letter, who in senders:
        counts[who] += 1
        (beyond if who and counts[who] > OF_A_SENDER else taken).append(letter)
    return taken, beyond


def _taken(inlet: Inlet, *, now: datetime) -> ComplaintQuerySet:
    return Complaint.objects.filter(source=inlet.complaints_source, received_at__gt=now - _A_DAY)


def _sender(letter: SentComplaint) -> bytes:
    email = letter.customer.email if letter.customer else None
    return blind_index(email or "") or b""
