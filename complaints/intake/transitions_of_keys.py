"""Keys that senders give their requests (Idempotency-Key), each kept with what it came with."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from complaints.customers.personal import blind_index, blind_indexes
from complaints.intake.models import SentKey

KEPT: Final = timedelta(days=7)  # longer than any sender retries


class KeyReusedError(Exception):
    """The key came with another request before."""


def claim(*, source: str, key: str, body: bytes, now: datetime) -> bool:
    """
    Keep a request's key, in the caller's transaction; return whether it is new.

    Whoever comes with the same key meanwhile waits until this transaction ends.

    :raises KeyReusedError: it came with another body
    """
    said = sha256(body).hexdigest()
    told = {"digest": blind_index(said), "at": now}
    row, is_new = SentKey.objects.get_or_create(source=source, key=key, defaults=told)
    if bytes(row.digest) not in blind_indexes(said):
        raise KeyReusedError
    return is_new


def forget_keys(*, now: datetime, limit: int = 10_000) -> int:
    """Forget keys older than KEPT, at most `limit` of them; return how many."""
    old = SentKey.objects.filter(at__lt=now - KEPT).order_by("pk").values("pk")[:limit]
    return SentKey.objects.filter(pk__in=old).delete()[0]
