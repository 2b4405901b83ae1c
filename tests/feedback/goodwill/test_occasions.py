"""A rule gives a gift on an occasion once, within the budget, and billing is told of it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from complaints.customers.consent import OptOut
from feedback.goodwill import transitions
from feedback.goodwill.forms import GiftRuleForm
from feedback.goodwill.given import Given
from feedback.goodwill.models import GoodwillBudget
from heatmaps_project.webhooks import transitions as webhooks
from heatmaps_project.webhooks.models import Delivery
from tests.factories import (
    NOW,
    make_brand,
    make_customer,
    make_gift,
    make_gift_rule,
    make_subscription,
    make_touch,
)

pytestmark = pytest.mark.django_db


def birthday(**fields):
    return make_touch(touch_point="birthday", **fields)


def given(*, now=NOW):
    transitions.give_on_occasions(now=now)
    return Given.objects.order_by("pk")


def test_an_occasion_gives_a_gift_once_however_often_the_sweep_runs_and_billing_is_told():
    make_subscription(events=["gift.given"], created_at=NOW - timedelta(days=1))
    webhooks.plan(now=NOW)
    rule = make_gift_rule(segment="vip")
    touch = birthday(customer=make_customer(segment="vip"))
    birthday(customer=make_customer(segment="mass"))
    make_touch(touch_point="visit", customer=make_customer(segment="vip"))

    [one] = given()
    assert [one] == list(given())
    assert (one.rule, one.touch, one.by, one.reason) == (rule, touch, None, "occasion")
    assert (one.gift, one.cost) == (rule.gift, rule.gift.cost)

    webhooks.plan(now=NOW)
    [delivery] = Delivery.objects.filter(event="gift.given")
    told = delivery.payload["data"]
    assert (told["customer"], told["gift"], told["kind"]) == (
        touch.customer_id,
        rule.gift_id,
        "gift",
    )
    assert told["occasion"] == "birthday"
    assert touch.customer.crm_id not in str(delivery.payload)


@pytest.mark.parametrize(
    "fields",
    [
        {"at": NOW - timedelta(days=8)},  # nobody told of it in a week
        {"at": NOW - timedelta(days=3)},  # before the rule
        {"at": NOW + timedelta(hours=1)},
        {"touch_point": "sim_anniversary"},
    ],
    ids=str,
)
def test_what_is_not_the_occasion_of_a_rule_gives_nothing(fields):
    make_gift_rule(since=NOW - timedelta(days=2))
    make_touch(**{"touch_point": "birthday", **fields})

    assert not given()


def test_who_wants_no_offers_or_is_of_another_brand_is_given_nothing():
    make_gift_rule()
    make_gift_rule(active=False, brand=make_brand("asleep"))
    quiet = make_customer()
    OptOut.objects.create(customer=quiet, purpose="marketing", at=NOW, told_by="web")
    birthday(customer=quiet)
    for brand in ("rival", "asleep"):
        birthday(customer=make_customer(brand=make_brand(brand)))

    assert not given()


def test_a_second_occasion_of_a_customer_waits_until_the_rule_allows_it():
    make_gift_rule(not_again_days=300)
    customer = make_customer()
    birthday(customer=customer)
    birthday(customer=customer, at=NOW - timedelta(hours=1))
    assert len(given()) == 1

    later = NOW + timedelta(days=301)
    birthday(customer=customer, at=later)
    assert len(given(now=later)) == 2


def test_a_rule_ends_where_the_budget_or_the_codes_do_and_goes_on_when_there_are_more():
    gift = make_gift(codes=1)
    make_gift_rule(gift=gift)
    budget = GoodwillBudget.objects.create(brand=make_brand(), money=Decimal(499))
    for _ in range(3):
        birthday(customer=make_customer())

    assert not given()
    budget.money = 5000
    budget.save()
    [one] = given()
    assert one.code is not None
    assert one.message is not None


def test_a_gift_of_another_brand_is_refused_in_the_form():
    gift = make_gift(brand=make_brand("rival"))
    row = {"brand": make_brand().pk, "touch_point": "birthday", "gift": gift.pk}
    row |= {"not_again_days": 300, "since": "2026-01-01 00:00", "active": "on"}

    assert set(GiftRuleForm(row).errors) == {"gift"}
