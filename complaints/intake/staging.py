"""
Writing complaints that are not stored yet, with their customers: two statements, which read them
from a table that COPY fills, or, where they are few, from their own parameters.

Called by transitions.receive only, inside its transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from django.db import connection

from complaints.customers.one_index import bring_customers
from complaints.customers.personal import blind_index, encrypted_all
from complaints.intake.models import Placing, Precision
from complaints.intake.sent import SentComplaint

FEW: Final = 10  # complaints that are given as parameters

_COLUMNS: Final = {
    "external_id": "text",
    "fingerprint": "bytea",
    "brand_id": "bigint",
    "topic_id": "bigint",
    "crm_id": "text",
    "phone": "bytea",
    "phone_index": "bytea",
    "email": "bytea",
    "email_index": "bytea",
    "segment": "text",
    "ltv": "numeric",
    "churn_risk": "float8",
    "balance": "numeric",
    "debt": "numeric",
    "language": "text",
    "described_at": "timestamptz",  # in the one row that describes its customer
    "channel": "text",
    "text": "bytea",
    "address": "bytea",
    "placed": "text",
    "lon": "float8",
    "lat": "float8",
    "point_precision": "text",
    "occurred_at": "timestamptz",
    "received_at": "timestamptz",
    "tell": "boolean",
}

_TYPES: Final = tuple(_COLUMNS.values())
_MAKE: Final = (
    "CREATE TEMP TABLE IF NOT EXISTS intake_staging ("
    + ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
    + ") ON COMMIT DELETE ROWS"
)
_COPY: Final = f"COPY intake_staging ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT BINARY)"

# Customers and complaints are both written in the order of their keys, so that two senders with
# the same ones wait for each other instead of dying of a deadlock.
_DESCRIBED: Final = (
    *("phone", "phone_index", "email", "email_index", "ltv", "churn_risk", "balance", "debt"),
)
_NEWER: Final = "known.described_at <= EXCLUDED.described_at"
# Only a newer description overwrites; an older one may still fill in what nobody has told.
_TOLD: Final = f"""
    {
    ", ".join(
        f"{column} = CASE WHEN {_NEWER}"
        f" THEN coalesce(EXCLUDED.{column}, known.{column})"
        f" ELSE coalesce(known.{column}, EXCLUDED.{column}) END"
        for column in _DESCRIBED
    )
},
    segment = CASE WHEN EXCLUDED.segment <> '' AND (known.segment = '' OR {_NEWER})
        THEN EXCLUDED.segment ELSE known.segment END,
    language = CASE WHEN {_NEWER} THEN EXCLUDED.language ELSE known.language END,
    described_at = CASE WHEN {_NEWER} THEN EXCLUDED.described_at ELSE known.described_at END
"""
# Of whoever is known by a phone or an e-mail: it is there again, where it had ended by its age.
_KNOWN_BY: Final = ", ".join(
    f"{column} = CASE WHEN starts_with(known.crm_id, '{prefix}:')"
    f" THEN coalesce(known.{column}, EXCLUDED.{column}) ELSE known.{column} END"
    for prefix, name in (("tel", "phone"), ("mail", "email"))
    for column in (name, f"{name}_index")
)


def _customers(changes: str) -> str:
    return f"""
INSERT INTO complaints_customer AS known
    (brand_id, crm_id, {", ".join(_DESCRIBED)}, segment, language, described_at)
SELECT brand_id, crm_id, {", ".join(_DESCRIBED)}, coalesce(segment, ''),
       coalesce(
           language,
           (SELECT language FROM complaints_customer
            WHERE (brand_id, crm_id) = (told.brand_id, told.crm_id)),
           'ru'
       ),
       described_at
FROM intake_staging told
WHERE described_at IS NOT NULL
ORDER BY brand_id, crm_id
ON CONFLICT (brand_id, crm_id) DO UPDATE SET {changes}
"""


# by whether the sender describes them
_CUSTOMERS: Final = {True: _customers(_TOLD), False: _customers(_KNOWN_BY)}

_COMPLAINTS: Final = """
INSERT INTO complaints_complaint
    (brand_id, source, external_id, fingerprint, customer_id, topic_id, channel, text,
     occurred_at, received_at, address, "placing", point, "precision", placed_at, region_id,
     tell, proven)
SELECT sent.brand_id, %s, sent.external_id, sent.fingerprint, customer.id, sent.topic_id,
       sent.channel, sent.text, sent.occurred_at, sent.received_at, sent.address, sent.placed,
       place.point, coalesce(sent.point_precision, ''),
       CASE WHEN place.point IS NOT NULL THEN sent.received_at END, region.id,
       sent.tell, %s
FROM intake_staging sent
CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(sent.lon, sent.lat), 4326) AS point) place
LEFT JOIN complaints_customer customer
    ON customer.brand_id = sent.brand_id AND customer.crm_id = sent.crm_id
