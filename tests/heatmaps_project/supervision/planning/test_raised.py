"""Outages, works and plans are as urgent as what they are tied to, and machines are told."""

from datetime import timedelta

import pytest
from django.urls import reverse

from heatmaps_project.models import Delivery, RaisedEvent
from heatmaps_project.supervision.planning.transitions_of_raised import note_raised
from heatmaps_project.webhooks import transitions as webhooks
from spots.cases.ties.transitions import tie, untie
from spots.models import Case
from tests.factories import (
    NOW,
    make_network_event,
    make_proposal,
    make_spot,
    make_subscription,
    make_user,
)

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def test_works_rise_with_a_spot_that_they_are_tied_to_and_each_rise_is_told_once(signed_in):
    make_subscription(events=["works.raised"])
    webhooks.plan(now=NOW)
    plan = make_network_event("build", external_id="B-17", ends_at=None)
    over, by = make_network_event(), make_user("engineer")
    spot = make_spot(band=3)
    made = tie(case_id=spot.pk, event_id=plan.pk, by=by, now=NOW)
    tie(case_id=spot.pk, event_id=over.pk, by=by, now=NOW)

    def noted(minutes: int, *, at=NOW + timedelta(hours=4)) -> int:
        count = note_raised(now=at + minutes * MINUTE)
        webhooks.plan(now=NOW + timedelta(hours=4, minutes=minutes))
        return count

    assert [noted(0), noted(1)] == [1, 0]  # what is over is left alone
    Case.objects.filter(pk=spot.pk).update(band=1)
    assert noted(2) == 1
    page = signed_in("planner").get(reverse("admin:spots_networkevent_changelist"))
    assert "P1" in page.content.decode()
    Case.objects.filter(pk=spot.pk).update(band=4)
    assert noted(3) == 1  # less urgent: noted, and nobody is called
    make_proposal(band=2).links.create(event=plan, band=2, raised_at=NOW, by=by)
    assert noted(4) == 1
    untie(case_id=spot.pk, tie_id=made.pk, by=by, now=NOW)
    assert noted(5) == 0  # the place still holds it there

    told = Delivery.objects.order_by("pk").values_list("payload", flat=True)
    assert [(one["data"]["was"], one["data"]["priority"]) for one in told] == [
        (None, 3),
        (3, 1),
        (4, 2),
    ]
    assert {one["data"]["external_id"] for one in told} == {"B-17"}
    bands = RaisedEvent.objects.order_by("pk").values_list("was", "band")
    assert list(bands) == [(None, 3), (3, 1), (1, 4), (4, 2)]


def test_what_is_tied_to_nothing_any_more_is_noted_and_can_rise_again():
    plan, spot, by = make_network_event("build", ends_at=None), make_spot(band=2), make_user()
    made = tie(case_id=spot.pk, event_id=plan.pk, by=by, now=NOW)
    note_raised(now=NOW)
    untie(case_id=spot.pk, tie_id=made.pk, by=by, now=NOW)
    note_raised(now=NOW)
    tie(case_id=spot.pk, event_id=plan.pk, by=by, now=NOW)
    note_raised(now=NOW)

    bands = RaisedEvent.objects.order_by("pk").values_list("was", "band")
    assert list(bands) == [(None, 2), (2, None), (None, 2)]
