"""Every write to customers themselves, and to what they agreed to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from complaints.customers.consent import BY_TEXT, OptOut, Purpose, TakenBackRefusal, refused_by
from complaints.customers.models import ERASED, Brand, Customer, Erasure
from complaints.customers.personal import blind_index

_CONTACTS: Final = dict.fromkeys(
    (
        *("phone", "email", "app", "person"),
        *("ltv", "churn_risk", "balance", "debt"),
    )
)


@transaction.atomic
def register(
    *, brand: Brand, crm_id: str, told: Mapping[str, Any], now: datetime
) -> tuple[Customer, bool]:
    """Return the customer of a CRM's id, and whether it was made now, as it is told of."""
    fields = _written(told)
    known = Customer.objects.select_for_update()
    return known.get_or_create(brand=brand, crm_id=crm_id, defaults={**fields, "described_at": now})


@transaction.atomic
def describe(*, customer_id: int, told: Mapping[str, Any], now: datetime) -> Customer:
    """
    Write what is told of a customer over what was known; None is nothing, no more.

    :raises Customer.DoesNotExist: there is none, or it was erased
    """
    row = Customer.objects.held(customer_id)
    if row is None:
        raise Customer.DoesNotExist
    for name, value in _written(told).items():
        setattr(row, name, value)
    row.described_at = max(row.described_at, now)
    row.save()
    return row


@transaction.atomic
def agree(
    *, customer_id: int, agreed: Mapping[Purpose, bool], told_by: str, by: str, now: datetime
) -> None:
    """
    Note for which purposes a customer may be written to, and for which no more.

    by  source of the API client that says so
    """
    for purpose, is_agreed in agreed.items():
        if is_agreed:
            opt_in(customer_id=customer_id, purpose=purpose, by=by, now=now)
        else:
            opt_out(customer_id=customer_id, purpose=purpose, told_by=told_by, now=now)


def erase(*, customer_id: int, now: datetime) -> None:
    """
    Take away what a customer could be recognised by.

    The row stays, of nobody: what it counts in stays true. In the caller's transaction, which
    erases what the customer said as well, and keeps the proof.
    """
    Customer.objects.filter(pk=customer_id).update(
        crm_id=f"{ERASED}{customer_id}", **_written(_CONTACTS)
    )
    for purpose in Purpose:
        opt_out(customer_id=customer_id, purpose=purpose, told_by="erasure", now=now)


def forget_contacts(*, customer_id: int, now: datetime) -> None:
    """
    Take away how a customer could be reached, and what they are worth; the CRM's id stays.

    By it what they refuse still holds when they come back.
    """
    Customer.objects.filter(pk=customer_id).update(described_at=now, **_written(_CONTACTS))


def prove_erased(*, customer_id: int, by: str, complaints: int, report: str, now: datetime) -> None:
    """Keep the proof that a customer was erased; `complaints`: how many went with it."""
    Erasure.objects.create(
        customer_id=customer_id, at=now, by=by, complaints=complaints, report=report
    )


def opt_out(*, customer_id: int, purpose: Purpose, told_by: str, now: datetime) -> None:
    """
    Write to a customer no more for a purpose. Said twice, the first time stands.

    That it was said by text, too, is kept beside it: so it holds for the number.
    """
    row = OptOut(customer_id=customer_id, purpose=purpose, told_by=told_by, at=now)
    OptOut.objects.bulk_create([row], ignore_conflicts=True)
    if told_by == BY_TEXT:
        stands = OptOut.objects.filter(customer=customer_id, purpose=purpose, by_text_at=None)
        stands.exclude(told_by=BY_TEXT).update(by_text_at=now)


@transaction.atomic
def opt_in(*, customer_id: int, purpose: Purpose, by: str, now: datetime) -> None:
    """Take an opt-out back, as the customer asked; that there was one, and who said so, stays."""
    for row in refused_by(customer_id, purpose).select_for_update():
        for refused_at, told_by in row.said:
            TakenBackRefusal.objects.create(
                customer_id=row.customer_id,
                purpose=purpose,
                refused_at=refused_at,
                told_by=told_by,
                at=now,
                by=by,
            )
        row.delete()


def _written(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns for what is told: contacts with their blind indexes, empty for None."""
    empty = {
        **dict.fromkeys(
            ("phone", "email", "segment", "preferred_channel", "person", "sold_by"), ""
        ),
        "language": "ru",
        "app": False,
        "gone": False,
    }
    fields: dict[str, Any] = {name: empty.get(name) if v is None else v for name, v in told.items()}
    for name in {"phone", "email"} & set(fields):
        fields[f"{name}_index"] = blind_index(fields[name])
    return fields