LEFT JOIN LATERAL (
    SELECT id FROM complaints_region WHERE ST_Covers(outline, place.point) ORDER BY id LIMIT 1
) region ON true
ORDER BY sent.external_id
ON CONFLICT (source, external_id) DO NOTHING
RETURNING external_id, id
"""


@dataclass(frozen=True)
class Fresh:
    """A complaint that was not stored when we looked."""

    sent: SentComplaint
    fingerprint: bytes
    brand_id: int
    topic_id: int
    received_at: datetime


def store(fresh: Sequence[Fresh], *, source: str, proven: bool, describes: bool) -> dict[str, int]:
    """
    Return {external id: primary key} of those stored: all that nobody stored meanwhile.

    proven, describes  the sender knows the customers, and changes them: see transitions.receive
    """
    if not fresh:
        return {}
    rows = _rows(fresh)
    unnamed = [who for one in fresh if (who := one.sent.customer) is not None and not who.id]
    bring_customers(
        {one.brand_id for one in fresh},
        [who.phone for who in unnamed if who.phone],
        [who.email for who in unnamed if who.email and not who.phone],
    )
    with connection.cursor() as cursor:
        if len(rows) <= FEW:
            given, values = _given(len(rows)), [value for row in rows for value in row]
        else:
            _copied(cursor, rows)
            given, values = "", []
        cursor.execute(given + _CUSTOMERS[describes], values)
        cursor.execute(given + _COMPLAINTS, [*values, source, proven])
        return dict(cursor.fetchall())


@lru_cache(maxsize=FEW)
def _given(rows: int) -> str:
    """Return SQL that stands for the table of `_copied`: no table is made for one complaint."""
    row = f"({', '.join(f'%s::{kind}' for kind in _COLUMNS.values())})"
    return f"WITH intake_staging ({', '.join(_COLUMNS)}) AS (VALUES {', '.join([row] * rows)}) "


def _copied(cursor: Any, rows: Iterable["_Values"]) -> None:
    cursor.execute(_MAKE)
    # Empty unless the caller's transaction has received complaints before.
    cursor.execute("DELETE FROM intake_staging")
    with cursor.copy(_COPY) as copy:
        copy.set_types(_TYPES)
        for row in rows:
            copy.write_row(row)


_Value = str | bytes | int | float | Decimal | datetime | None
_Values = tuple[_Value, ...]
_UNTOLD: Final[_Values] = (None,) * 11


def _rows(fresh: Iterable[Fresh]) -> list[_Values]:
    """
    Return the values of _COLUMNS for each.

    One row of each customer says what they all tell: of each column the newest value.
    """
    oldest_first = sorted(fresh, key=lambda one: (one.sent.occurred_at, one.sent.external_id))
    people = [one.sent.customer for one in oldest_first]
    phones = encrypted_all([person.phone if person else None for person in people])
    emails = encrypted_all([person.email if person else None for person in people])
    texts = encrypted_all([one.sent.text for one in oldest_first])
    addresses = encrypted_all([one.sent.address for one in oldest_first])
    whose, told = list[str | None](), dict[tuple[int, str | None], _Values]()
    for one, phone, email in zip(oldest_first, phones, emails, strict=True):
        crm_id, values = _described(one.sent, phone=phone, email=email)
        whose.append(crm_id)
        key = (one.brand_id, crm_id)
        told[key] = _over(told[key], values) if key in told else values
    return [
        _row(one, crm_id, told.pop((one.brand_id, crm_id), _UNTOLD), text=text, address=address)
        for one, crm_id, text, address in zip(oldest_first, whose, texts, addresses, strict=True)
    ]


def _over(older: _Values, newer: _Values) -> _Values:
    pairs = zip(older, newer, strict=True)
    return tuple(was if value is None else value for was, value in pairs)


def _described(
    sent: SentComplaint, *, phone: bytes | None, email: bytes | None
) -> tuple[str | None, _Values]:
    """
    Return a customer's id, and what a complaint tells of them.

    phone, email  as they are stored
    """
    person = sent.customer
    if person is None:
        return None, _UNTOLD
    phone_index, email_index = blind_index(person.phone or ""), blind_index(person.email or "")
    return person.id or _known_by(phone_index, email_index), (
        phone,
        phone_index,
        email,
        email_index,
        person.segment,
        person.ltv,
        person.churn_risk,
        person.balance,
        person.debt,
        person.language,
        sent.occurred_at,
    )


def _known_by(phone_index: bytes | None, email_index: bytes | None) -> str:
    """Return a customer's id made of their phone or e-mail; it tells neither."""
    return f"tel:{phone_index.hex()}" if phone_index else f"mail:{(email_index or b'').hex()}"


def _row(
    one: Fresh,
    crm_id: str | None,
    described: _Values,
    *,
    text: bytes | None,
    address: bytes | None,
) -> _Values:
    sent, place = one.sent, one.sent.place
    return (
        sent.external_id,
        one.fingerprint,
        one.brand_id,
        one.topic_id,
        crm_id,
        *described,
        sent.channel.value,
        text,
        address,
        _placing(sent).value,
        place.lon if place else None,
        place.lat if place else None,
        (sent.precision or Precision.HOUSE).value if place else None,
        sent.occurred_at,
        one.received_at,
        sent.tell,
    )


def _placing(sent: SentComplaint) -> Placing:
    if sent.place:
        return Placing.PLACED
    return Placing.WAITING if sent.address else Placing.REVIEW
