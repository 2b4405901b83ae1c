"""Whose personal data an account saw."""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from heatmaps_project.models import Look, Lookup
from tests.factories import NOW, make_customer, make_lookup, make_user

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def rows(username: str) -> list[list[str]]:
    said = StringIO()
    call_command("seen_by", username, since=NOW, until=NOW + HOUR, stdout=said)
    return list(csv.reader(StringIO(said.getvalue())))[1:]


def test_what_an_account_revealed_and_looked_up_in_an_hour_is_told_and_no_more():
    by, other, customer = make_user("agent"), make_user("agent"), make_customer()
    for who, at in ((by, NOW - HOUR), (by, NOW), (other, NOW), (by, NOW + HOUR)):
        Look.objects.create(by=who, at=at, subject="customer 7", field="phone", reason="=call")
        make_lookup(by=who, at=at, customer=customer)

    told = rows(by.username)

    number = Lookup.objects.get(by=by, at=NOW)
    assert told == [
        [NOW.isoformat(), "customer 7", "phone", "'=call"],
        [NOW.isoformat(), f"customer {customer.pk}", f"lookup {number.pk} by {number.asked}", ""],
    ]


def test_it_is_asked_by_the_index_of_the_account():
    by = make_user("agent")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO heatmaps_project_look (by_id, at, subject, field, reason)"
            " SELECT %s, %s::timestamptz + n * interval '1 s', 'customer 7', 'phone', 'call'"
            " FROM generate_series(1, 50000) n",
            [by.pk, NOW],
        )
        cursor.execute("ANALYZE heatmaps_project_look")
    asked = Look.objects.filter(by=by, at__gte=NOW, at__lt=NOW + HOUR)

    plan = asked.order_by("at").explain()

    assert re.match(r"Index Scan using (look_by|\w*look_at_\w+) ", plan)  # no sort either


@pytest.mark.parametrize("said", [{"since": NOW.replace(tzinfo=None)}, {"username": "nobody"}])
def test_what_cannot_be_asked_is_refused(said):
    given = {"username": make_user("agent").username, "since": NOW, "until": NOW + HOUR, **said}

    with pytest.raises(CommandError):
        call_command("seen_by", given.pop("username"), **given)
