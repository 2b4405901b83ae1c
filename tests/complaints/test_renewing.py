"""Keys of personal data are changed while everything runs, and the old one is taken away."""

from io import StringIO
from threading import Thread

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import BinaryField, F, Func

from complaints.customers import cipher
from complaints.customers.personal import current_cipher
from complaints.imports.transitions_of_parts import rows_of
from complaints.models import Customer, ImportPart
from complaints.renewing import Column, columns, renew
from tests.factories import make_complaint_import, make_customer
from tests.scene import make_scene

pytestmark = pytest.mark.django_db


def in_full_swing() -> ImportPart:
    """The scene, with a file of complaints of which some rows wait, and some were refused."""
    make_scene()
    rows = current_cipher().encrypt("2,C-1,+79160000002\r\n")
    return ImportPart.objects.create(
        of=make_complaint_import(), number=0, rows=1, content=rows, refused=rows
    )


def read() -> dict[str, list[tuple]]:
    """What stands in every column of ciphertext, as Python reads it."""
    return {
        str(column): list(
            column.model._base_manager.order_by("pk")
            .exclude(**{column.name: None})
            .values_list("pk", column.name)
        )
        for column in columns()
        if column.name not in ("content", "refused")
    }


def test_after_a_new_key_the_old_one_can_be_taken_away(settings):
    part = in_full_swing()
    before, old = read(), settings.DATA_KEYS
    settings.DATA_KEYS = {"k2": "B" * 42 + "E=", **old}
    since = make_customer(phone="+79160000001")  # sealed by the new key already
    said = StringIO()

    call_command("renew_keys", stdout=said)
    settings.DATA_KEYS = {"k2": settings.DATA_KEYS["k2"]}

    after = read()
    assert sum(map(bool, before.values())) >= 10  # columns that had something
    assert (since.pk, "+79160000001") in after["complaints_customer.phone"]
    after["complaints_customer.phone"].remove((since.pk, "+79160000001"))
    after["complaints_customer.email"].remove((since.pk, since.email))
    assert after == before
    part.refresh_from_db()
    assert list(rows_of(part)) == [["2", "C-1", "+79160000002"]]
    assert current_cipher().decrypt(bytes(part.refused)).startswith("2,C-1")
    assert said.getvalue().endswith("Not of k2: 0. test can go.\n")


@pytest.mark.django_db(transaction=True)
def test_nobody_who_holds_some_customers_and_wants_others_waits_in_a_circle(settings):
    """A batch of complaints locks its customers in an order of its own."""
    wanted, held, other = (make_customer() for _ in range(3))
    settings.DATA_KEYS = {"k2": "B" * 42 + "E=", **settings.DATA_KEYS}
    phones, renewed = Column(Customer, "phone"), []

    def beside() -> None:
        renewed.append(renew(phones))
        connection.close()

    thread = Thread(target=beside)
    with transaction.atomic():
        Customer.objects.select_for_update().get(pk=held.pk)
        thread.start()
        thread.join(timeout=5)
        Customer.objects.filter(pk=wanted.pk).update(segment="vip")
    thread.join()

    assert [*renewed, renew(phones)] == [2, 1]
    assert not phones.rows_of_other_keys().exists()
    assert Customer.objects.get(pk=other.pk).phone == other.phone


def test_every_column_that_holds_what_our_cipher_sealed_is_known():
    """A column of bytes that begin like a ciphertext, and is not among them, would be lost."""
    in_full_swing()
    known = {str(column) for column in columns()}
    unknown = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if not isinstance(field, BinaryField) or model._meta.proxy:
                continue
            raw = Func(F(field.name), template="%(expressions)s", output_field=BinaryField())
            rows = model._base_manager.exclude(**{field.name: None}).annotate(raw=raw)
            if any(is_ciphertext(bytes(row)) for row in rows.values_list("raw", flat=True)):
                unknown.add(f"{model._meta.db_table}.{field.name}")

    assert unknown
    assert unknown <= known


def is_ciphertext(sealed: bytes) -> bool:
    return sealed[:5] == b"\x04test" and len(sealed) > 5 + cipher.NONCE_BYTES
