"""Dealers: told by the CRM, in the tree of units, ranked fairly and not of too few answers."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from complaints.customers.walls import NO_WALLS, Walls
from heatmaps_project.accounts.units.reading import tree
from heatmaps_project.models import Unit
from heatmaps_project.supervision.dealers.ranking import FEWEST, Told, ranked
from heatmaps_project.supervision.dealers.reading import dealers
from tests.factories import (
    NOW,
    bearer,
    make_answer,
    make_api_client,
    make_brand,
    make_customer,
    make_fixed_spot,
    make_invitation,
    make_survey,
    make_touch,
    make_user,
)
from tests.heatmaps_project.supervision.test_figures import scope
from tests.table_files import table_of

DAY = timedelta(days=1)


def told(unit: int, scores: list[int]) -> Told:
    mean = sum(scores) / len(scores)
    return Told(unit, len(scores), mean, sum((score - mean) ** 2 for score in scores))


def test_few_and_lucky_do_not_come_before_many_and_good():
    lucky, good, poor = told(1, [10, 10, 10, 7] * 8), told(2, [10, 8] * 2000), told(3, [9, 7] * 200)
    rows = {one.told.unit: one for one in ranked([poor, lucky, good, told(4, [10] * 29)])}

    assert good.mean < lucky.mean
    assert good.mean < rows[1].shrunk.value < lucky.mean  # drawn towards all
    assert (rows[1].best, rows[1].last) == (1, 2)  # chance leaves it open
    assert (rows[2].best, rows[2].last) == (1, 2)
    assert (rows[3].best, rows[3].last) == (3, 3)
    assert (rows[4].shrunk, rows[4].best) == (None, None)


def test_where_chance_gives_as_much_nobody_is_before_another():
    rows = ranked([told(unit, [5, 6] * 20) for unit in range(5)])

    assert {(one.best, one.last) for one in rows} == {(1, 5)}
    assert ranked([]) == []
    [alone] = ranked([told(1, [7] * FEWEST)])
    assert (alone.shrunk.value, alone.best, alone.last) == (7, 1, 1)


@given(st.lists(st.lists(st.integers(0, 10), min_size=1, max_size=60), max_size=6))
def test_a_drawn_mean_is_between_its_own_and_that_of_all(groups):
    rows = ranked([told(unit, scores) for unit, scores in enumerate(groups)])
    known = [one for one in rows if one.shrunk]
    many = sum(one.told.n for one in known)
    for one in known:
        middle = sum(other.told.n * other.told.mean for other in known) / many
        low, high = sorted((middle, one.told.mean))
        assert low - 1e-9 <= one.shrunk.value <= high + 1e-9
        assert 1 <= one.best <= one.last <= len(known)
    assert all(one.shrunk is None for one in rows if one.told.n < FEWEST)


@pytest.mark.django_db
def test_the_dealer_of_a_customer_is_told_by_the_crm_and_told_back(client):
    customer = make_customer(crm_id="C-1")
    sent_by = {"headers": bearer(make_api_client("crm")), "content_type": "application/json"}
    address = f"/api/v1/customers/{customer.pk}/"

    sent = client.patch(address, {"sold_by": "D-17"}, **sent_by)
    known = client.get(address, headers=sent_by["headers"]).json()
    client.patch(address, {"sold_by": None}, **sent_by)

    customer.refresh_from_db()
    assert (sent.status_code, known["sold_by"], customer.sold_by) == (200, "D-17", "")


def answered(unit: str, sold_by: str, score: int) -> None:
    customer = make_customer(sold_by=sold_by)
    asked = make_invitation(
        survey=make_survey("touch"),
        case=make_fixed_spot(customer),
        customer=customer,
        touch=make_touch(customer=customer, unit=unit),
    )
    make_answer(score, invitation=asked, at=NOW - DAY)


@pytest.mark.django_db
def test_dealers_of_a_branch_are_ranked_by_who_served_and_else_by_who_sold(signed_in):
    centre = Unit.objects.create(name="Centre")
    shop = Unit.objects.create(name="Shop", parent=centre, code="S-1")
    dealer = Unit.objects.create(name="Dealer", parent=centre, code="D-17")
    far = Unit.objects.create(name="Far", code="F-1")
    for score in (9, 10) * 16:
        answered("S-1", "D-17", score)  # the shop served them, whoever sold
        answered("", "D-17", score - 6)
    answered("", "F-1", 10)
    answered("", "nobody's", 10)
    units = tree()

    found = {one.told.unit: one for one in dealers(units, centre.pk, scope(days=90))}
    assert set(found) == {shop.pk, dealer.pk}
    assert (found[shop.pk].told.n, found[shop.pk].told.mean) == (32, 9.5)
    assert (found[shop.pk].best, found[shop.pk].last, found[dealer.pk].best) == (1, 1, 2)
    assert {one.told.unit for one in dealers(units, None, scope(days=90))} == {*found, far.pk}
    other = Walls(frozenset({make_brand("other").pk}), None)
    assert other != NO_WALLS and dealers(units, None, scope(days=90, walls=other)) == []

    with time_machine.travel(NOW, tick=False):
        client = signed_in(make_user("supervisor", language="en"))
        page = client.get(reverse("dealers")).content.decode()
        _header, *lines = table_of(client.get(reverse("dealers"), {"as": "csv"}))
        assert client.get(reverse("dealers"), {"unit": 10**9}).status_code == 404
    assert "Centre / Shop" in page and "too little to say" in page
    assert [line[:4] for line in lines][:2] == [
        ["Centre / Shop", "1", "1", "32"],
        ["Centre / Dealer", "2", "2", "32"],
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.create(name="Twin", code="S-1")
