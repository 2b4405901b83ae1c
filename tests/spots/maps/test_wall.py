"""The map on a control room's wall stays signed in, within bounds."""

from datetime import timedelta

import pytest
import time_machine

from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


def test_a_wall_display_stays_signed_in_for_a_month_and_no_longer(signed_in):
    with time_machine.travel(NOW, tick=False) as clock:
        wall = signed_in(make_user("supervisor"))
        for _ in range(90):  # every ten minutes, in truth
            assert wall.post("/map/stay/").status_code == 204
            clock.shift(timedelta(hours=8))
        assert wall.post("/map/stay/").status_code == 204

        clock.shift(timedelta(hours=8))
        assert wall.post("/map/stay/").status_code == 403
        clock.shift(timedelta(hours=8))
        assert wall.get("/map/").status_code == 302


def test_a_page_that_is_no_wall_display_is_signed_out_after_half_a_day(signed_in):
    with time_machine.travel(NOW, tick=False) as clock:
        reader = signed_in(make_user("supervisor"))
        assert reader.get("/map/").status_code == 200
        clock.shift(timedelta(hours=13))

        assert reader.get("/map/").status_code == 302


def test_whoever_leaves_the_staff_is_out_at_once(signed_in):
    user = make_user("supervisor")
    wall = signed_in(user)
    assert wall.post("/map/stay/").status_code == 204

    user.is_active = False
    user.save()

    assert wall.post("/map/stay/").status_code == 302


def test_after_half_a_day_a_wall_display_opens_walls_alone(signed_in):
    """It hangs where people pass, signed in for weeks: it opens no customers, nor exports them."""
    with time_machine.travel(NOW, tick=False) as clock:
        for address in ("/admin/complaints/customer/", "/map/export.csv", "/reveal/", "/"):
            wall = signed_in(make_user("supervisor"))
            assert wall.post("/map/stay/").status_code == 204
            assert wall.get("/admin/complaints/customer/").status_code == 200
            for _ in range(2):
                clock.shift(timedelta(hours=8))
                assert wall.post("/map/stay/").status_code == 204
            for shown in ("/map/?wall=1", "/wall/", "/wall/numbers/", "/tiles/data/9/309/160.mvt"):
                assert wall.get(shown).status_code == 200

            assert wall.get(address)["Location"].startswith("/admin/login/")
            assert wall.get("/map/?wall=1").status_code == 302  # it is signed out
