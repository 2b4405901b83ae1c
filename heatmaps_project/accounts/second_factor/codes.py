"""Codes that a person's phone shows (TOTP, RFC 6238), and those kept for when it is lost (pure)."""

import base64
import secrets
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_S: Final = 30
DIGITS: Final = 6
RECOVERY_DIGITS: Final = 16  # 53 bits: kept hashed, and guessed as seldom as the others
RECOVERY_CODES: Final = 10
_KEY_BYTES: Final = 20  # as long as SHA-1, which every app for phones knows; many know no other
_CLOCKS_DIFFER: Final = (0, -1, 1)  # steps: the phone's clock is a little off, or its owner slow


def new_key() -> str:
    """Return the key of a new second factor, in BASE32."""
    return base64.b32encode(secrets.token_bytes(_KEY_BYTES)).decode()


def in_groups(text: str) -> str:
    """Return a key or code as a person copies it: four signs at a time."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address_for_apps(key: str, *, account: str, issuer: str) -> str:
    """Return the otpauth:// address of a key: what the QR code says."""
    return _generator(key).get_provisioning_uri(account, issuer)


def step_of(key: str, code: str, *, after: int, now: datetime) -> int | None:
    """
    Return the time step (half minutes since 1970) that a code is of.

    after  the last step of which a code was taken: none is taken twice, nor one before it

    None: it is of no step about now, or of one that is used.
    """
    about = int(now.timestamp()) // STEP_S
    generator = _generator(key)
    for step in (about + differs for differs in _CLOCKS_DIFFER):
        if bytes_eq(generator.generate(step * STEP_S), code.encode()) and step > after:
            return step
    return None


def code_at(key: str, now: datetime) -> str:
    """Return the code that an app shows at a moment."""
    return _generator(key).generate(int(now.timestamp())).decode()


def new_recovery_codes() -> list[str]:
    return [
        str(secrets.randbelow(10**RECOVERY_DIGITS)).zfill(RECOVERY_DIGITS)
        for _ in range(RECOVERY_CODES)
    ]


def _generator(key: str) -> TOTP:
    return TOTP(base64.b32decode(key), DIGITS, SHA1(), STEP_S)
