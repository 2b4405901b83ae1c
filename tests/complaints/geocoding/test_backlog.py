"""The geocoder was away for two hours, and ten thousand complaints wait."""

import sys
import threading
from datetime import timedelta
from itertools import pairwise
from time import process_time

import pytest
from django.db import connection
from django.utils import timezone

from complaints.geocoding.transitions import geocode_waiting
from complaints.models import Complaint
from tests.complaints.geocoding.test_transitions import KNOWN
from tests.factories import NOW, make_brand, make_complaints, make_customer

MANY = 10_000
AWAY = timedelta(hours=2)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("registry")
def test_a_backlog_is_placed_oldest_first_by_two_workers_each_once():
    customer = make_customer(brand=make_brand())
    step = AWAY / MANY
    make_complaints(
        {
            "customer": customer,
            "placing": "waiting",
            "point": None,
            "precision": "",
            "placed_at": None,
            "region": None,
            "address": KNOWN,
            "occurred_at": NOW - AWAY + number * step,
            "received_at": NOW - AWAY + number * step,
        }
        for number in range(MANY)
    )
    settled: list[int] = []
    began = process_time()

    def work() -> None:
        while taken := geocode_waiting(now=timezone.now()):
            settled.append(taken)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    sys.stdout.write(f"{MANY} placed for {process_time() - began:.0f} s of CPU, without SQL's\n")
    assert sum(settled) == MANY
    rows = Complaint.objects.order_by("received_at").values_list(
        "placing", "placed_at", "occurred_at"
    )
    placed = [at for placing, at, _occurred in rows if placing == "placed"]
    assert len(placed) == MANY
    # Oldest first, by when each batch was begun; two begin at once.
    at_once = timedelta(seconds=1)
    assert all(earlier <= later + at_once for earlier, later in pairwise(placed))
    # When they occurred is as it was told: detection goes by it.
    assert [occurred for *_rest, occurred in rows] == [NOW - AWAY + n * step for n in range(MANY)]
