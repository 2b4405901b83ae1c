"""Cases tied to sites, equipment, outages and works: kept, shown, and within walls and rights."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.urls import reverse

from spots.cases.ties.transitions import MOST_TIES, tie, untie
from spots.cases.transitions import IllegalMoveError
from spots.models import Event, NetworkEvent, Tie
from tests.factories import (
    NOW,
    make_brand,
    make_network_event,
    make_site,
    make_spot,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_a_spot_is_tied_to_a_site_and_works_on_its_page_once_and_untied(signed_in):
    spot, by = make_spot(), make_user("engineer", language="en")
    site, works = make_site(), make_network_event(title="mast 17")
    page, client = reverse("admin:spots_spot_change", args=[spot.pk]), signed_in(by)
    address = reverse("admin:spots_spot_tie", args=[spot.pk])

    for _ in range(2):
        client.post(address, {"site": site.pk, "equipment": "sector 2"})
        client.post(address, {"event": works.pk})
    shown = client.get(page).content.decode()
    of_works = Tie.objects.get(event=works)
    for _ in range(2):
        client.post(address, {"ended": of_works.pk})

    assert "Untie mast 17" in shown and "sector 2" in shown
    assert "Tie to mast 17" not in shown
    assert "Tie to mast 17" in client.get(page).content.decode()
    kinds = Event.objects.filter(case=spot, by=by).order_by("pk").values_list("kind", "facts")
    assert list(kinds) == [
        ("tied", {"site": site.pk}),
        ("tied", {"network_event": works.pk}),
        ("untied", {"network_event": works.pk}),
    ]
    of_works.refresh_from_db()
    assert of_works.ended_by == by
    assert Tie.objects.current().get().equipment == "sector 2"


def test_what_makes_no_sense_is_refused():
    spot, by = make_spot(), make_user("engineer")
    site, works = make_site(), make_network_event()
    foreign = make_network_event(brand=make_brand("other"))
    for wrong in (
        {},
        {"site_id": site.pk, "event_id": works.pk},
        {"event_id": foreign.pk},
        {"event_id": works.pk, "equipment": "sector 2"},
        {"site_id": site.pk, "equipment": "x" * 101},
    ):
        with pytest.raises(IllegalMoveError):
            tie(case_id=spot.pk, by=by, now=NOW, **wrong)
    with pytest.raises(IllegalMoveError):
        tie(case_id=spot.pk, site_id=site.pk, by=make_user("agent"), now=NOW)
    ended = make_spot(state="closed", fixed_at=NOW, ended_at=NOW)
    with pytest.raises(IllegalMoveError):
        tie(case_id=ended.pk, site_id=site.pk, by=by, now=NOW)
    made = tie(case_id=spot.pk, site_id=site.pk, by=by, now=NOW)
    with pytest.raises(IllegalMoveError):
        untie(case_id=make_spot().pk, tie_id=made.pk, by=by, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tie.objects.create(case=spot, site=site, made_at=NOW, made_by=by)
    many = NetworkEvent.objects.bulk_create(
        NetworkEvent(
            brand=spot.brand,
            kind="works",
            title=str(number),
            area=works.area,
            starts_at=NOW + timedelta(hours=number),
        )
        for number in range(MOST_TIES)
    )
    for one in many[:-1]:
        tie(case_id=spot.pk, event_id=one.pk, by=by, now=NOW)
    with pytest.raises(IllegalMoveError):
        tie(case_id=spot.pk, event_id=many[-1].pk, by=by, now=NOW)


def test_a_case_behind_a_wall_is_not_there(client):
    by = make_user("engineer", everywhere=False)
    client.force_login(by)
    spot, site = make_spot(centre=Point(37.6, 55.75, srid=4326)), make_site()

    answer = client.post(reverse("admin:spots_spot_tie", args=[spot.pk]), {"site": site.pk})

    assert answer.status_code == 404 and not Tie.objects.exists()
