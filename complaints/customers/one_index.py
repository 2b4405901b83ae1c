"""
While two peppers are known, rows of a value come to the first one's index before it is written.

Else a unique constraint would hold the same value twice: once under each.
"""

from collections.abc import Collection, Iterable
from typing import Any, Final

from django.conf import settings
from django.db import connection, models

from complaints.customers.personal import blind_indexes

_LOCK: Final = """
    SELECT pg_advisory_xact_lock(hashtext('heatmaps.one_index'), bucket)
    FROM (SELECT unnest(%s::int[]) AS bucket) AS buckets
"""
_BRING: Final = """
    UPDATE {table} AS known SET {name} = other.current
    FROM unnest(%(former)s::bytea[], %(current)s::bytea[]) AS other (former, current)
    WHERE known.{name} = other.former
        AND NOT EXISTS (SELECT FROM {table} taken WHERE taken.{name} = other.current)
"""
_BRING_CUSTOMERS: Final = """
    UPDATE complaints_customer AS known SET crm_id = other.current
    FROM unnest(%(former)s::text[], %(current)s::text[]) AS other (former, current)
    WHERE known.brand_id = ANY(%(brands)s) AND known.crm_id = other.former
        AND NOT EXISTS (
            SELECT FROM complaints_customer taken
            WHERE (taken.brand_id, taken.crm_id) = (known.brand_id, other.current)
        )
"""


def bring(model: type[models.Model], name: str, values: Iterable[str]) -> None:
    """
    Give rows of some values the index that is written now, in the caller's transaction.

    Who writes the same values meanwhile waits for it to end. With one pepper it does nothing.
    """
    if pairs := _pairs(values):
        table = connection.ops.quote_name(model._meta.db_table)
        _run(_BRING.format(table=table, name=connection.ops.quote_name(name)), pairs)


def bring_customers(
    brands: Collection[int], phones: Collection[str], emails: Collection[str]
) -> None:
    """Do the same for the ids that we make of a phone or an e-mail: see OWN_IDS."""
    pairs = [
        (f"{prefix}:{former.hex()}", f"{prefix}:{current.hex()}", bucket)
        for prefix, values in (("tel", phones), ("mail", emails))
        for former, current, bucket in _pairs(values)
    ]
    if pairs:
        _run(_BRING_CUSTOMERS, pairs, brands=list(brands))


def _pairs(values: Iterable[str]) -> list[tuple[bytes, bytes, int]]:
    """Return each former index with the present one, and a lock that both orders agree on."""
    if len(settings.BLIND_INDEX_PEPPERS) == 1:
        return []
    found = []
    for value in {value for value in values if value}:
        current, *others = blind_indexes(value)
        bucket = min(current, *others)[-1]
        found += [(former, current, bucket) for former in others]
    return found


def _run(statement: str, pairs: Iterable[tuple[object, object, int]], **more: object) -> None:
    former, current, buckets = zip(*pairs, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted(set(buckets))])
        asked: dict[str, Any] = {"former": list(former), "current": list(current), **more}
        cursor.execute(statement, asked)
