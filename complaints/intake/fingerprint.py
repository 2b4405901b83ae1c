"""
What was sent, in a few bytes: tells a retry from another complaint with the same id.

A fingerprint is a keyed SHA-256 of the whole body, then four bytes of one for each field, so
that a conflict can name the fields although the stored row may have changed since (the geocoder
moved its point, a newer complaint described the customer anew). Nothing can be read from it.
"""

import json
from datetime import UTC
from itertools import zip_longest
from typing import Final

from django.conf import settings

from complaints.customers.cipher import keyed, tag, tag_of
from complaints.intake.sent import SentComplaint

# Stored fingerprints depend on this order: append to it, and change nothing before.
FIELDS: Final = (
    "brand",
    "customer.id",
    "customer.phone",
    "customer.email",
    "customer.segment",
    "customer.ltv",
    "customer.language",
    "topic",
    "channel",
    "text",
    "address",
    "point",
    "precision",
    "occurred_at",
    "customer.churn_risk",
    "tell",
    "customer.balance",
    "customer.debt",
)
WHOLE_BYTES: Final = 32
FIELD_BYTES: Final = 4
ABSENT: Final = bytes(FIELD_BYTES)


_written = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def fingerprint(sent: SentComplaint) -> bytes:
    """Return 32 bytes for the whole body and 4 for each of FIELDS, after the pepper's tag."""
    return _made(sent, next(iter(settings.BLIND_INDEX_PEPPERS)))


def as_stored(stored: bytes, sent: SentComplaint, made: bytes) -> bytes:
    """
    Return the fingerprint of what was sent, to be compared with a stored one.

    made  the one to write; where the stored one is of a pepper that is gone, or was emptied with
          it, nothing can be told: it is taken for the same
    """
    was = tag_of(stored)
    if stored and was == tag_of(made):
        return made
    names = [name for name in settings.BLIND_INDEX_PEPPERS if stored and tag(name) == was]
    return _made(sent, names[0]) if names else stored


def _made(sent: SentComplaint, pepper: str) -> bytes:
    """Return the fingerprint under the pepper of this name."""
    told = _told(sent)
    index = keyed(settings.BLIND_INDEX_PEPPERS[pepper])
    # The external id keeps equal texts of two complaints from having equal bytes.
    of_field = index.begun(f"{sent.external_id}\n").digest
    parts = [
        of_field(f"{name}\n{told[name]}")[:FIELD_BYTES] if name in told else ABSENT
        for name in FIELDS
    ]
    whole = index.digest(_written([sent.external_id, told]))
    return tag(pepper) + whole + b"".join(parts)


def differing(stored: bytes, sent: bytes) -> tuple[str, ...]:
    """Return the fields in which two bodies differ, none if they are the same."""
    stored, sent = stored[len(tag_of(stored)) :], sent[len(tag_of(sent)) :]
    if stored[:WHOLE_BYTES] == sent[:WHOLE_BYTES]:
        return ()
    pairs = zip_longest(_parts(stored), _parts(sent), fillvalue=ABSENT)
    named = tuple(name for name, (was, now) in zip(FIELDS, pairs, strict=False) if was != now)
    return named or ("body",)


def _parts(value: bytes) -> list[bytes]:
    return [
        value[start : start + FIELD_BYTES] for start in range(WHOLE_BYTES, len(value), FIELD_BYTES)
    ]


def _told(sent: SentComplaint) -> dict[str, str]:
    """Return each field that was given, as text that is the same for the same meaning."""
    person, point = sent.customer, sent.point
    every: dict[str, str | None] = {
        "brand": sent.brand,
        "topic": sent.topic,
        "channel": sent.channel,
        "text": sent.text,
        "address": sent.address,
        "point": f"{point.lon!r} {point.lat!r}" if point else None,
        "precision": sent.precision,
        "occurred_at": sent.occurred_at.astimezone(UTC).isoformat(),
        "tell": None if sent.tell else "no",
    }
    if person:
        every["customer.id"] = person.id
        every["customer.phone"] = person.phone
        every["customer.email"] = person.email
        every["customer.segment"] = person.segment
        for name in ("ltv", "balance", "debt"):
            amount = getattr(person, name)
            every[f"customer.{name}"] = None if amount is None else f"{amount:.2f}"
        every["customer.language"] = person.language
        risk = person.churn_risk
        every["customer.churn_risk"] = None if risk is None else repr(risk)
    return {name: value for name, value in every.items() if value}
