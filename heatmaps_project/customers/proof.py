"""
Reports of erasures: who asked, when, and how much of which table; signed, and naming nobody.

A report is a JSON Web Signature (RFC 7515, compact; EdDSA over Ed25519, RFC 8037): whoever has the
public key checks it with any library, without us. The key is made of SECRET_KEY: where that is
renewed, the former public key still checks what was signed before.
"""

import hashlib
import hmac
import json
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection
from jwcrypto.common import JWException
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

_PURPOSE: Final = b"heatmaps.erasure.report"
_ALGORITHM: Final = "EdDSA"
_TOUCHED: Final = """
    SELECT relname, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables
    WHERE n_tup_upd > 0 OR n_tup_del > 0
"""

Touched = dict[str, tuple[int, int]]


class UnprovenError(Exception):
    """This is no report that the key has signed."""


def touched() -> Touched:
    """
    Return by table how many rows this transaction has rewritten and deleted so far.

    As PostgreSQL itself counts them: no room can forget to tell. What an earlier transaction of
    the same connection did may be counted, too: only a difference is of this one.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED)
        return {table: (rewritten, deleted) for table, rewritten, deleted in cursor.fetchall()}


def between(before: Touched, after: Touched) -> dict[str, dict[str, int]]:
    """Return what was done between two looks, by table: {"rewritten": 3, "deleted": 0}."""
    none = (0, 0)
    by_table = {
        table: [now - then for now, then in zip(counts, before.get(table, none), strict=True)]
        for table, counts in sorted(after.items())
    }
    return {
        table: {"rewritten": rewritten, "deleted": deleted}
        for table, (rewritten, deleted) in by_table.items()
        if rewritten or deleted
    }


def signed(told: dict[str, Any]) -> str:
    """Return what is told as a signed report, one line."""
    key = _key()
    report = JWS(json.dumps(told, sort_keys=True))
    header = {"alg": _ALGORITHM, "kid": key.thumbprint()}
    report.add_signature(key, None, json.dumps(header))
    line: str = report.serialize(compact=True)
    return line


def public_key() -> str:
    """Return the key that checks reports, as a JSON Web Key: to be given to whoever checks."""
    key: str = _key().export_public()
    return key


def checked(report: str, *, key: str) -> dict[str, Any]:
    """
    Return what a report tells.

    key  as `public_key` gave it, here or elsewhere

    :raises UnprovenError: another key signed it, it was changed, or is none; the key is none
    """
    found = JWS()
    found.allowed_algs = [_ALGORITHM]
    try:
        found.deserialize(report.strip(), JWK.from_json(key))
        told: dict[str, Any] = json.loads(found.payload)
    except (JWException, ValueError, TypeError) as error:
        raise UnprovenError from error
    return told


def _key() -> JWK:
    seed = hmac.digest(settings.SECRET_KEY.encode(), _PURPOSE, hashlib.sha256)
    return JWK.from_pyca(Ed25519PrivateKey.from_private_bytes(seed))
