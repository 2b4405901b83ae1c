"""
Calling receivers: several at once, each in the order of its own deliveries.

No transaction is open while a receiver is called. A receiver that is slow or down holds up nobody
else: it is called by a thread of its own, let alone for a while after a failure, and never by two
workers at once.
"""

import json
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone

from complaints.outgoing.calling import Answer, call
from complaints.signing import headers
from heatmaps_project.webhooks import transitions
from heatmaps_project.webhooks.models import Delivery, Subscription

AT_ONCE: Final = 16  # receivers
A_BATCH: Final = 100  # deliveries of each
RUN_SECONDS: Final = 20.0  # of a batch; what is left is due still


@dataclass
class _Batch:
    subscription: Subscription
    left: deque[Delivery]


def send(*, now: datetime) -> int:
    """Send what is due, and return how many deliveries were worked on."""
    taken = transitions.claim(limit=AT_ONCE, now=now)
    if not taken:
        return 0
    began, handled = timezone.now(), 0
    with ThreadPoolExecutor(max_workers=len(taken)) as threads:
        calls: dict[Future[Answer], _Batch] = {}
        for subscription in taken:
            due = transitions.due_of(subscription, limit=A_BATCH, now=now)
            _next(_Batch(subscription, deque(due)), calls, threads, now=now)
        while calls:
            done, _running = wait(calls, return_when=FIRST_COMPLETED)
            moment = now + (timezone.now() - began)
            for one in done:
                batch = calls.pop(one)
                handled += 1
                if _booked(batch, one.result(), now=moment) and _in_time(moment, now):
                    _next(batch, calls, threads, now=moment)
                else:
                    transitions.release(batch.subscription)
    return handled


def _in_time(moment: datetime, began: datetime) -> bool:
    return (moment - began).total_seconds() < RUN_SECONDS


def _booked(batch: _Batch, answer: Answer, *, now: datetime) -> bool:
    """Book the delivery that was called with; whether to go on with the next."""
    delivery = batch.left.popleft()
    ours = transitions.book(delivery, answer, lease=batch.subscription.lease, now=now)
    return ours and answer.is_taken


def _next(
    batch: _Batch,
    calls: dict[Future[Answer], _Batch],
    threads: ThreadPoolExecutor,
    *,
    now: datetime,
) -> None:
    if not batch.left:
        transitions.release(batch.subscription)
        return
    delivery, row = batch.left[0], batch.subscription
    body = json.dumps(delivery.content, ensure_ascii=False, separators=(",", ":"))
    keys = [row.secret] if row.secret else []
    if row.old_secret and row.old_secret_until and row.old_secret_until > now:
        keys.append(row.old_secret)
    sent = {
        "content-type": "application/json",
        "user-agent": "Heatmaps",
    }
    if keys:  # by the clock on the wall: receivers compare it with theirs
        sent |= headers(body, message_id=delivery.message_id, keys=keys, now=timezone.now())
    calls[threads.submit(call, row.url, body.encode(), sent)] = batch
