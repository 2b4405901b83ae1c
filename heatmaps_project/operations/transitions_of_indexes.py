"""Blind indexes are made anew under the first pepper while everything runs: others can go."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Func

from complaints.customers.cipher import tag
from complaints.customers.models import Customer
from complaints.customers.numbers.models import OwnNumber
from complaints.customers.personal import blind_index, blind_indexes
from complaints.geocoding.address import normalise
from complaints.geocoding.models import PlacedAddress
from complaints.geocoding.online.models import OnlineAnswer
from complaints.intake.models import Complaint, SentKey
from complaints.intake.transitions_of_keys import KEPT
from feedback.goodwill.models import GiftCode
from feedback.notifications.gateways.addresses import phone_of
from feedback.notifications.gateways.models import Gateway
from feedback.notifications.incoming.models import IncomingText
from feedback.notifications.outbox.models import Part, Receipt
from heatmaps_project.desk.models import Lookup
from heatmaps_project.desk.own.models import Code

BATCH: Final = 500  # rows of one transaction
SAMPLE: Final = 1000  # newest and oldest rows of a column that a check looks at


@dataclass(frozen=True)
class Column:
    """
    Where blind indexes lie, or fingerprints.

    of      path to the text it is of; "": kept nowhere
    spoken  what is indexed of that text
    kin     where the text is not there any more, a customer's phone with the same index is it
    goes    what becomes of a row without a text
    """

    model: type[models.Model]
    name: str
    of: str = ""
    spoken: Callable[[str], str] = str
    kin: bool = False
    goes: str = "--rest"

    def __str__(self) -> str:
        return f"{self.model._meta.db_table}.{self.name}"

    def rows(self) -> models.QuerySet[Any, Any]:
        """Rows that have one, with the tag of the pepper it was made under."""
        # as cipher.tag_of tells it
        tagged = Func(
            F(self.name),
            template="substr(%(expressions)s, 1, 5 * mod(octet_length(%(expressions)s), 4))",
            output_field=models.BinaryField(),
        )
        rows = self.model._base_manager.exclude(**{self.name: None}).exclude(**{self.name: b""})
        found: models.QuerySet[Any, Any] = rows.annotate(under=tagged)
        return found

    def of_others(self) -> models.QuerySet[Any, Any]:
        """Rows of other peppers than the first."""
        first = tag(next(iter(settings.BLIND_INDEX_PEPPERS)))
        found: models.QuerySet[Any, Any] = self.rows().exclude(under=first)
        return found

    def tags_at_the_ends(self) -> set[bytes]:
        """The tags of its oldest and newest rows: all of them would take minutes to read."""
        rows = self.rows()
        ends = (rows.order_by("pk")[:SAMPLE], rows.order_by("-pk")[:SAMPLE])
        return {bytes(under) for end in ends for under in end.values_list("under", flat=True)}


# Numbers of ours first, with their customers: no figure is to take them for others' meanwhile.
# Then whatever may have to ask a customer's row for its text, before that one is renewed.
COLUMNS: Final = (
    Column(OwnNumber, "phone_index", "phone"),
    Column(PlacedAddress, "address_index", "complaint__address", normalise),
    Column(GiftCode, "code_index", "code"),
    Column(Receipt, "address_index", "part__message__customer__phone", kin=True),
    Column(Part, "address_index", "message__customer__phone", kin=True),
    Column(Lookup, "subject_index", "customer__phone", kin=True),
    Column(IncomingText, "address_index", "address", phone_of),
    Column(Complaint, "address_index", "address", normalise),
    Column(PlacedAddress.history.model, "address_index", "complaint__address", normalise),
    Column(Customer, "phone_index", "phone"),
    Column(Customer, "email_index", "email"),
    Column(OnlineAnswer, "address_index"),
    Column(Gateway, "receipts_index", goes="with its next receipts, or a new address for them"),
    Column(Code, "phone_index", goes="within a day"),
    Column(Code, "sender_index", goes="within a day"),
    Column(SentKey, "digest", goes="within a week"),
    Column(Complaint, "fingerprint", goes="emptied a week after it was received"),
)


def renew(column: Column, *, rest: bool, now: datetime) -> Iterator[int]:
    """
    Make a column's indexes anew, some rows at a time; yield how many of each part were.

    A row that somebody writes meanwhile is left as they wrote it. Stopped at any line, the next
    run goes on.

    rest  give rows whose text nobody has any more an index that is of nothing: they are told
          apart as before, and found no more
    """
    last: Any = 0
    while True:
        rows = column.of_others().filter(pk__gt=last).order_by("pk")
        if column.name == "fingerprint":
            rows = rows.filter(received_at__lt=now - KEPT)
        names = ("pk", column.name, *([column.of] if column.of else []))
        found = [(pk, bytes(index), *of) for pk, index, *of in rows.values_list(*names)[:BATCH]]
        if not found:
            return
        last = found[-1][0]
        yield _write(column, list(_renewed(column, found, rest=rest)))


def _renewed(
    column: Column, found: Sequence[tuple[Any, ...]], *, rest: bool
) -> Iterator[tuple[Any, bytes, bytes]]:
    """Return (key, former, present) of the rows whose text is known, or that are to have none."""
    texts = _of_kin([row[1] for row in found]) if column.kin else {}
    for pk, index, *of in found:
        if column.name == "fingerprint":
            yield pk, index, b""
            continue
        for text in (*of, texts.get(index)):
            spoken = column.spoken(text) if text else ""
            if index in blind_indexes(spoken):
                yield pk, index, blind_index(spoken) or b""
                break
        else:
            if rest and column.goes == "--rest":
                yield pk, index, blind_index(f"nobody:{index.hex()}") or b""


def _of_kin(indexes: Sequence[bytes]) -> dict[bytes, str]:
    rows = Customer.objects.filter(phone_index__in=indexes)
    found: Any = rows.values_list("phone_index", "phone")
    return {bytes(index): phone for index, phone in found}


def _write(column: Column, renewed: Sequence[tuple[Any, bytes, bytes]]) -> int:
    try:
        return _write_all(column, renewed)
    except IntegrityError:  # one of them is there under both peppers
        return sum(_write_one(column, one) for one in renewed)


def _write_one(column: Column, one: tuple[Any, bytes, bytes]) -> int:
    try:
        return _write_all(column, [one])
    except IntegrityError:
        # The same receipt, told before and after the new pepper. Of others there is no double
        # (one_index.py): it is left, and counted.
        return Receipt.objects.filter(pk=one[0]).delete()[0] if column.model is Receipt else 0


@transaction.atomic
def _write_all(column: Column, renewed: Sequence[tuple[Any, bytes, bytes]]) -> int:
    if not renewed:
        return 0
    # Rows that others hold are left to the next round: so nobody waits for us while we wait.
    rows = column.model._base_manager.filter(pk__in=[pk for pk, *_indexes in renewed])
    free = set(rows.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True))
    told = [
        {"pk": pk, "former": former, "present": present}
        for pk, former, present in renewed
        if pk in free
    ]
    with connection.cursor() as cursor:
        if column.model is OwnNumber:
            for one in told:
                _with_customers(cursor, one)
        return _run(cursor, column, told)


def _run(cursor: Any, column: Column, told: Sequence[dict[str, Any]]) -> int:
    quote, name, more = connection.ops.quote_name, connection.ops.quote_name(column.name), ""
    key = quote(str(column.model._meta.pk.column)) if column.model._meta.pk else "id"
    if column.model is Customer:  # the id that we made of the same, where the CRM sent none
        more = ", crm_id = CASE crm_id WHEN %(id)s THEN %(new_id)s ELSE crm_id END"
        kind = "tel" if column.name == "phone_index" else "mail"
        told = [
            one
            | {
                "id": f"{kind}:{one['former'].hex()}",
                "new_id": f"{kind}:{one['present'].hex()}",
            }
            for one in told
        ]
    cursor.executemany(
        f"UPDATE {quote(column.model._meta.db_table)} SET {name} = %(present)s{more}"
        f" WHERE {key} = %(pk)s AND {name} = %(former)s",
        told,
    )
    return int(cursor.rowcount)


def _with_customers(cursor: Any, one: dict[str, Any]) -> None:
    """Renew the customers who have a number of ours in the same moment."""
    rows = Customer.objects.filter(phone_index=one["former"]).select_for_update(skip_locked=True)
    theirs = [{**one, "pk": pk} for pk in rows.order_by("pk").values_list("pk", flat=True)]
    if theirs:
        _run(cursor, Column(Customer, "phone_index"), theirs)


def phones_are_found() -> bool:
    """Whether the newest customers with a phone are found by it, with the peppers there are."""
    rows = Customer.objects.exclude(phone=None).exclude(phone_index=None).order_by("-pk")
    newest: Any = rows.values_list("phone", "phone_index")[:20]
    return all(bytes(index) in blind_indexes(phone) for phone, index in newest)


def ids_of_others() -> models.QuerySet[Customer]:
    """Customers whose id we made, under another pepper, of a contact that they have no more."""
    first = tag(next(iter(settings.BLIND_INDEX_PEPPERS))).hex()
    ours = Customer.objects.filter(crm_id__regex="^(tel|mail):[0-9a-f]{64,74}$")
    return ours.exclude(crm_id__regex=f"^(tel|mail):{first}[0-9a-f]{{64}}$")


def renew_ids() -> int:
    """Give those an id that is of nothing, in a transaction each; return how many were."""
    renewed = 0
    for pk, crm_id in ids_of_others().order_by("pk").values_list("pk", "crm_id").iterator():
        kind, _colon, _former = crm_id.partition(":")
        own = f"{kind}:{(blind_index(f'nobody:{crm_id}') or b'').hex()}"
        renewed += Customer.objects.filter(pk=pk, crm_id=crm_id).update(crm_id=own)
    return renewed
