"""
What an agent typed into the one field: a phone, a customer's id, a complaint's number, an address.
Pure: no Django.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from complaints.customers import phones

FEWEST_DIGITS: Final = 10  # of a phone; a complaint's number is shorter
MOST_DIGITS: Final = 15  # E.164
MOST_NUMBER: Final = 18  # digits that a row's number can have
LONGEST_ID: Final = 100

_PHONE = re.compile(r"\+?[\d ()\-–./\u00a0]+", re.ASCII)
_NUMBER = re.compile(r"(?:№|#|N|no\.?)?\s*(\d+)", re.IGNORECASE | re.ASCII)
_ID = re.compile(r"[^\s,]*\d[^\s,]*")


class Asked(StrEnum):
    """By what somebody was looked up."""

    ADDRESS = "address"
    POINT = "point"
    PHONE = "phone"
    CUSTOMER = "customer"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class Question:
    """One meaning of what was typed; a phone is E.164, a complaint's number digits or its id."""

    kind: Asked
    text: str


def meanings(typed: str, *, region: str) -> list[Question]:
    """
    Return what a text may mean, the likeliest first; at least an address.

    region  of phones without a country code: "RU"
    """
    text = " ".join(typed.split())
    found: list[Question] = []
    if phone := e164(text, region=region):
        found.append(Question(Asked.PHONE, phone))
    number = _NUMBER.fullmatch(text)
    if number and len(number[1]) <= MOST_NUMBER:
        found.append(Question(Asked.COMPLAINT, number[1]))
    if _ID.fullmatch(text) and len(text) <= LONGEST_ID:
        found += [Question(Asked.CUSTOMER, text), Question(Asked.COMPLAINT, text)]
    if any(letter.isalpha() for letter in text) or not found:
        found.append(Question(Asked.ADDRESS, text))
    return list(dict.fromkeys(found))


def e164(text: str, *, region: str) -> str:
    """Return a phone as +79261234512; "" where the text is none, or holds more than one."""
    digits = sum(letter.isdigit() for letter in text)
    if not _PHONE.fullmatch(text) or not FEWEST_DIGITS <= digits <= MOST_DIGITS:
        return ""
    return phones.e164(text, region=region)
