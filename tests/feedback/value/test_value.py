"""What customers are worth beside what they said before; files of months as a whole or not."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from complaints.csv_lines import FaultyLinesError
from complaints.customers.month_lines import MonthLine, months_of
from complaints.customers.walls import NO_WALLS, Walls
from complaints.models import MonthlyFact
from feedback.value.groups import Group, marks
from feedback.value.table import COMPLAINTS, GIFTS, MONTHS, RATINGS, table
from feedback.value.transitions import count_values
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_complaint,
    make_customer,
    make_given,
    make_invitation,
)

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)
HEAD = "customer;month;arpu;churned\n"


def test_a_file_says_who_when_how_much_and_whether_they_left():
    lines = months_of(f"{HEAD}C-1;2026-04;540,5;0\nC-2;2026-05;;yes\n".encode())

    assert lines == [
        MonthLine("C-1", APRIL, Decimal("540.50"), left=False),
        MonthLine("C-2", MAY, None, left=True),
    ]


def test_every_faulty_line_is_named():
    rows = ["C-1;2026-13;1;0", ";2026-04;1;0", "C-1;2026-04;-1;0", "C-1;2026-04;1;?"]
    good = "C-2;2026-04;1;0"

    with pytest.raises(FaultyLinesError) as refused:
        months_of((HEAD + "\n".join([*rows, good, good])).encode())

    told = [(fault.line, fault.why) for fault in refused.value.faults]
    assert told == [(2, "month"), (3, "customer"), (4, "arpu"), (5, "churned"), (7, "twice")]


def test_of_ten_customers_there_is_an_interval_and_of_nine_nothing():
    ten = Group(10, 2, told=10, total=5000.0, squares=2_600_000.0)

    assert Group(9, 2, 9, 5000.0, 2_600_000.0).churn is None
    assert (ten.churn.value, round(ten.churn.low, 1), round(ten.churn.high, 1)) == (20, 5.7, 51.0)
    assert ten.revenue.value == 500
    assert round(ten.revenue.half, 1) == round(1.959964 * (100_000 / 9) ** 0.5 / 10**0.5, 1)
    assert marks([ten.churn, None])[1] is None
    assert marks([ten.churn])[0].high == 100


@pytest.mark.django_db
def test_customers_stand_by_what_was_before_the_period_alone():
    before, within = NOW - timedelta(days=9), NOW + timedelta(days=20)
    unhappy, happy, silent = (make_customer() for _ in range(3))
    make_answer(1, invitation=make_invitation(customer=unhappy), at=before)
    make_answer(5, invitation=make_invitation(customer=happy), at=before)
    make_answer(1, invitation=make_invitation(customer=silent), at=within)
    for moment in (before, before, within):
        make_complaint(customer=unhappy, occurred_at=moment)
    make_given(customer=happy, at=before)
    for who, left in ((unhappy, True), (happy, False), (silent, False)):
        MonthlyFact.objects.create(customer=who, month=APRIL, revenue=100, left=left)
        MonthlyFact.objects.create(customer=who, month=MAY, revenue=300, left=False)

    found = table(NO_WALLS, last=MAY, months=2, by_gifts=False)
    given = table(NO_WALLS, last=MAY, months=2, by_gifts=True)

    assert [(row.rating, row.other, row.group.left) for row in found.rows] == [
        (RATINGS[1], COMPLAINTS[2], 1),
        (RATINGS[3], COMPLAINTS[1], 0),  # the complaint that was fixed
        (RATINGS[0], COMPLAINTS[1], 0),
    ]
    assert [row.group.total for row in found.rows] == [200, 200, 200]
    assert [row.other for row in given.rows] == [GIFTS[0], GIFTS[1], GIFTS[0]]


@pytest.mark.django_db
def test_another_brands_customers_are_not_counted():
    own, foreign = make_customer(), make_customer(brand=make_brand("rival"))
    for who in (own, foreign):
        MonthlyFact.objects.create(customer=who, month=APRIL, revenue=100, left=False)

    walls = Walls(brands=frozenset({own.brand_id}), regions=frozenset())

    assert table(walls, last=APRIL, months=1, by_gifts=False).customers == 1


@pytest.mark.django_db
def test_a_file_is_taken_on_the_page_as_a_whole_and_told_again_replaces(
    signed_in, django_assert_max_num_queries
):
    customer, client = make_customer(crm_id="C-1"), signed_in("administrator")

    def sent(rows: str) -> str:
        file = SimpleUploadedFile("months.csv", (HEAD + rows).encode())
        said = {"brand": customer.brand_id, "file": file}
        return client.post(reverse("value-import"), said, follow=True).content.decode()

    refused = sent("C-1;2026-04;100;0\nC-1;April;100;0\n")
    assert "3" in refused
    assert not MonthlyFact.objects.exists()
    sent("C-1;2026-04;100;0\nnobody;2026-04;100;0\n")
    sent("C-1;2026-04;120;1\n")

    assert list(MonthlyFact.objects.values_list("revenue", "left")) == [(120, True)]
    with django_assert_max_num_queries(15):
        client.get(reverse("value"))


@pytest.mark.django_db
def test_what_is_counted_ahead_is_what_is_counted_live_until_a_month_changes():
    own, foreign = make_customer(), make_customer(brand=make_brand("rival"))
    make_complaint(customer=own, occurred_at=NOW - timedelta(days=9))
    for who in (own, foreign):
        MonthlyFact.objects.create(customer=who, month=APRIL, revenue=100, left=False)
    walls = (NO_WALLS, Walls(frozenset({own.brand_id}), None))

    def told():
        tables = [table(one, last=APRIL, months=3, by_gifts=False) for one in walls]
        return [one.rows for one in tables], tables[0].at

    live, _now = told()
    assert count_values(now=NOW) == 2 * len(MONTHS)
    assert told() == (live, NOW)
    assert count_values(now=NOW) == 0

    MonthlyFact.objects.filter(customer=foreign).update(left=True)
    changed, at = told()
    assert changed[0] != live[0]
    assert changed[1] == live[1]
    assert at != NOW
    assert count_values(now=NOW + timedelta(minutes=1)) == 2 * len(MONTHS)
    assert told() == (changed, NOW + timedelta(minutes=1))
    assert count_values(now=NOW + timedelta(days=2)) == 2 * len(MONTHS)
