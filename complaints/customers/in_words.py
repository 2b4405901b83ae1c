"""Customers' phones and addresses of mail in what the staff write: masked before it is kept."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from django.conf import settings
from django.db.models import Q

from complaints.customers.models import Customer
from complaints.customers.personal import blind_indexes, masked_email, masked_phone
from complaints.customers.phones import e164
from complaints.customers.spelled import NEXT_DIGIT
from complaints.limits import DAY, seldom_enough

_FEWEST, _MOST = 10, 15  # digits of a phone
# From each number anew: what stands before a phone may be a number of something else.
_NUMBERS: Final = re.compile(rf"(?<![\d+])(?=(\+?\d{NEXT_DIGIT}{{{_FEWEST - 1},{_MOST - 1}}}))")
_MAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MOST_TRIED: Final = 2000  # of one text
# Phones and addresses of mail of which a text, and all that somebody writes in a day, tell apart
# whose they are. Of a list of them it would say to whoever writes it which are customers', of every
# brand, with no look recorded.
_FEW: Final = 5
MOST_A_DAY: Final = 20


class _Part(NamedTuple):
    """What may be a customer's in a text, and as what it would be shown."""

    start: int
    end: int
    value: str
    shown: str


def without_customers(text: str, *, by: int | None = None) -> str:
    """
    Return words of the staff with customers' phones and addresses of mail masked.

    Those of anybody else stay: of whoever has the keys of a site, or of another operator; but of
    more than a few, in one text or of one author in a day, all are masked. One query if there are
    any, else none.

    by  who writes, and reads what was kept; 0: a machine; None: nobody is shown it for that
    """
    parts = list(islice((*_mails(text), *_phones(text)), _MOST_TRIED))
    apart = _apart(parts)
    if len(apart) <= _FEW and _seldom_enough(by, len(apart)):
        known = _customers({part.value for part in parts})
        apart = _apart(part for part in parts if part.value in known)
    told, after = "", 0
    for part in apart:
        told, after = f"{told}{text[after : part.start]}{part.shown}", part.end
    return told + text[after:]


def _seldom_enough(by: int | None, number: int) -> bool:
    if by is None or not number:
        return True
    return seldom_enough(f"told-apart:{by}", most=MOST_A_DAY, seconds=DAY, weight=number)


def _apart(parts: Iterable[_Part]) -> list[_Part]:
    """Return parts in the order of their text, and of those that overlap the first and longest."""
    apart: list[_Part] = []
    for part in sorted(parts, key=lambda one: (one.start, -one.end)):
        if not apart or part.start >= apart[-1].end:
            apart.append(part)
    return apart


def _mails(text: str) -> Iterator[_Part]:
    for found in _MAIL.finditer(text):
        mail = found.group()
        yield _Part(*found.span(), mail.lower(), masked_email(mail))


def _phones(text: str) -> Iterator[_Part]:
    for found in _NUMBERS.finditer(text):
        number = found.group(1)
        ends = [place.end() for place in re.finditer(r"\d", number)]
        for end in reversed(ends[_FEWEST - 1 :]):
            if phone := e164(number[:end], region=settings.PHONE_REGION):
                start = found.start()
                yield _Part(start, start + end, phone, masked_phone(phone))


def _customers(values: set[str]) -> set[str]:
    """Return those of some phones and addresses of mail that customers have."""
    named = {index: value for value in values for index in blind_indexes(value)}
    if not named:
        return set()
    indexes = list(named)
    rows = Customer.objects.filter(Q(phone_index__in=indexes) | Q(email_index__in=indexes))
    told = rows.order_by().values_list("phone_index", "email_index")
    return {named[bytes(one)] for row in told for one in row if one and bytes(one) in named}
