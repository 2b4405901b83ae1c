"""What has to be done when a backup was restored, before anything else works on it."""

import json
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from complaints.customers.models import Customer, Erasure
from feedback.notifications import transitions as notifications
from heatmaps_project.customers.transitions import erase


@dataclass(frozen=True)
class Erased:
    """That a customer was erased: without a word of who it was."""

    customer_id: int
    by: str
    at: datetime

    def line(self) -> str:
        return json.dumps({"customer": self.customer_id, "by": self.by, "at": self.at.isoformat()})


def read(line: str) -> Erased:
    """:raises ValueError: that is no line of ours"""
    try:
        told = json.loads(line)
        return Erased(int(told["customer"]), str(told["by"]), datetime.fromisoformat(told["at"]))
    except (KeyError, TypeError) as error:
        raise ValueError(line) from error


def erasures() -> Iterator[Erased]:
    """All that were ever done, to be kept where the backups are."""
    rows = Erasure.objects.order_by("pk").values_list("customer", "by", "at")
    for customer_id, by, at in rows.iterator():
        yield Erased(customer_id, by, at)


def kept_in(file: Path) -> list[Erased]:
    """:raises ValueError: it has a line that is none of ours"""
    with file.open(encoding="utf-8") as lines:
        return [read(line) for line in lines]


def keep_in(file: Path) -> None:
    """Write all that were ever done into a file, which is always whole."""
    part = file.with_name(f"{file.name}.part")
    with part.open("w", encoding="utf-8") as lines:
        lines.writelines(f"{one.line()}\n" for one in erasures())
        lines.flush()
        os.fsync(lines.fileno())  # else a power cut leaves the name, and nothing under it
    part.replace(file)


def not_here(kept: Collection[Erased]) -> int:
    """
    Return how many of these this database knows nothing of.

    There are some where a backup took its place that is older than they are.
    """
    return len(
        {(one.customer_id, one.at) for one in kept}
        - {(one.customer_id, one.at) for one in erasures()}
    )


def erase_again(kept: Collection[Erased], *, now: datetime) -> int:
    """Erase whoever came back, as of the time when they were erased; return how many did."""
    rows = Customer.objects.not_erased().filter(pk__in=[one.customer_id for one in kept])
    there = set(rows.values_list("pk", flat=True))
    back = [one for one in kept if one.customer_id in there]
    return sum(
        erase(customer_id=one.customer_id, by=one.by, now=now, erased_at=one.at) for one in back
    )


def doubt_messages(*, lost_at: datetime) -> int:
    """
    Let nobody be told again of what they were perhaps told before the database was lost.

    What was to be told by then is planned first: the lost database may have planned and sent it.

    Returns how many messages nobody knows of now.
    """
    while notifications.plan_messages(now=lost_at) or notifications.ask_customers(now=lost_at):
        pass
    return notifications.doubt_unsent(until=lost_at)
