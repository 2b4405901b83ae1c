"""Sessions of staff: whose they are, how they begin, and when they end."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "a long password"
BACKEND = "heatmaps_project.accounts.backends.RoleBackend"


def test_a_session_is_new_at_sign_in_framed_by_nobody_and_ends_with_the_account():
    user = make_user("dispatcher", password=PASSWORD)
    login, queue = reverse("admin:login"), reverse("admin:spots_spot_changelist")
    browser = Client()
    given = {"username": user.username, "password": PASSWORD}
    session = browser.session  # as somebody else began it, and handed its key over
    session["left"] = "by somebody else"
    session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    assert browser.post(login, given).status_code == 302

    page = browser.get(queue)
    assert browser.session.session_key != session.session_key
    assert page.status_code == 200
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"

    user.is_active = False
    user.save()
    assert browser.get(queue)["Location"].startswith(login)

    user.is_active = True
    user.set_password("another long password")
    user.save()
    assert browser.get(queue)["Location"].startswith(login)


def test_what_a_form_of_another_site_sends_is_not_done():
    user = make_user("dispatcher", password=PASSWORD)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user, backend=BACKEND)

    answer = browser.post(reverse("admin:spots_spot_fresh"), {"rows": ""})

    assert answer.status_code == 403


@pytest.mark.parametrize(("role", "stays"), [("agent", False), ("supervisor", True)])
def test_an_agent_who_does_nothing_signs_in_again(role, stays):
    browser = Client()
    with time_machine.travel(NOW, tick=False) as clock:
        browser.force_login(make_user(role), backend=BACKEND)
        for _quarter in range(3):
            clock.shift(timedelta(minutes=14))
            assert browser.get("/map/").status_code == 200
        clock.shift(timedelta(minutes=14))
        assert browser.post(reverse("acting")).status_code == 204
        clock.shift(timedelta(minutes=14))
        by_itself = {"Sec-Fetch-Mode": "cors"}
        assert browser.get(reverse("map-spots"), headers=by_itself).status_code != 302
        clock.shift(timedelta(minutes=2))

        left = browser.get("/map/")
        assert (left.status_code == 200) == stays
        if not stays:
            assert left["Location"].startswith("/admin/login/")
            assert browser.post(reverse("acting")).status_code == 302


def test_nothing_keeps_a_session_longer_than_half_a_day():
    """Django does, with each write to it: whoever has another's cookie would stay for ever."""
    user = make_user("dispatcher", password=PASSWORD)
    browser = Client()
    with time_machine.travel(NOW, tick=False) as clock:
        browser.post(reverse("admin:login"), {"username": user.username, "password": PASSWORD})
        clock.shift(timedelta(hours=11))
        again = {"proof": PASSWORD, "do": "phone"}
        assert browser.post(reverse("second-factor"), again).status_code == 302
        assert browser.get("/map/").status_code == 200
        clock.shift(timedelta(hours=2))

        assert browser.get("/admin/complaints/customer/")["Location"].startswith("/admin/login/")
        assert browser.get("/map/").status_code == 302


def test_nobody_guesses_the_password_at_somebodys_open_session():
    user = make_user("dispatcher", password=PASSWORD)
    browser, page = Client(), reverse("admin:password_change")
    browser.force_login(user, backend="heatmaps_project.accounts.backends.RoleBackend")
    new = {"new_password1": "of the guesser 1", "new_password2": "of the guesser 1"}

    for n in range(10):
        assert browser.post(page, {"old_password": f"guess {n}", **new}).status_code == 200
    late = browser.post(page, {"old_password": PASSWORD, **new})

    assert late["Location"] == page
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_long_passwords_are_taken_and_short_common_and_own_ones_are_not():
    user = make_user("agent", username="anna.ivanova", password=PASSWORD)

    validate_password("мокрый асфальт, три моста и чайник " * 4, user)  # 140 letters
    for refused in ("short pass", "925738164025", "password123456", "anna.ivanova1"):
        with pytest.raises(ValidationError):
            validate_password(refused, user)


@pytest.mark.parametrize("address", ["/lookup/", "/map/", "/admin/complaints/complaint/"])
def test_no_cache_keeps_a_page_of_the_staff(address):
    browser = Client()
    browser.force_login(make_user("supervisor"), backend=BACKEND)

    assert "no-store" in browser.get(address)["Cache-Control"]
