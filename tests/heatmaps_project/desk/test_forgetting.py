"""Lookups and codes are forgotten when nobody needs them any more, and not before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from heatmaps_project.desk import transitions
from heatmaps_project.desk.own import transitions as codes
from heatmaps_project.models import Code, Look, Lookup, LookupOutcome
from tests.factories import NOW, make_brand, make_lookup, make_user

pytestmark = pytest.mark.django_db


def answered(lookup, *, at):
    LookupOutcome.objects.create(lookup=lookup, outcome="answered", at=at)
    return lookup


def test_an_old_lookup_goes_with_what_came_of_it_and_a_younger_one_stays():
    old, young = NOW - transitions.KEPT - timedelta(days=1), NOW - transitions.KEPT
    answered(make_lookup(at=old), at=old)
    stays = [
        answered(make_lookup(at=young), at=young),
        answered(make_lookup(at=old), at=young),  # a page that was left open
    ]

    assert [transitions.forget(now=NOW) for _ in range(2)] == [1, 0]

    assert list(Lookup.objects.order_by("pk")) == stays
    assert LookupOutcome.objects.count() == 2


def test_looks_at_personal_data_end_as_old_as_lookups():
    now = timezone.now()  # the database's trigger goes by its own clock
    of = {"by": make_user("agent"), "subject": "customer 1", "field": "phone", "reason": "call"}
    for days in (399, 401, 402):
        Look.objects.create(at=now - timedelta(days=days), **of)

    assert [transitions.forget_looks(now=now) for _ in range(2)] == [2, 0]
    assert Look.objects.get().at > now - transitions.KEPT


def test_a_code_is_forgotten_the_day_after():
    for hours in (25, 23):
        codes.ask(
            brand=make_brand(),
            phone="+79260000001",
            sender="",
            language="ru",
            now=NOW - timedelta(hours=hours),
        )

    assert codes.forget(now=NOW) == 1

    assert Code.objects.get().made_at == NOW - timedelta(hours=23)
