"""Receiving complaints that came with an Idempotency-Key, or without one."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from complaints.customers.walls import Walls
from complaints.intake.sent import SentComplaint
from complaints.intake.transitions import Receipt, receive
from complaints.intake.transitions_of_keys import KeyReusedError, claim
from complaints.problems import RefusedError

LONGEST_KEY: Final = 255
KEY_PARAMETER: Final = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Your key of this request, kept for a week. The same key with another body: 422.",
)


def key_of(request: Request) -> str:
    """
    Return the Idempotency-Key that a request came with, "" where it came without.

    :raises RefusedError: it is too long, or cannot be printed
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY or not (key.isprintable() and key.isascii()):
        raise RefusedError(400, f"An Idempotency-Key has at most {LONGEST_KEY} letters.")
    return key


@transaction.atomic
def receive_once(
    sent: Sequence[SentComplaint],
    *,
    key: str,
    body: bytes,
    source: str,
    walls: Walls,
    now: datetime,
    describes: bool,
    check: Callable[[Receipt], None] = lambda _receipt: None,
) -> list[Receipt]:
    """
    Receive complaints, and keep the key that their request came with.

    describes  see receive
    check      raises what refuses a receipt: then nothing is kept

    :raises RefusedError: the key came with another body before
    """
    if key:
        keep_key(key, body=body, source=source, now=now)
    receipts = receive(sent, source=source, now=now, walls=walls, describes=describes)
    for receipt in receipts:
        check(receipt)
    return receipts


def keep_key(key: str, *, body: bytes, source: str, now: datetime) -> bool:
    """
    Keep a request's key, in the caller's transaction; return whether it is new.

    :raises RefusedError: it came with another body before
    """
    try:
        return claim(source=source, key=key, body=body, now=now)
    except KeyReusedError:
        detail = "This Idempotency-Key came with another body before."
        raise RefusedError(422, detail) from None
