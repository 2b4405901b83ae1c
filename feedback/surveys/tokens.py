"""
The signed reference in the link that a customer gets.

A token is 30 letters that are safe in a URL: the invitation's number (48 bits) and an HMAC-SHA256
of it, truncated to 128 bits (RFC 2104, 5). Without the key none can be made up, and one token
says nothing about another. Whether it has expired is the invitation's own business.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

_NUMBER = 6  # octets
_SIGNATURE = 16  # octets
LENGTH = 30  # letters


def signed(number: int, *, key: bytes) -> str:
    """
    Return the token of an invitation.

    :raises OverflowError: the number is negative or has more than 48 bits
    """
    packed = number.to_bytes(_NUMBER, "big")
    return urlsafe_b64encode(packed + _signature(packed, key)).decode().rstrip("=")


def number_of(token: str, *, key: bytes) -> int | None:
    """Return the number of the invitation that a token names; None: we did not make it."""
    if len(token) != LENGTH or not token.isascii():
        return None
    try:
        raw = urlsafe_b64decode(token + "==")
    except ValueError:
        return None
    packed, signature = raw[:_NUMBER], raw[_NUMBER:]
    genuine = hmac.compare_digest(signature, _signature(packed, key))
    # The last letter holds four bits that mean nothing: only one way of writing them is ours.
    if not genuine or signed(int.from_bytes(packed, "big"), key=key) != token:
        return None
    return int.from_bytes(packed, "big")


def _signature(packed: bytes, key: bytes) -> bytes:
    return hmac.new(key, packed, sha256).digest()[:_SIGNATURE]
