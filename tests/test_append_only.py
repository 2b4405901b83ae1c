"""Events, SLA ledger, record of routing and of looks: what is written stays as it was."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from complaints.models import Erasure
from heatmaps_project.customers.transitions import erase
from heatmaps_project.models import Look, LookupOutcome
from spots.cases.transitions import giving
from spots.models import Attachment, Event, LedgerEntry, Routing
from spots.sla import transitions
from tests.factories import (
    NOW,
    make_customer,
    make_lookup,
    make_policy,
    make_spot,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db


def make_event():
    return Event.objects.create(case=make_spot(), kind="commented", at=NOW, note="as it was")


def make_entry():
    make_policy()
    spot = make_spot()
    attributes = {"brand_id": spot.brand_id, "region_id": spot.region_id, "topic_id": None}
    transitions.start(case_id=spot.pk, band=1, now=NOW, **attributes)
    return LedgerEntry.objects.first()


def make_routing():
    giving.routed(make_spot(), make_team(), by=None, now=NOW)
    return Routing.objects.get()


def make_look():
    by = make_user("supervisor")
    of = {"subject": "customer 1", "field": "phone", "reason": "call"}
    return Look.objects.create(by=by, at=timezone.now(), **of)  # an old one may be deleted


def make_file():
    named = {"name": "mast.png", "media_type": "image/png", "size": 3, "content": b"png"}
    return Attachment.objects.create(event=make_event(), **named)


def make_lookup_row():
    return make_lookup(at=timezone.now())  # an old one may be deleted


def make_lookup_outcome():
    return LookupOutcome.objects.create(lookup=make_lookup(), outcome="answered", at=timezone.now())


def make_erasure():
    erase(customer_id=make_customer().pk, by="crm", now=NOW)
    return Erasure.objects.get()


MAKERS = [
    *(make_event, make_entry, make_routing, make_look, make_erasure),
    *(make_lookup_row, make_lookup_outcome),
]


@pytest.mark.parametrize("make", MAKERS)
def test_the_database_refuses_to_change_a_row(make):
    row = make()
    at = row.at

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(at=NOW.replace(year=2020))

    row.refresh_from_db()
    assert row.at == at


@pytest.mark.parametrize("make", MAKERS)
def test_the_database_refuses_to_delete_a_row(make):
    row = make()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        row.delete()

    assert type(row).objects.filter(pk=row.pk).exists()


def test_the_file_of_a_comment_is_never_changed_or_deleted():
    file = make_file()

    for change in (
        lambda: Attachment.objects.filter(pk=file.pk).update(name="other.png"),
        file.delete,
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


def test_an_erasure_that_says_so_may_rewrite_a_note_in_its_own_transaction():
    event = make_event()

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL heatmaps.erasure = 'on'")
        Event.objects.filter(pk=event.pk).update(note="")
        cursor.execute("SET LOCAL heatmaps.erasure = 'off'")

    event.refresh_from_db()
    assert event.note == ""
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        event.delete()
