"""
Personal data at rest: AES-256-GCM ciphertext, and an HMAC blind index to look it up by.

A ciphertext is `key id length (1 byte) + key id + nonce (12 bytes) + sealed text`, so that keys
can be rotated while both are in use: the first key encrypts, every key decrypts.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
TAG_BYTES: Final = 5  # before what was made under a pepper that has a name
_BLOCK_BYTES: Final = 64  # of SHA-256
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))


class UnknownKeyError(Exception):
    """The ciphertext names a key that is not among the keys given."""


class Cipher:
    """Encrypts and decrypts text under named keys."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        """
        Take keys as {key id: base64 of 32 bytes}, in order: the first encrypts.

        :raises ValueError: no key, or one that is not 32 bytes
        """
        if not keys:
            raise ValueError("At least one key is needed.")
        self._sealers = {name.encode(): AESGCM(_key(value)) for name, value in keys.items()}
        self._current = next(iter(self._sealers))
        self._begins = bytes([len(self._current)]) + self._current

    def encrypt(self, text: str) -> bytes:
        return self.seal(text.encode())

    def encrypt_all(self, texts: Collection[str]) -> list[bytes]:
        """Encrypt many: the system is asked once for their nonces, which takes longer than AES."""
        nonces = secrets.token_bytes(NONCE_BYTES * len(texts))
        return [
            self._sealed(text.encode(), nonces[end - NONCE_BYTES : end])
            for end, text in zip(
                range(NONCE_BYTES, len(nonces) + 1, NONCE_BYTES), texts, strict=True
            )
        ]

    def decrypt(self, ciphertext: bytes) -> str:
        """:raises UnknownKeyError: the key it was encrypted with is not here"""
        return self.unseal(ciphertext).decode()

    def seal(self, plain: bytes) -> bytes:
        """Encrypt what is no text: a file's bytes."""
        return self._sealed(plain, secrets.token_bytes(NONCE_BYTES))

    def unseal(self, ciphertext: bytes) -> bytes:
        """:raises UnknownKeyError: the key it was encrypted with is not here"""
        name_ends = 1 + ciphertext[0]
        nonce_ends = name_ends + NONCE_BYTES
        sealer = self._sealers.get(ciphertext[1:name_ends])
        if sealer is None:
            raise UnknownKeyError(ciphertext[1:name_ends].decode(errors="replace"))
        nonce = ciphertext[name_ends:nonce_ends]
        return sealer.decrypt(nonce, ciphertext[nonce_ends:], None)

    def _sealed(self, plain: bytes, nonce: bytes) -> bytes:
        sealed = self._sealers[self._current].encrypt(nonce, plain, None)
        return self._begins + nonce + sealed


class Keyed:
    """
    HMAC-SHA-256 (RFC 2104) under one key, of many texts that may begin alike.

    Every complaint takes a dozen: begun from copies of the two keyed hashes, one takes a quarter
    of what `hmac.digest` does.
    """

    def __init__(self, inner: Any, outer: Any) -> None:
        self._inner, self._outer = inner, outer

    def begun(self, text: str) -> "Keyed":
        """Return the same for texts that all begin with this one."""
        inner = self._inner.copy()
        inner.update(text.encode())
        return Keyed(inner, self._outer)

    def digest(self, text: str) -> bytes:
        """Return 32 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text.encode())
        outer.update(inner.digest())
        found: bytes = outer.digest()
        return found


def blind_index(value: str, *, pepper: str, name: str = "") -> bytes:
    """
    Return bytes that are the same for the same value, and tell nothing without the pepper.

    32 of them, after the tag of the pepper's name, if it has one.
    """
    return tag(name) + keyed(pepper).digest(value)


def tag(name: str) -> bytes:
    """Return what stands before whatever a named pepper made, nothing for one without a name."""
    return name.encode().ljust(TAG_BYTES, b"\0") if name else b""


def tag_of(made: bytes) -> bytes:
    """Return the tag of an index or a fingerprint: without one they are whole words of 4 bytes."""
    return made[: TAG_BYTES * (len(made) % 4)]


def is_pepper(name: str, value: str) -> bool:
    """Whether a pepper can be used: at least 16 bytes in base64, named by a few letters or not."""
    try:
        key = base64.b64decode(value, validate=True)
    except ValueError:
        return False
    return len(key) >= 16 and re.fullmatch(rf"[A-Za-z0-9]{{0,{TAG_BYTES}}}", name) is not None


@lru_cache(maxsize=4)
def keyed(pepper: str) -> Keyed:
    """Return what makes blind indexes with a pepper (base64)."""
    key = base64.b64decode(pepper)
    if len(key) > _BLOCK_BYTES:
        key = hashlib.sha256(key).digest()
    block = key.ljust(_BLOCK_BYTES, b"\0")
    return Keyed(hashlib.sha256(block.translate(_INNER)), hashlib.sha256(block.translate(_OUTER)))


def _key(value: str) -> bytes:
    key = base64.b64decode(value)
    if len(key) != 32:
        raise ValueError("A data key is 32 bytes in base64.")
    return key
