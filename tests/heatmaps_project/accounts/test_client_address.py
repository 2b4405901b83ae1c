"""The client's address behind proxies, which nobody can make up."""

from unittest.mock import Mock

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import hashers
from django.http import HttpResponse
from django.test import RequestFactory

from complaints import turns
from heatmaps_project.accounts import guessers
from heatmaps_project.accounts.backends import OF_STRANGERS
from heatmaps_project.accounts.client_address import ClientAddressMiddleware
from heatmaps_project.accounts.guessers import MOST_NAMES
from tests.factories import make_user

PROXY, CLIENT = "10.0.0.1", "203.0.113.7"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "taken"),
    [
        (0, CLIENT, PROXY),  # nobody is there to be believed
        (1, CLIENT, CLIENT),
        (1, f"198.51.100.1, {CLIENT}", CLIENT),  # what the client made up stands before
        (2, f"198.51.100.1, {CLIENT}, 10.0.0.2", CLIENT),
        (2, CLIENT, PROXY),  # it came around a proxy
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "nonsense", PROXY),
        (1, "", PROXY),
    ],
)
def test_the_address_is_the_one_that_the_outermost_trusted_proxy_heard(
    settings, proxies, forwarded, taken
):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=forwarded)
    seen = []

    def view(request):
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    ClientAddressMiddleware(view)(request)

    assert seen == [taken]


@pytest.mark.django_db
def test_a_guesser_behind_the_proxy_locks_nobody_else_out(client, settings):
    settings.TRUSTED_PROXIES = 1
    user = make_user(password="a long password")

    def sign_in(password, address):
        return client.post(
            "/admin/login/",
            {"username": user.username, "password": password},
            REMOTE_ADDR=PROXY,
            HTTP_X_FORWARDED_FOR=address,
        ).status_code

    for _ in range(settings.AXES_FAILURE_LIMIT):
        guessed = sign_in("wrong", "198.51.100.1")

    assert guessed == 429
    assert sign_in("a long password", "198.51.100.1") == 429
    assert sign_in("a long password", CLIENT) == 302


@pytest.mark.django_db
def test_one_password_is_tried_at_few_names_and_whoever_is_known_there_signs_in(client):
    known, new = (make_user(password="a long password") for _ in range(2))

    def sign_in(username, password, address):
        return client.post(
            "/admin/login/", {"username": username, "password": password}, REMOTE_ADDR=address
        ).status_code

    assert sign_in(known.username, "a long password", CLIENT) == 302
    client.logout()
    answers = [sign_in(f"nobody{n}", "a long password", CLIENT) for n in range(MOST_NAMES + 10)]

    assert answers == [200] * MOST_NAMES + [429] * 10
    assert sign_in(new.username, "a long password", CLIENT) == 429
    assert sign_in(new.username, "a long password", "198.51.100.9") == 302
    client.logout()
    assert sign_in(known.username, "a long password", CLIENT) == 302


@pytest.mark.django_db
def test_a_guesser_with_a_new_address_of_its_own_network_for_each_try_is_stopped(client, settings):
    user = make_user(password="a long password")

    def sign_in(password, address):
        return client.post(
            "/admin/login/",
            {"username": user.username, "password": password},
            REMOTE_ADDR=address,
        ).status_code

    answers = [sign_in("wrong", f"2001:db8:1:2::{n:x}") for n in range(settings.AXES_FAILURE_LIMIT)]

    assert answers[-1] == 429
    assert sign_in("a long password", "2001:db8:1:2:ffff::1") == 429
    assert sign_in("a long password", "2001:db8:1:3::1") == 302  # somebody else's network


@pytest.mark.django_db
@pytest.mark.parametrize("limit", ["OF_A_NETWORK", "OF_ALL"])
def test_passwords_that_nobody_has_cost_others_no_more_than_a_share(client, monkeypatch, limit):
    """Each takes a third of a second to check; a line with IPv6 has an address for each."""
    known, new = (make_user(password="a long password") for _ in range(2))
    checked = Mock(wraps=hashers.check_password)
    monkeypatch.setattr("django.contrib.auth.base_user.check_password", checked)
    monkeypatch.setattr(guessers, limit, 3)

    def sign_in(username, address):
        sent = {"username": username, "password": "a long password"}
        status = client.post("/admin/login/", sent, REMOTE_ADDR=address).status_code
        client.logout()
        return status

    apart = "2001:db8:{:x}:{:x}::1"
    many = [(1, n) if limit == "OF_A_NETWORK" else (n, 1) for n in range(6)]
    assert sign_in(known.username, apart.format(9, 9)) == 302
    made = [make_user() for _ in many]
    before = checked.call_count
    answers = [
        sign_in(user.username, apart.format(*where)) for user, where in zip(made, many, strict=True)
    ]

    left = 3 if limit == "OF_A_NETWORK" else 2
    assert answers == [200] * left + [429] * (6 - left)
    assert checked.call_count - before == left
    assert sign_in(new.username, apart.format(7, 7)) == (302 if limit == "OF_A_NETWORK" else 429)
    assert sign_in(known.username, apart.format(9, 9)) == 302


@pytest.mark.django_db
def test_strangers_passwords_are_checked_in_turn_and_those_of_known_people_at_once(
    client, monkeypatch, settings
):
    """Eighty at once took the web server from the balancer, for everybody."""
    known, new = (make_user(password="a long password") for _ in range(2))
    monkeypatch.setattr(turns, "PATIENCE_S", 0.01)

    def sign_in(user):
        sent = {"username": user.username, "password": "a long password"}
        answer = client.post("/admin/login/", sent, REMOTE_ADDR=CLIENT)
        client.logout()
        return answer

    assert sign_in(known).status_code == 302
    locked = make_user()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(locked)
    with OF_STRANGERS.taken():
        refused = sign_in(new)
        assert sign_in(known).status_code == 302
        assert sign_in(locked).status_code == 429  # whoever floods with such takes no turn

    assert "через несколько секунд" in refused.content.decode()
    assert sign_in(new).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("by_name", [True, False], ids=["one name", "many names"])
def test_whoever_is_locked_out_has_nothing_more_written_down(client, settings, by_name):
    """Each try was added to what was known of them, and the whole of it written anew."""
    until = settings.AXES_FAILURE_LIMIT if by_name else MOST_NAMES
    written, answers = [], []

    for number in range(until + 5):
        form = {"username": f"a{0 if by_name else number}", "password": "x", "more": "m" * 900}
        agent = f"agent {number % 3 if by_name else 0}"
        answers.append(client.post("/admin/login/", form, HTTP_USER_AGENT=agent).status_code)
        rows = AccessAttempt.objects.values_list("post_data", flat=True)
        written.append((len(rows), sum(map(len, rows))))

    assert answers[-5:] == [429] * 5
    assert written[-6:] == [written[until - 1]] * 6
