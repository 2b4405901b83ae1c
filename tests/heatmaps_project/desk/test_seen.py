"""Whose personal data an account saw."""

import csv
import re
from datetime import datetime, timedelta
from io import StringIO
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from heatmaps_project.accounts.calls.transitions import Call, Made, add
from heatmaps_project.models import Look, Lookup
from tests.factories import (
    NOW,
    make_api_client,
    make_complaint,
    make_complaint_import,
    make_customer,
    make_delivery,
    make_lookup,
    make_subscription,
    make_user,
)

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


def test_what_a_machine_looked_up_is_told_with_whom_for():
    client, customer = make_api_client("crm"), make_customer()
    other = make_api_client("other")
    for who, at in ((client, NOW), (other, NOW), (client, NOW + HOUR)):
        make_lookup(client=who, agent="=7", at=at, customer=customer)

    told = rows("api:crm")

    number = Lookup.objects.get(client=client, at=NOW)
    what = f"lookup {number.pk} by {number.asked} for =7"
    assert told == [[NOW.isoformat(), f"customer {customer.pk}", what, ""]]
    with pytest.raises(CommandError, match="no account"):
        rows("crm")  # no person is called so


def test_what_else_a_machine_read_is_told_as_far_as_it_is_counted():
    client, day = make_api_client("crm"), timedelta(days=1)
    list_of, one = "api/v1/complaints", "api/v1/complaints/<int:pk>"
    for method, route, status, at in (
        ("GET", list_of, 200, NOW),
        ("GET", one, 200, NOW + day),
        ("GET", list_of, 403, NOW),
        ("POST", list_of, 200, NOW),
    ):
        add({Call(client.pk, method, route, status): Made(34, at)})

    told = f"GET {list_of}, 34 times on {NOW.date()}"
    assert rows("api:crm") == [[NOW.isoformat(), "", told, ""]]


def test_what_a_machine_was_told_of_with_customers_words_is_told():
    crm, other = make_api_client("crm"), make_api_client("other")
    sealed = {"event": "ticket.created", "state": "sent", "sealed": '{"description": "…"}'}
    for client, more in (
        (crm, {**sealed, "sent_at": NOW}),
        (crm, {**sealed, "sent_at": NOW + HOUR / 2}),
        (crm, {**sealed, "sent_at": NOW, "sealed": ""}),
        (crm, {**sealed, "sent_at": NOW + HOUR}),
        (crm, {**sealed, "state": "planned"}),
        (other, {**sealed, "sent_at": NOW}),
    ):
        make_delivery(make_subscription(client=client), **more)

    told = f"ticket.created sent there, 2 times on {NOW.date()}"
    assert rows("api:crm") == [[(NOW + HOUR / 2).isoformat(), "", told, ""]]


@time_machine.travel(NOW, tick=False)
def test_files_of_customers_that_somebody_took_away_are_told(signed_in):
    supervisor, administrator = make_user("supervisor"), make_user("administrator")
    make_complaint()
    view = {"west": 37, "south": 55, "east": 38, "north": 56}
    export = "/map/export.csv"
    of_imports = make_complaint_import(state="done", began_at=NOW, by=administrator)
    refused = reverse("admin:complaints_complaintimport_refused", args=[of_imports.pk])

    looking = signed_in(supervisor)
    of_customers = f"{export}?{urlencode({**view, 'layers': 'complaints'})}"
    assert looking.post(of_customers, {"why": "An outage"}).status_code == 200
    assert looking.get(export, {**view, "layers": "sites"}).status_code == 200
    assert looking.get(export, {**view, "layers": "nothing"}).status_code == 400
    assert signed_in(administrator).get(refused).status_code == 200

    where = "map 37.0000,55.0000,38.0000,56.0000"
    assert rows(supervisor.username) == [
        [NOW.isoformat(), where, "file of complaints", "An outage"]
    ]
    of_file = [NOW.isoformat(), f"import {of_imports.pk}", "refused rows", ""]
    assert rows(administrator.username) == [of_file]


OVER, ACCOUNTS = timedelta(days=420), 40
FILLED = {
    "heatmaps_project_look": (
        300_000,
        "by_id, subject, field, reason",
        "{account}, 'customer ' || mod(n, 5000), 'phone', 'call'",
    ),
    "heatmaps_project_lookup": (
        50_000,
        "by_id, client_id, origin, key, call, agent, asked, situation, took_ms",
        "CASE WHEN mod(n, 2) = 0 THEN {account} END, CASE WHEN mod(n, 2) = 1 THEN %(client)s END,"
        " CASE WHEN mod(n, 2) = 0 THEN 'page' ELSE 'panel' END, gen_random_uuid(),"
        " gen_random_uuid(), '', 'phone', '', 40",
    ),
}


def fill(accounts: list[int], client: int) -> None:
    """Fourteen months of looks and lookups by everybody in turn, without what follows from each."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    for table, (many, columns, values) in FILLED.items():
        values = values.format(account="(%(accounts)s::int[])[1 + mod(n / 2, %(of)s)]")
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (at, {columns}) SELECT %(end)s - n * %(step)s, {values}"
                " FROM generate_series(1, %(many)s) n",
                {
                    "accounts": accounts,
                    "of": len(accounts),
                    "client": client,
                    "end": NOW,
                    "step": OVER / many,
                    "many": many,
                },
            )
            cursor.execute(f"ANALYZE {table}")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def plans(username: str, since: datetime, until: datetime) -> list[dict]:
    """How PostgreSQL reads what the command asks of looks and lookups, as it was done."""
    with CaptureQueriesContext(connection) as asked:
        call_command("seen_by", username, since=since, until=until, stdout=StringIO())
    reading = [one["sql"] for one in asked if re.search(r'FROM "heatmaps_project_look', one["sql"])]
    found = []
    with connection.cursor() as cursor:
        for sql in reading:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
            found.append(cursor.fetchone()[0][0]["Plan"])
    return found


def nodes(plan: dict) -> list[dict]:
    return [plan, *(node for one in plan.get("Plans", ()) for node in nodes(one))]


def test_among_very_many_only_what_an_account_saw_is_read():
    people = [make_user("agent") for _ in range(ACCOUNTS)]
    client = make_api_client("crm")
    fill([one.pk for one in people], client.pk)

    day, month = timedelta(days=1), timedelta(days=31)
    since = NOW - OVER / 2
    asked = [(people[7].username, since, since + long) for long in (HOUR, day, month)]
    asked += [("api:crm", since, since + long) for long in (HOUR, day)]
    told = [plans(*one) for one in asked]

    assert [len(one) for one in told] == [2, 2, 2, 3, 3]
    for node in (node for one in told for plan in one for node in nodes(plan)):
        assert node["Node Type"] != "Seq Scan"
        assert node.get("Rows Removed by Filter", 0) == 0
        assert node.get("Index Name", "look_by") in {"look_by", "lookup_by", "lookup_client"}
    assert told[2][0]["Actual Rows"] > 100  # there was something to be read


@pytest.mark.parametrize("said", [{"since": NOW.replace(tzinfo=None)}, {"username": "nobody"}])
def test_what_cannot_be_asked_is_refused(said):
    given = {"username": make_user("agent").username, "since": NOW, "until": NOW + HOUR, **said}

    with pytest.raises(CommandError):
        call_command("seen_by", given.pop("username"), **given)
