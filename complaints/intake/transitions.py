"""
Receiving complaints: one or five thousand of them, the same set-based way, each exactly once.

Whatever retries, doubles or races, a pair (source, external id) is stored once: the unique
constraint decides, and everyone who comes second is told what is stored.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal

from django.conf import settings
from django.db import connection, transaction
from django.utils.text import slugify

from complaints.customers import phones
from complaints.customers.models import Brand
from complaints.customers.walls import NO_WALLS, Walls
from complaints.intake import staging
from complaints.intake.fingerprint import as_stored, differing, fingerprint
from complaints.intake.models import Topic
from complaints.intake.sent import SentComplaint

MOST_AT_ONCE: Final = 5000
CODE_CHARACTERS: Final = 50

_STORED: Final = """
SELECT external_id, id, fingerprint FROM complaints_complaint
WHERE source = %s AND external_id = ANY(%s)
"""

Outcome = Literal["created", "exists", "conflict", "invalid"]


@dataclass(frozen=True)
class Receipt:
    """
    What became of one complaint that was sent.

    created   stored now
    exists    stored before, with the same body
    conflict  stored before, with another body: `fields` differ, and nothing was changed
    invalid   not stored: `fields` name a brand, topic or phone that this sender cannot use
    """

    outcome: Outcome
    complaint_id: int | None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Stored:
    id: int
    fingerprint: bytes


@transaction.atomic
def receive(
    sent: Sequence[SentComplaint],
    *,
    source: str,
    now: datetime,
    walls: Walls = NO_WALLS,
    received_at: Sequence[datetime] | None = None,
    prints: Sequence[bytes] | None = None,
    proven: bool = True,
    describes: bool = True,
) -> list[Receipt]:
    """
    Store each complaint that `source` has not sent before, and return a receipt for each.

    A complaint with a point is on the map at once, one with an address waits for the geocoder,
    one with neither (0°, 0°) waits for a person. Complaints outside the regions of `walls` are
    stored too: a customer may be anywhere. Takes the same number of queries for any number.

    received_at  when each was received, if not `now`: for history
    prints       the fingerprint of each, where they were made beforehand
    proven       the sender knows the customers. What anybody can say of anybody tells nothing
                 new of a customer who is here: else whoever types a phone beside an address of
                 their own would be written to in its owner's place, whenever a text did not
                 arrive. And what anybody sends makes no spot: see detection.loose
    describes    what is told of customers changes those who are here. Whoever only sends complaints
                 would else put a phone of their own in the place of anybody's: codes for their
                 page, and all that they are told, would come to it

    :raises ValueError: more than MOST_AT_ONCE
    """
    if len(sent) > MOST_AT_ONCE:
        raise ValueError(f"At most {MOST_AT_ONCE} complaints are received at once.")
    brands, topics = _brands(sent, walls=walls), _topics(sent)
    unknown = [_unknown(complaint, brands, topics, proven=proven) for complaint in sent]
    prints = prints or [fingerprint(complaint) for complaint in sent]
    usable = [number for number, fields in enumerate(unknown) if not fields]

    stored = _stored(source, {sent[number].external_id for number in usable})
    first: dict[str, int] = {}
    for number in usable:
        if sent[number].external_id not in stored:
            first.setdefault(sent[number].external_id, number)
    created = staging.store(
        [
            staging.Fresh(
                sent=sent[number],
                fingerprint=prints[number],
                brand_id=brands[sent[number].brand],
                topic_id=topics[sent[number].topic],
                received_at=received_at[number] if received_at else now,
            )
            for number in first.values()
        ],
        source=source,
        proven=proven,
        describes=proven and describes,
    )
    # Someone else was quicker between our look and our insert.
    stored |= _stored(source, first.keys() - created.keys())
    for external_id, number in first.items():
        if external_id in created:
            stored[external_id] = _Stored(created[external_id], prints[number])

    return [
        Receipt("invalid", None, unknown[number])
        if unknown[number]
        else _receipt(
            stored[complaint.external_id],
            complaint,
            prints[number],
            is_new=complaint.external_id in created and first[complaint.external_id] == number,
        )
        for number, complaint in enumerate(sent)
    ]


def ensure_topics(names: Iterable[str]) -> None:
    """Make a topic of each name whose `topic_code` is not taken yet."""
    shown = {topic_code(name): _printable(name)[:200] for name in names}
    Topic.objects.bulk_create(
        [Topic(code=code, name_ru=name, name_en=name) for code, name in shown.items()],
        ignore_conflicts=True,
    )


def topic_code(name: str) -> str:
    """Return the code of a topic that a file calls `name`; empty if it has no letter or digit."""
    letters = slugify(name, allow_unicode=True)
    if letters == slugify(letters) and len(letters) <= CODE_CHARACTERS:
        return letters
    # Not Latin, or too long: not pretty, but always the same and never another topic's.
    return f"t-{sha256(letters.encode()).hexdigest()[:16]}"


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


def _receipt(stored: _Stored, sent: SentComplaint, made: bytes, *, is_new: bool) -> Receipt:
    if is_new:
        return Receipt("created", stored.id)
    fields = differing(stored.fingerprint, as_stored(stored.fingerprint, sent, made))
    return Receipt("conflict" if fields else "exists", stored.id, fields)


def _stored(source: str, external_ids: Collection[str]) -> dict[str, _Stored]:
    if not external_ids:
        return {}
    with connection.cursor() as cursor:
        # One array: thousands of parameters take longer to write than to answer.
        cursor.execute(_STORED, [source, list(external_ids)])
        return {
            external_id: _Stored(pk, bytes(fingerprint)) for external_id, pk, fingerprint in cursor
        }


def _brands(sent: Sequence[SentComplaint], *, walls: Walls) -> dict[str, int]:
    codes = {complaint.brand for complaint in sent}
    rows = Brand.objects.within(walls).filter(code__in=codes)
    return dict(rows.values_list("code", "pk"))


def _topics(sent: Sequence[SentComplaint]) -> dict[str, int]:
    rows = Topic.objects.filter(code__in={complaint.topic for complaint in sent})
    return dict(rows.values_list("code", "pk"))


def _unknown(
    complaint: SentComplaint, brands: dict[str, int], topics: dict[str, int], *, proven: bool
) -> tuple[str, ...]:
    named = (("brand", complaint.brand, brands), ("topic", complaint.topic, topics))
    fields = [field for field, code, known in named if code not in known]
    phone = complaint.customer.phone if complaint.customer else None
    # Texts abroad cost much, and whoever has such a number may be paid for them: nobody is to
    # have us send them by naming numbers of their own.
    if phone and not proven and phones.costs_more(phone, region=settings.PHONE_REGION):
        fields.append("phone")
    return tuple(fields)
