"""Taking in what the CRM tells of customers at touch points."""

from datetime import datetime
from typing import Any

from feedback.surveys.touches import Touch


def take_touch(*, source: str, reference: str, now: datetime, **facts: Any) -> tuple[Touch, bool]:
    """
    Keep an event at a touch point, and return it and whether it is new.

    facts  touch_point, at, customer; region, agent, unit, roaming where known

    The same reference of a source again changes nothing: the first telling stands.
    """
    row = {"received_at": now, **facts}
    return Touch.objects.get_or_create(source=source, reference=reference, defaults=row)
