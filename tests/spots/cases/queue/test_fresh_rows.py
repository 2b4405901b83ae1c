"""The queue stays true while somebody looks at it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from spots.cases import transitions
from spots.cases.queue.columns import mark
from spots.models import Case
from tests.factories import make_brand, make_event, make_spot, make_team, make_user

pytestmark = pytest.mark.django_db

QUEUE = "/admin/spots/spot/"


def marks(*spots):
    rows = Case.objects.with_next_due().filter(pk__in=[spot.pk for spot in spots])
    return ",".join(f"{row.pk}:{mark(row)}" for row in rows)


def fresh(client, rows, query="", at=None):
    sent = {"rows": rows, "query": query, "newest": 0, "at": at or int(timezone.now().timestamp())}
    return client.post(f"{QUEUE}fresh/", sent)


def test_the_rows_that_changed_come_anew_and_no_others(signed_in):
    me = make_user("engineer")
    spot, still = (make_spot(team=make_team(), state="routed") for _ in range(2))
    rows = marks(spot, still)
    client = signed_in(me)
    assert b"data-spot" not in fresh(client, rows).content

    transitions.accept(case_id=spot.pk, by=me, now=timezone.now())

    page = fresh(client, rows).content.decode()
    assert f'data-spot="{spot.pk}"' in page
    assert "case-state-accepted" in page
    assert f'data-spot="{still.pk}"' not in page


def test_a_row_that_the_filter_would_lose_stays_and_says_what_it_is_now(signed_in):
    spot = make_spot(team=make_team(), state="routed")
    rows = marks(spot)
    transitions.dismiss(
        case_id=spot.pk, dismissed_for="test", by=make_user("dispatcher"), now=timezone.now()
    )

    assert "case-state-dismissed" in fresh(signed_in(), rows).content.decode()


def test_new_spots_are_counted_where_the_filter_shows_them(signed_in):
    old = make_spot(band=1)
    make_event(old, "opened", at=timezone.now() - timedelta(hours=1))
    rows = marks(old)
    for band in (1, 1, 2):
        make_event(make_spot(band=band), "opened", at=timezone.now())
    make_event(make_spot(brand=make_brand("other"), band=1), "opened", at=timezone.now())

    assert 'data-came="2"' in fresh(signed_in(), rows, "band=1").content.decode()


def test_a_spot_that_was_there_before_the_page_is_not_announced(signed_in):
    spot = make_spot()
    make_event(spot, "opened", at=timezone.now() - timedelta(minutes=5))

    assert 'data-came="0"' in fresh(signed_in(), "").content.decode()


@pytest.mark.parametrize("rows", ["x", "1", "1:2:3", "x:y"])
def test_what_is_no_page_of_the_queue_is_refused(signed_in, rows):
    assert fresh(signed_in(), rows).status_code == 400


def test_rows_behind_a_wall_do_not_come(signed_in):
    spot = make_spot(brand=make_brand("other"))

    assert b"data-spot" not in fresh(signed_in(), f"{spot.pk}:0").content


def test_however_many_rows_changed_eight_queries_are_enough(
    signed_in, django_assert_max_num_queries
):
    client, team = signed_in(), make_team()

    for count in (2, 30):
        spots = [make_spot(team=team, state="routed") for _ in range(count)]
        rows = ",".join(f"{spot.pk}:old" for spot in spots)
        with django_assert_max_num_queries(8):
            page = fresh(client, rows)
        assert page.content.decode().count("data-spot") == count
