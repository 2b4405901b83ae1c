"""A gift above somebody's limit waits for a second person, who is never the one that asks."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from feedback.goodwill import transitions
from feedback.goodwill.given import AskedGift, Given
from feedback.goodwill.models import GiftCode, GoodwillBudget, GoodwillLimit
from feedback.models import Message
from tests.factories import (
    NOW,
    make_brand,
    make_customer,
    make_gift,
    make_gift_rule,
    make_goodwill_limit,
    make_region,
    make_touch,
    make_user,
)
from tests.feedback.goodwill.test_giving import _at_once, gift_of

pytestmark = pytest.mark.django_db
LIST = reverse("admin:feedback_askedgift_changelist")


def asked_for(**more) -> AskedGift:
    said = gift_of(gift_id=make_gift(cost=1500).pk, note="ждал неделю", **more)
    GoodwillLimit.objects.update(money_per_gift=1000, money_with_second=2000)
    found = transitions.give(**said)
    assert found == transitions.give(**said)  # the same click again
    assert isinstance(found, AskedGift)
    return found


def test_it_is_given_in_the_name_of_whoever_asked_once_and_by_nobody_alone():
    row, boss = asked_for(), make_user("supervisor")
    assert not Given.objects.exists()
    assert not GiftCode.objects.filter(taken=True).exists()

    for by in (row.by, make_user("dispatcher"), make_user("engineer")):
        with pytest.raises(transitions.RefusedError):
            transitions.confirm(asked_id=row.pk, by=by, now=NOW)
    given = transitions.confirm(asked_id=row.pk, by=boss, now=NOW)
    with pytest.raises(transitions.RefusedError):
        transitions.confirm(asked_id=row.pk, by=boss, now=NOW)
    with pytest.raises(transitions.RefusedError):
        transitions.decline(asked_id=row.pk, by=boss, now=NOW)

    row.refresh_from_db()
    assert (row.state, row.decided_by, row.given) == ("confirmed", boss, given)
    assert (given, given.by, given.cost) == (Given.objects.get(), row.by, 1500)
    assert given.code.code in Message.objects.get().text


def test_a_supervisor_does_not_confirm_their_own():
    make_goodwill_limit("supervisor")
    row = asked_for(by=make_user("supervisor"))

    with pytest.raises(transitions.RefusedError):
        transitions.confirm(asked_id=row.pk, by=row.by, now=NOW)

    assert transitions.confirm(asked_id=row.pk, by=make_user("supervisor"), now=NOW)


@pytest.mark.parametrize("what", ["other gift", "late", "declined", "lower", "no money"])
def test_what_does_not_hold_any_more_is_not_given(what):
    row, boss = asked_for(), make_user("supervisor")
    now = NOW + timedelta(days=7) if what == "late" else NOW
    if what == "other gift":
        said = {"gift_id": make_gift(cost=10).pk, "customer_id": row.customer_id, "by": row.by}
        transitions.give(**gift_of(**said))
    if what == "declined":
        transitions.decline(asked_id=row.pk, by=boss, now=NOW)
    if what == "lower":
        GoodwillLimit.objects.update(money_with_second=1400)
    if what == "no money":
        GoodwillLimit.objects.update(money_per_giver=1400)

    with pytest.raises(transitions.RefusedError):
        transitions.confirm(asked_id=row.pk, by=boss, now=now)

    assert Given.objects.filter(cost=1500).count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_give_once():
    row, bosses = asked_for(), [make_user("supervisor") for _ in range(2)]

    def said_yes(boss):
        return lambda: transitions.confirm(asked_id=row.pk, by=boss, now=NOW)

    assert _at_once(*map(said_yes, bosses)) == {"done", "RefusedError"}
    assert Given.objects.count() == 1


def test_it_is_asked_and_confirmed_on_pages_within_the_walls(signed_in, client):
    make_goodwill_limit("dispatcher")
    GoodwillLimit.objects.update(money_per_gift=1000, money_with_second=2000)
    gift, customer = make_gift(cost=1500), make_customer()
    said = {"key": uuid4(), "gift": gift.pk, "reason": "outage", "note": "звонил +79261234567"}
    with time_machine.travel(NOW, tick=False):
        asker = signed_in(make_user("dispatcher", language="en"))
        give = reverse("admin:feedback_given_give", args=[customer.pk])
        assert "waits for a second person" in asker.post(give, said, follow=True).content.decode()
        row = AskedGift.objects.get()
        page = reverse("admin:feedback_askedgift_change", args=[row.pk])
        decide = reverse("admin:feedback_askedgift_decide", args=[row.pk])
        assert decide not in asker.get(page).content.decode()

        walled = make_user("supervisor", everywhere=False)
        walled.brands.add(make_brand("rival"))
        walled.regions.add(make_region())
        client.force_login(walled, backend="heatmaps_project.accounts.backends.RoleBackend")
        assert client.post(decide, {"confirm": "1"}).status_code == 404

        boss = signed_in(make_user("supervisor", language="en"))
        shown = boss.get(page).content.decode()
        assert decide in shown
        assert "9261234567" not in shown
        [seen] = re.findall(r'name="seen" value="(\d+)"', shown)
        gift.cost = 1900  # since the page was looked at
        gift.save()
        refused = boss.post(decide, {"confirm": "1", "seen": seen}, follow=True)
        assert "not what it was" in refused.content.decode()
        assert not Given.objects.exists()
        [seen] = re.findall(r'name="seen" value="(\d+)"', boss.get(page).content.decode())
        boss.post(decide, {"confirm": "1", "seen": seen})

    assert Given.objects.get().customer == customer
    transitions.forget_words(AskedGift.objects.filter(customer=customer))
    assert set(AskedGift.objects.values_list("note", flat=True)) == {""}


@pytest.mark.django_db(transaction=True)
def test_all_ways_of_giving_at_once_stay_within_the_budget():
    rule = make_gift_rule(gift=make_gift(codes=20))
    GoodwillBudget.objects.create(brand=rule.brand, money=6 * 1500)
    asked = [asked_for(by=make_user("dispatcher")) for _ in range(4)]
    boss, given = make_user("supervisor"), []
    for _ in range(6):
        make_touch(touch_point="birthday", customer=make_customer())
        given.append(gift_of(gift_id=make_gift(cost=1000).pk, by=make_user("dispatcher")))
    GoodwillLimit.objects.update(money_per_gift=1000, money_with_second=2000)

    def said_yes(row):
        return lambda: transitions.confirm(asked_id=row.pk, by=boss, now=NOW)

    outcomes = _at_once(
        *map(said_yes, asked),
        *(lambda said=said: transitions.give(**said) for said in given),
        *(lambda: transitions.give_on_occasions(now=NOW) for _ in range(3)),
    )

    rows = Given.objects.all()
    assert outcomes <= {"done", "RefusedError"}
    assert sum(row.cost for row in rows) <= 6 * 1500
    assert len({row.code_id for row in rows}) == GiftCode.objects.filter(taken=True).count()
    assert len(rows) == GiftCode.objects.filter(taken=True).count()
