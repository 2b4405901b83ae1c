"""Whoever is erased goes out of files of complaints that wait, and out of what was refused."""

import csv
import io
from uuid import uuid4

import pytest

from complaints.customers.personal import blind_index, current_cipher
from complaints.handed_in.transitions import claim
from complaints.imports.mapping import Told, layout_of
from complaints.imports.models import ComplaintImport, ImportPart
from complaints.imports.transitions_of_parts import next_part, read_part, receive_part, rows_of
from complaints.models import Complaint, Customer
from heatmaps_project.customers.transitions import erase
from heatmaps_project.models import Review
from tests.factories import (
    NOW,
    make_brand,
    make_complaint_import,
    make_customer,
    make_lookup,
    make_review,
    make_topic,
)
from tests.heatmaps_project.customers.test_erased_meanwhile import forget, meet

pytestmark = pytest.mark.django_db
PHONE, MAIL, CRM_ID = "+79261234512", "anna@example.org", "1024"
HEADER = ["number", "customer", "tel", "mail", "text"]
COLUMNS = {"external_id": "number", "customer.id": "customer", "customer.phone": "tel"}
THEIRS = [
    ["7", CRM_ID, "", "", "by their id"],
    ["8", "", "8 (926) 123-45-12", "", "by their phone"],
    ["9", "", "", "Anna@Example.org", "by their mail"],
]
OTHERS = [
    [CRM_ID, "7", "+7 926 123-45-13", "anna@example.com", "a ticket with their id's number"],
    ["11", "10245", "", "", "somebody whose id begins alike, 10 24"],
]


def sealed(rows: list[list[str]], *before: str) -> bytes:
    told = io.StringIO()
    csv.writer(told).writerows([*before, *row] for row in rows)
    return current_cipher().encrypt(told.getvalue())


def make_file(**fields: object) -> ImportPart:
    rows = [*THEIRS, *OTHERS]
    of = make_complaint_import(header=HEADER, layout={"columns": COLUMNS}, rows=len(rows), **fields)
    content, refused = sealed(rows, CRM_ID), sealed(rows, "wrong", CRM_ID)  # of a line's number
    return ImportPart.objects.create(
        of=of, number=0, rows=len(rows), content=content, refused=refused
    )


def texts(part: ImportPart) -> list[str]:
    return [row[-1] for row in rows_of(part)]


@pytest.mark.django_db(transaction=True)
def test_two_who_are_erased_at_once_both_leave_them():
    them = [make_customer(crm_id=one) for one in (CRM_ID, "10245")]
    part = make_file(brand=them[0].brand)

    meet(lambda: forget(them[0]), lambda: forget(them[1]))

    part.refresh_from_db()
    left = current_cipher().decrypt(bytes(part.refused))
    assert "10245" not in left
    assert {"by their id", OTHERS[1][-1]}.isdisjoint({*texts(part)})


def test_rows_of_who_is_erased_leave_files_and_nobody_elses():
    customer = make_customer(
        crm_id=CRM_ID,
        phone=PHONE,
        phone_index=blind_index(PHONE),
        email=MAIL,
        email_index=blind_index(MAIL),
    )
    waits = make_file(brand=customer.brand)
    rivals = make_file(brand=make_brand("rival"))

    erase(customer_id=customer.pk, by="crm", now=NOW)

    left = [row[-1] for row in OTHERS]
    waits.refresh_from_db()
    rivals.refresh_from_db()
    assert (texts(waits), waits.rows) == (left, len(left))
    refused = current_cipher().decrypt(bytes(waits.refused))
    assert [row[-1] for row in csv.reader(io.StringIO(refused))] == left
    assert ComplaintImport.objects.get(pk=waits.of_id).rows == len(left)
    assert len(texts(rivals)) == len(THEIRS) + len(OTHERS)


def test_what_waits_for_columns_to_be_told_is_asked_for_phones_and_mail():
    customer = make_customer(crm_id=CRM_ID, phone=PHONE)
    part = make_file(brand=customer.brand)
    ComplaintImport.objects.update(layout={})

    erase(customer_id=customer.pk, by="crm", now=NOW)

    part.refresh_from_db()
    assert "by their phone" not in texts(part)
    assert len(texts(part)) == len(THEIRS) + len(OTHERS) - 1


def test_what_was_read_ahead_of_a_running_import_is_read_again_without_them():
    """While one part is stored, the next is in memory already."""
    customer = make_customer(crm_id=CRM_ID, phone=PHONE)
    sees = {"topic": make_topic().code, "channel": "call", "address": "Мытищи, 1"}
    layout = {"columns": COLUMNS, "constants": {**sees, "occurred_at": "2026-03-25T10:00:00Z"}}
    make_file(brand=customer.brand, state="running", began_at=NOW)
    ComplaintImport.objects.update(layout={**layout, "zone": "UTC"})
    running = claim(ComplaintImport, now=NOW)
    means = layout_of(Told.of(running.layout))
    ahead = read_part(running, next_part(running), means, now=NOW)

    erase(customer_id=customer.pk, by="crm", now=NOW)

    assert not receive_part(running, ahead, now=NOW)
    assert receive_part(running, read_part(running, next_part(running), means, now=NOW), now=NOW)
    assert Complaint.objects.exists()
    assert not Customer.objects.filter(crm_id=CRM_ID).exists()


def test_where_a_conversation_can_be_heard_is_forgotten_with_its_customer():
    customer, other = make_customer(), make_customer()
    said = {"note": "Анна волнуется", "recording": "https://calls.example.org/7"}
    reviews = []
    for one in (customer, other):
        call = uuid4()
        make_lookup(call=call, customer=one)
        reviews.append(make_review(call=call, **said))

    erase(customer_id=customer.pk, by="crm", now=NOW)

    theirs, others = (Review.objects.get(pk=one.pk) for one in reviews)
    assert (theirs.note, theirs.recording) == ("", "")
    assert (others.note, others.recording) == tuple(said.values())
