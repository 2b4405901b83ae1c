"""Sweeps that turn what happened into messages, and send them."""

import time
from typing import Any

from celery import shared_task
from django.utils import timezone

from feedback.notifications import transitions
from feedback.notifications.sending import delivery
from feedback.notifications.sending.to_staff import send_to_staff as sent_to_staff

RUN_FOR = 60.0  # seconds; the next beat goes on


@shared_task(name="feedback.plan_messages")
def plan_messages(**_unknown: Any) -> int:
    return transitions.plan_messages(now=timezone.now())


@shared_task(name="feedback.count_batches")
def count_batches(**_unknown: Any) -> int:
    return transitions.count_batches(now=timezone.now())


@shared_task(name="feedback.ask_customers")
def ask_customers(**_unknown: Any) -> int:
    return transitions.ask_customers(now=timezone.now())


@shared_task(name="feedback.send_messages")
def send_messages(**_unknown: Any) -> int:
    """Send until nothing is due, or for a minute."""
    until = time.monotonic() + RUN_FOR
    sent = 0
    while (handled := delivery.send_messages(now=timezone.now())) and time.monotonic() < until:
        sent += handled
    return sent + handled


@shared_task(name="feedback.send_to_staff")
def send_to_staff(**_unknown: Any) -> int:
    return sent_to_staff(now=timezone.now())
