"""Batches that many send at once, with the same keys, ids and customers: none is stored twice."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from complaints.models import Complaint, Customer
from tests.complaints.intake.bodies import body, make_places
from tests.factories import bearer, make_api_client

URL = "/api/v1/complaints/batch/"
AT_ONCE = 8

pytestmark = pytest.mark.django_db(transaction=True)


def rows(numbers: list[int], text: str = "") -> list[dict[str, Any]]:
    """Complaints of seven customers, known by id or by phone."""
    people = [{"id": f"c{n % 7}"} if n % 2 else {"phone": f"+792612345{n % 7:02}"} for n in numbers]
    pairs = zip(numbers, people, strict=True)
    return [
        body(external_id=f"b{n}", customer=who, text=text or f"Нет связи, {n}") for n, who in pairs
    ]


def at_once(send: Callable[[int], Any]) -> list[Any]:
    together = threading.Barrier(AT_ONCE)

    def one(number: int) -> Any:
        together.wait()
        try:
            return send(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, range(AT_ONCE)))


def post(header: dict[str, str], sent: Any, key: str) -> Any:
    headers = {**header, "Idempotency-Key": key} if key else header
    return Client().post(URL, json.dumps(sent), "application/json", headers=headers)


def test_one_key_with_several_bodies_is_the_first_ones():
    make_places()
    header = bearer(make_api_client("crm"))

    answers = at_once(lambda n: post(header, rows([*range(30)], text=f"Так, {n % 2}"), "one key"))

    assert Counter(answer.status_code for answer in answers) == {200: 4, 422: 4}
    assert sum(answer.json()["created"] for answer in answers if answer.status_code == 200) == 30
    assert Complaint.objects.count() == 30


@pytest.mark.parametrize("key", ["", "key of {n}"])
def test_the_same_ids_and_customers_in_any_order_end_in_no_circle(key: str):
    make_places()
    headers = [bearer(make_api_client(name)) for name in ("crm", "bot")]

    def send(number: int) -> Any:
        mixed = Random(number).sample(range(200), 200)
        return post(headers[number % 2], rows(mixed), key.format(n=number))

    answers = at_once(send)

    assert [answer.status_code for answer in answers] == [200] * AT_ONCE
    assert sum(answer.json()["created"] for answer in answers) == 2 * 200
    assert {answer.json()["conflict"] for answer in answers} == {0}
    assert (Complaint.objects.count(), Customer.objects.count()) == (2 * 200, 14)
