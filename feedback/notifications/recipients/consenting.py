"""What customers have to refuse so as not to get messages of a reason."""

from complaints.customers.consent import Purpose
from feedback.notifications.templates.catalogue import ASKING, Reason


def purpose_of(reason: str) -> Purpose:
    if reason == Reason.GIFT:
        return Purpose.MARKETING
    return Purpose.SURVEY if reason in ASKING else Purpose.SERVICE
