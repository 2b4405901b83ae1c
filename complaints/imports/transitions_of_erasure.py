"""Whoever is erased goes out of files of complaints: of what waits, and of what was refused."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Self

from django.db import transaction
from django.db.models import F, Q

from complaints.alone import one_by_one
from complaints.customers.models import OWN_IDS, Customer
from complaints.customers.personal import current_cipher
from complaints.imports.mapping import Told
from complaints.imports.models import ComplaintImport, ImportPart

_ENOUGH: Final = 10  # digits of a phone, from its end, with whichever code it was written
_NO_DIGITS: Final = bytes(set(range(256)) - set(b"0123456789"))
_BEFORE: Final = {"content": 1, "refused": 2}  # cells before those of the file: line, and reason


@dataclass(frozen=True)
class _Named:
    """What names a customer in a row; empty: nothing of the kind is known."""

    crm_id: str
    phone: bytes  # the last of its digits
    email: str  # in small letters

    @classmethod
    def of(cls, customer: Customer) -> Self:
        crm_id = "" if customer.crm_id.startswith(OWN_IDS) else customer.crm_id
        return cls(crm_id, _digits(customer.phone)[-_ENOUGH:], customer.email.lower())

    def may_be_in(self, text: str) -> bool:
        """Whether it is worth while to read a text row by row."""
        return (
            bool(self.crm_id and self.crm_id in text)
            or bool(self.phone and self.phone in _digits(text))
            or bool(self.email and self.email in text.lower())
        )

    def is_in(self, row: Sequence[str], *, before: int, id_at: int | None) -> bool:
        """
        id_at   the column of customers' ids; None: nobody has said which. In others a number may
                be anything's
        before  cells before the first column
        """
        cells = [cell.strip() for cell in row[before:]]
        if self.crm_id and id_at is not None and cells[id_at : id_at + 1] == [self.crm_id]:
            return True
        return any(self._is(cell) for cell in cells if cell)

    def _is(self, cell: str) -> bool:
        if self.email and cell.lower() == self.email:
            return True
        return bool(self.phone) and _digits(cell)[-_ENOUGH:] == self.phone


@transaction.atomic
def forget_customer(customer: Customer) -> None:
    """
    Take a customer's rows out of their brand's files: those that are still to be received, which
    would make them known anew, and those that were refused.

    Of a brand one after another: what another erasure holds would be passed over. A part that is
    just being received is left to whoever receives it.
    """
    one_by_one(blake2b(f"files of {customer.brand_id}".encode(), digest_size=8).digest())
    named = _Named.of(customer)
    kept = Q(content__isnull=False) | Q(refused__isnull=False)
    parts = ImportPart.objects.filter(kept, of__brand=customer.brand_id).select_related("of")
    free = parts.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    for part in free.iterator(chunk_size=4):
        gone = {name: _taken_out(part, name, named) for name in _BEFORE}
        if not any(gone.values()):
            continue
        part.rows -= gone["content"]
        part.save(update_fields=["rows", *_BEFORE])
        ComplaintImport.objects.filter(pk=part.of_id).update(rows=F("rows") - gone["content"])


def _taken_out(part: ImportPart, name: str, named: _Named) -> int:
    """Take the rows that name a customer out of a column of a part; return how many."""
    sealed = getattr(part, name)
    if sealed is None:
        return 0
    cipher = current_cipher()
    text = cipher.decrypt(bytes(sealed))
    if not named.may_be_in(text):
        return 0
    column = Told.of(part.of.layout).columns.get("customer.id")
    id_at = part.of.header.index(column) if column in part.of.header else None
    rows = list(csv.reader(io.StringIO(text, newline="")))
    left = [row for row in rows if not named.is_in(row, before=_BEFORE[name], id_at=id_at)]
    if len(left) < len(rows):
        told = io.StringIO()
        csv.writer(told).writerows(left)
        setattr(part, name, cipher.encrypt(told.getvalue()))
    return len(rows) - len(left)


def _digits(text: str) -> bytes:
    return text.encode("utf-8", "replace").translate(None, _NO_DIGITS)
