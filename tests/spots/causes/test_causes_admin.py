"""Causes in the admin: a tree, its words, and what was chosen stays."""

import pytest
from django.urls import reverse

from feedback.notifications.templates.wording import facts_of
from spots.cases.page.cause_field import CauseField
from spots.models import Cause
from tests.factories import NOW, make_cause, make_event, make_spot

pytestmark = pytest.mark.django_db


def row(**changed):
    return {
        "code": "battery",
        "name_ru": "Села батарея",
        "name_en": "Flat battery",
        "fix_kind": "accident",
        "order": 0,
        "said_ru": "авария питания",
        "said_en": "a power failure",
        "written_ru": "",
        "written_en": "",
        **changed,
    }


def child(code: str, parent: Cause, **fields) -> Cause:
    cause = make_cause(code)
    Cause.objects.filter(pk=cause.pk).update(parent=parent, **fields)
    cause.refresh_from_db()
    return cause


def test_a_cause_is_put_under_another_with_its_words_and_signs(signed_in):
    power = make_cause()
    sent = row(parent=power.pk, signs=["outage", "works"], written_ru="сбой питания")

    answer = signed_in("administrator").post(reverse("admin:spots_cause_add"), sent)

    assert answer.status_code == 302
    cause = Cause.objects.get(code="battery")
    assert (cause.parent, cause.signs) == (power, ["outage", "works"])
    assert (cause.said_in("ru"), cause.written_in("ru")) == ("авария питания", "сбой питания")
    assert cause.written_in("en") == "a power failure"


def test_the_tree_has_two_levels(signed_in):
    power = make_cause()
    battery = child("battery", power)
    client = signed_in("administrator")

    deeper = client.post(reverse("admin:spots_cause_add"), row(code="cell", parent=battery.pk))
    upside = reverse("admin:spots_cause_change", args=[power.pk])
    above = client.post(upside, row(code="power", parent=make_cause("tilt").pk))

    assert "parent" in deeper.context["adminform"].form.errors
    assert "parent" in above.context["adminform"].form.errors


def test_causes_are_listed_and_offered_in_the_order_of_the_tree(signed_in):
    power, tilt = make_cause("power"), make_cause("tilt")
    Cause.objects.filter(pk=power.pk).update(order=2)
    Cause.objects.filter(pk=tilt.pk).update(order=1)
    second, first = child("second", power, order=9), child("first", power, order=3)
    archived = child("archived", power, archived_at=NOW)
    expected = [tilt.pk, power.pk, first.pk, second.pk]

    listed = signed_in("administrator").get(reverse("admin:spots_cause_changelist"))

    offered = CauseField(label="")
    assert [cause.pk for cause in offered.queryset] == expected
    assert offered.label_from_instance(first).startswith("— ")
    shown = [cause.pk for cause in listed.context["cl"].result_list]
    assert [pk for pk in shown if pk != archived.pk] == expected
    assert archived.pk in shown


def test_an_archived_cause_is_offered_no_more_and_may_come_back(signed_in):
    cause = make_cause()
    client = signed_in("administrator")
    address = reverse("admin:spots_cause_change", args=[cause.pk])

    client.post(address, row(code="power", archived="on"))
    assert cause not in Cause.objects.in_use()
    client.post(address, row(code="power"))

    assert cause in Cause.objects.in_use()


@pytest.mark.parametrize("how", ["case", "event", "child"])
def test_a_cause_that_was_chosen_or_has_kinds_is_not_deleted(signed_in, how):
    cause = make_cause()
    if how == "case":
        make_spot(cause=cause)
    elif how == "event":
        make_event(make_spot(), "planned", facts={"cause": cause.pk})
    else:
        child("battery", cause)
    address = reverse("admin:spots_cause_delete", args=[cause.pk])

    signed_in("administrator").post(address, {"post": "yes"})

    assert Cause.objects.filter(pk=cause.pk).exists()


def test_the_page_says_what_holds_a_cause(signed_in):
    cause = make_cause()
    make_spot(cause=cause)
    address = reverse("admin:spots_cause_delete", args=[cause.pk])

    shown = signed_in("administrator").get(address)

    assert shown.context["protected"] == ["Заявки: 1"]


def test_a_cause_that_nobody_chose_is_deleted(signed_in):
    cause = make_cause()
    address = reverse("admin:spots_cause_delete", args=[cause.pk])

    signed_in("administrator").post(address, {"post": "yes"})

    assert not Cause.objects.filter(pk=cause.pk).exists()


def test_a_message_says_the_written_words():
    cause = make_cause()
    cause.written_en = "the power at our mast failed"
    case = make_spot(cause=cause)

    assert facts_of(case, "en", eta_at=None)["cause"] == "the power at our mast failed"
    assert facts_of(case, "ru", eta_at=None)["cause"] == cause.said_ru
