"""Texts with codes, from their rows to the gateway of customers' texts."""

from datetime import datetime

from feedback.notifications.channels.outcome import Outgoing
from feedback.notifications.sending.ways_out import gateway_of
from feedback.notifications.templates.catalogue import Channel
from heatmaps_project.desk.own import transitions

BATCH = 25
MOST = 20  # batches a run


def send_codes(*, now: datetime) -> int:
    """Send the codes that wait, and return how many were worked on."""
    handled = 0
    codes = transitions.claim(limit=BATCH, now=now)
    if not codes:
        return handled
    with gateway_of(Channel.SMS, on_receipts=lambda _facts: None) as gateway:
        for _batch in range(MOST):
            outgoing = [
                Outgoing(
                    address=code.phone,
                    subject="",
                    text=code.text,
                    key=code.key,
                    language=code.language,
                )
                for code in codes
            ]
            outcomes = list(gateway.send(outgoing))
            good = [one.pk for one, how in zip(codes, outcomes, strict=True) if not how.failure]
            bad = [one.pk for one in codes if one.pk not in good]
            transitions.book(sent=good, failed=bad)
            handled += len(codes)
            codes = transitions.claim(limit=BATCH, now=now)
            if not codes:
                break
    return handled
