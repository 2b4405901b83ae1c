"""Which events a resource gives, from what was last told of it and what is so now (pure)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class Change(StrEnum):
    """What can be told of a resource, as TM Forum ends the names of its events."""

    CREATED = "CreateEvent"
    CHANGED = "AttributeValueChangeEvent"
    STATUS = "StatusChangeEvent"
    RESOLVED = "ResolvedEvent"
    INFORMATION = "InformationRequiredEvent"
    DELETED = "DeleteEvent"


# What changes with a status, or with any change at all, is not told as an attribute of its own.
_BESIDE: Final = frozenset(
    {
        *("status", "statusChange", "statusChangeDate", "statusChangeReason"),
        *("lastUpdate", "timeChanged", "resolutionDate"),
    }
)


@dataclass(frozen=True)
class Shown:
    """What of a resource is compared."""

    status: str
    digest: str  # of its other attributes
    asks: bool  # something has to be told of it before work can go on
    gone: bool


def digest_of(body: Mapping[str, Any]) -> str:
    kept = {name: value for name, value in body.items() if name not in _BESIDE}
    text = json.dumps(kept, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def changes(
    before: Shown | None, now: Shown, *, is_new: bool, status_is_news: bool
) -> tuple[Change, ...]:
    """
    Return what is to be told, in its order.

    before          what was last told; None: nothing yet
    is_new          it was made since somebody listens
    status_is_news  its status changed since somebody listens: counts where nothing was told yet

    What was there before anybody listened, and was never told of, changed in something: in its
    status, or else in an attribute.
    """
    if now.gone:
        return () if before and before.gone else (Change.DELETED,)
    if before is None and is_new:
        told = [Change.CREATED]
        return (*told, Change.INFORMATION) if now.asks else tuple(told)
    has_status = now.status != before.status if before else status_is_news
    has_attribute = now.digest != before.digest if before else not status_is_news
    happened = {
        Change.CHANGED: has_attribute,
        Change.STATUS: has_status,
        Change.INFORMATION: now.asks and not (before and before.asks),
        Change.RESOLVED: has_status and now.status == "resolved",
    }
    return tuple(change for change, is_so in happened.items() if is_so)
