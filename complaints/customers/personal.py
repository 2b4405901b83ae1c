"""Personal data in the database's columns and on the screen."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models

from complaints.customers import cipher
from complaints.customers.spelled import personal


class EncryptedTextField(models.BinaryField[Any, Any]):
    """Text that is ciphertext in the database; empty text is NULL there, "" here."""

    description = "Encrypted text"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "null": True, "blank": True, "editable": False})

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str:
        return "" if value is None else current_cipher().decrypt(bytes(value))

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(encrypted(value))

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def get_default(self) -> str:
        return ""


def encrypted(value: str | bytes | None) -> bytes | None:
    """Return the ciphertext of a text, None for an empty one."""
    if isinstance(value, bytes) or not value:
        return value or None
    return current_cipher().encrypt(value)


def encrypted_all(values: Sequence[str | None]) -> list[bytes | None]:
    """Return the ciphertext of each text, None for an empty one."""
    ciphertexts = iter(current_cipher().encrypt_all([value for value in values if value]))
    return [next(ciphertexts) if value else None for value in values]


def current_cipher() -> cipher.Cipher:
    """Return the cipher with the keys that the settings have now."""
    return _cipher(tuple(settings.DATA_KEYS.items()))


@lru_cache(maxsize=4)
def _cipher(keys: tuple[tuple[str, str], ...]) -> cipher.Cipher:
    return cipher.Cipher(dict(keys))


def blind_index(value: str) -> bytes | None:
    """Return the blind index to write for a normalised value, None for an empty one."""
    if not value:
        return None
    name, pepper = next(iter(settings.BLIND_INDEX_PEPPERS.items()))
    return cipher.blind_index(value, pepper=pepper, name=name)


def blind_indexes(value: str) -> list[bytes]:
    """Return the blind indexes that rows of a normalised value may have, none for an empty one."""
    peppers = settings.BLIND_INDEX_PEPPERS.items() if value else ()
    return [cipher.blind_index(value, pepper=pepper, name=name) for name, pepper in peppers]


def masked_phone(phone: str) -> str:
    """Return an E.164 number with its middle hidden: +7 926 ***-**-12."""
    if len(phone) < 8:
        return "***" if phone else ""
    return f"{phone[:2]} {phone[2:5]} ***-**-{phone[-2:]}"


def masked_email(email: str) -> str:
    """Return an e-mail address with all but its first letter and its domain's end hidden."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}***@***.{domain.rpartition('.')[2]}" if domain else ""


_PERSONAL = personal(least=7, parted=True)
_MASKED_DECIMALS = 3  # of a degree
MASKED_STEP = 0.001  # the same, for the database


def scrubbed(text: str) -> str:
    """Return a customer's words with phones, card numbers and e-mail addresses hidden."""
    return _PERSONAL.sub("•••", text)


def masked_address(address: str) -> str:
    """Return an address without the numbers of house and flat: «ул. Полевая, д. •, кв. •»."""
    return re.sub(r"\d+", "•", address)


def masked_place(lon: float, lat: float) -> tuple[float, float]:
    """
    Return a point in degrees to about a hundred metres: the exact one is a customer's home.

    So is each point beside which stands what tells whose it is: a name, a number, a moment.
    """
    return round(lon, _MASKED_DECIMALS), round(lat, _MASKED_DECIMALS)


def masked_point(lon: float, lat: float) -> str:
    """Return the same in words."""
    return f"{lat:.{_MASKED_DECIMALS}f}, {lon:.{_MASKED_DECIMALS}f}"
