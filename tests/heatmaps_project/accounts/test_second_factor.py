"""Signing in asks for a code of one's phone after the password."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from heatmaps_project.accounts.second_factor import codes
from heatmaps_project.accounts.second_factor.models import SecondFactor
from heatmaps_project.accounts.second_factor.transitions import MOST_OF_STRANGERS, set_up
from heatmaps_project.checks import second_factor_is_asked
from heatmaps_project.models import User
from tests.browser import inaccessible, opened
from tests.factories import make_user

PASSWORD = "a long password"
RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"
LOGIN, QUEUE = "/admin/login/", "/admin/spots/spot/"
HOME = "203.0.113.7"


@pytest.fixture(autouse=True)
def _everybody_must(settings):
    settings.SECOND_FACTOR_ROLES = ["all"]


@pytest.fixture(name="clock")
def _clock():
    with time_machine.travel(datetime(2026, 11, 28, 9, tzinfo=UTC), tick=False) as clock:
        yield clock


def give_password(browser, user, address=HOME):
    sent = {"username": user.username, "password": PASSWORD}
    return browser.post(LOGIN, sent, REMOTE_ADDR=address)


def give_code(browser, code, address=HOME):
    return browser.post(reverse("sign-in-code"), {"code": code}, REMOTE_ADDR=address)


def is_in(browser) -> bool:
    return browser.get(QUEUE).status_code == 200


def key_on(page) -> str:
    (key,) = re.findall(r'sign-in-key">([A-Z2-7 ]+)<', page.content.decode())
    return key.replace(" ", "")


def codes_on(page) -> list[str]:
    return re.findall(r"<code>([\d ]+)</code>", page.content.decode())


def enrolled(role="dispatcher", **facts):
    """Somebody with a second factor; (user, key, recovery codes)."""
    user, key = make_user(role, password=PASSWORD, **facts), codes.new_key()
    now = datetime.now(UTC)
    return user, key, set_up(user=user, key=key, code=codes.code_at(key, now), now=now)


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_codes_are_those_of_rfc_6238(seconds, code):
    at = datetime.fromtimestamp(seconds, UTC)

    assert codes.code_at(RFC_KEY, at) == code
    assert codes.step_of(RFC_KEY, code, after=0, now=at) == seconds // 30
    assert "secret=" + RFC_KEY in codes.address_for_apps(RFC_KEY, account="ann", issuer="Here")


@given(st.integers(10**6, 10**10), st.integers(-300, 300))
def test_a_code_holds_for_a_step_before_and_after_and_once(seconds, later):
    made, now = datetime.fromtimestamp(seconds, UTC), datetime.fromtimestamp(seconds + later, UTC)
    step = codes.step_of(RFC_KEY, codes.code_at(RFC_KEY, made), after=0, now=now)

    is_near = abs((seconds + later) // 30 - seconds // 30) <= 1
    assert (step == seconds // 30) == is_near or step is not None  # one in a million meets another
    if step is not None:
        code = codes.code_at(RFC_KEY, made)
        assert codes.step_of(RFC_KEY, code, after=step, now=now) != step


@given(st.text(max_size=20))
def test_what_is_no_code_is_none(typed):
    at = datetime.fromtimestamp(59, UTC)

    assert (codes.step_of(RFC_KEY, typed, after=1, now=at) is not None) == (
        typed == codes.code_at(RFC_KEY, at + timedelta(seconds=30))
    )


@pytest.mark.django_db
def test_whoever_has_none_sets_one_up_signs_in_with_it_and_no_code_serves_twice(client, clock):
    user = make_user(password=PASSWORD)
    before = client.session.session_key
    step = give_password(client, user)
    assert step["Location"].startswith(reverse("second-factor-set-up"))
    between = client.session.session_key
    assert not is_in(client)
    page = client.get(step["Location"])
    key = key_on(page)
    assert key_on(client.get(step["Location"])) == key  # of a page that is read again
    assert "data:image/svg+xml" in page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0")

    wrong = client.post(step["Location"], {"code": "000000"})
    assert (wrong.status_code, is_in(client)) == (200, False)
    done = client.post(step["Location"], {"code": codes.code_at(key, datetime.now(UTC))})

    kept = codes_on(done)
    assert (len({*kept}), is_in(client)) == (10, True)
    assert len({before, between, client.session.session_key}) == 3
    assert "second_factor" not in client.session
    client.post("/admin/logout/")

    assert give_password(client, user)["Location"].startswith(reverse("sign-in-code"))
    assert not is_in(client)
    used = codes.code_at(key, datetime.now(UTC))
    assert (give_code(client, used).status_code, is_in(client)) == (200, False)
    clock.shift(30)
    to_the_map = f"{reverse('sign-in-code')}?next=/map/"
    signed = client.post(to_the_map, {"code": codes.code_at(key, datetime.now(UTC))})
    assert (signed["Location"], is_in(client)) == ("/map/", True)

    client.post("/admin/logout/")
    give_password(client, user)
    assert give_code(client, kept[3]).status_code == 302  # as it was noted, with its spaces
    assert is_in(client)
    client.post("/admin/logout/")
    give_password(client, user)
    assert (give_code(client, kept[3]).status_code, is_in(client)) == (200, False)


@pytest.mark.django_db
def test_a_step_is_waited_for_ten_minutes_and_of_one_browser_only(client, clock):
    user, key, _ = enrolled()
    clock.shift(60)
    give_password(client, user)
    clock.shift(601)
    assert give_code(client, codes.code_at(key, datetime.now(UTC)))["Location"] == LOGIN
    assert not is_in(client)
    assert give_code(Client(), codes.code_at(key, datetime.now(UTC)))["Location"] == LOGIN

    give_password(client, user)  # who may give a code may not set up another phone
    assert client.get(reverse("second-factor-set-up"))["Location"] == LOGIN
    leave = "https://elsewhere.example.org/"
    asked = f"{reverse('sign-in-code')}?next={leave}"
    assert client.post(asked, {"code": codes.code_at(key, datetime.now(UTC))})["Location"] == "/"


@pytest.mark.django_db
def test_whoever_is_slower_to_set_one_up_begins_again(client, clock):
    user, other = make_user(password=PASSWORD), Client()
    step = give_password(client, user)["Location"]
    give_password(other, user)
    mine, theirs = key_on(client.get(step)), key_on(other.get(step))
    assert mine != theirs  # each browser has a key of its own

    client.post(step, {"code": codes.code_at(mine, datetime.now(UTC))})
    late = other.post(step, {"code": codes.code_at(theirs, datetime.now(UTC))})

    assert (late["Location"], is_in(client), is_in(other)) == (LOGIN, True, False)
    assert SecondFactor.objects.get().key == mine


@pytest.mark.django_db
def test_in_the_database_a_key_is_sealed_and_codes_are_hashes(clock):
    _user, key, shown = enrolled()
    with connection.cursor() as cursor:
        cursor.execute("SELECT s::text FROM heatmaps_project_secondfactor s")
        (row,) = cursor.fetchone()

    assert key not in row
    assert key.encode().hex() not in row
    assert not any(code in row for code in shown)
    assert row.count("pbkdf2_sha256_secret") == 10


@pytest.mark.django_db
def test_a_session_by_password_alone_is_none_and_others_end_with_the_factor(client, clock):
    role = "heatmaps_project.accounts.backends.RoleBackend"
    user = make_user("engineer", password=PASSWORD)
    client.force_login(user, backend=role)
    assert not is_in(client)

    user, key, _ = enrolled()
    client.force_login(user, backend=role)
    assert not is_in(client)
    clock.shift(60)
    give_password(client, user)
    give_code(client, codes.code_at(key, datetime.now(UTC)))
    assert is_in(client)

    call_command("reset_second_factor", user.username)
    assert not is_in(client)
    assert give_password(client, user)["Location"].startswith(reverse("second-factor-set-up"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "role", "is_superuser", "expected"),
    [
        (["all"], "agent", False, True),
        (["administrator"], "agent", False, False),
        (["administrator"], "administrator", False, True),
        (["administrator"], "", True, True),
        ([], "administrator", True, False),
    ],
)
def test_who_must_is_a_setting_and_whoever_has_one_is_always_asked(
    client, settings, clock, asked, role, is_superuser, expected
):
    settings.SECOND_FACTOR_ROLES = asked
    user = make_user(role, password=PASSWORD, is_superuser=is_superuser)

    where = give_password(client, user)["Location"]
    assert where.startswith(reverse("second-factor-set-up")) == expected
    assert is_in(client) != expected

    other, _key, _ = enrolled(role or "engineer")
    assert give_password(Client(), other)["Location"].startswith(reverse("sign-in-code"))


def test_no_role_that_there_is_not_is_asked_for_one(settings):
    assert second_factor_is_asked(None) == []
    settings.SECOND_FACTOR_ROLES = ["administrators"]
    assert [fault.id for fault in second_factor_is_asked(None)] == ["heatmaps.E002"]
    settings.SECOND_FACTOR_ROLES = []
    assert [fault.id for fault in second_factor_is_asked(None)] == ["heatmaps.W001"]


@pytest.mark.django_db
def test_guessers_of_codes_are_stopped_and_the_owner_is_not(settings, clock):
    """They know the password: what is left is a number of six digits."""
    user, key, _ = enrolled()
    clock.shift(60)
    owner = Client()
    give_password(owner, user)
    assert give_code(owner, codes.code_at(key, datetime.now(UTC))).status_code == 302
    owner.post("/admin/logout/")

    tried = []
    for n in range(MOST_OF_STRANGERS + 5):  # from a new address each time
        stranger, address = Client(), f"198.51.100.{n}"
        give_password(stranger, user, address)
        tried.append(give_code(stranger, "000000", address).status_code)
    assert tried == [200] * len(tried)
    clock.shift(30)
    right = codes.code_at(key, datetime.now(UTC))
    late = Client()
    give_password(late, user, "198.51.100.99")
    assert give_code(late, right, "198.51.100.99").status_code == 200  # not even by chance
    assert not is_in(late)
    give_password(owner, user)
    assert give_code(owner, right).status_code == 302

    here = Client()
    give_password(here, user)
    answers = [give_code(here, "000000").status_code for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[-1] == 429  # as of wrong passwords
    clock.shift(timedelta(days=1, minutes=1))
    give_password(late, user, "198.51.100.99")
    again = give_code(late, codes.code_at(key, datetime.now(UTC)), "198.51.100.99")
    assert again.status_code == 302


@pytest.mark.django_db
def test_another_phone_and_other_codes_are_given_against_a_code(client, clock):
    user, key, old = enrolled()
    clock.shift(60)
    give_password(client, user)
    give_code(client, codes.code_at(key, datetime.now(UTC)))
    own = reverse("second-factor")
    assert "10" in client.get(own).content.decode()

    client.post(own, {"do": "codes", "proof": "000000"})
    client.post(own, {"do": "phone", "proof": PASSWORD})
    assert client.get(reverse("second-factor-set-up"))["Location"] == LOGIN
    new = codes_on(client.post(own, {"do": "codes", "proof": old[0]}))
    assert len(new) == 10
    assert {code.replace(" ", "") for code in new} & {*old} == set()

    asked = client.post(own, {"do": "phone", "proof": new[0]})
    second = key_on(client.get(asked["Location"]))
    done = client.post(asked["Location"], {"code": codes.code_at(second, datetime.now(UTC))})
    assert (len(codes_on(done)), is_in(client)) == (10, True)
    assert SecondFactor.objects.get().key == second != key
    told = LogEntry.objects.filter(object_id=user.pk).order_by("pk")
    assert [one.user for one in told] == [user] * 5  # set up, used, renewed, used, set up


@pytest.mark.django_db
def test_whoever_need_not_sets_one_up_against_the_password(client, settings, clock):
    settings.SECOND_FACTOR_ROLES = []
    user = make_user(password=PASSWORD)
    give_password(client, user)
    own = reverse("second-factor")

    client.post(own, {"do": "phone", "proof": "wrong"})
    assert client.get(reverse("second-factor-set-up"))["Location"] == LOGIN
    asked = client.post(own, {"do": "phone", "proof": PASSWORD})["Location"]
    key = key_on(client.get(asked))
    client.post(asked, {"code": codes.code_at(key, datetime.now(UTC))})

    assert is_in(client)
    assert User.objects.get().second_factor_at == datetime.now(UTC)


@pytest.mark.django_db
def test_an_administrator_takes_a_lost_one_away_and_it_is_written_down(client, clock):
    boss, key, _ = enrolled("administrator")
    lost, _key, _ = enrolled()
    above, _key, _ = enrolled("administrator", is_superuser=True)
    clock.shift(60)
    give_password(client, boss)
    give_code(client, codes.code_at(key, datetime.now(UTC)))

    users = reverse("admin:heatmaps_project_user_changelist")
    chosen = [boss.pk, lost.pk, above.pk]
    client.post(users, {"action": "take_second_factor_away", "_selected_action": chosen})

    had = dict(User.objects.values_list("pk", "second_factor_at"))
    assert (had[lost.pk], had[boss.pk] is None, had[above.pk] is None) == (None, False, False)
    last = LogEntry.objects.latest("pk")
    assert (last.user, last.object_id) == (boss, str(lost.pk))
    assert is_in(client)


@pytest.mark.django_db(transaction=True)
def test_it_is_set_up_in_a_browser_by_whoever_sees_and_whoever_does_not(live_server):
    user = make_user(password=PASSWORD)
    with opened(live_server, bypass_csp=True) as page:
        page.goto(LOGIN)
        page.fill("[name=username]", user.username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_selector(".sign-in-key")
        assert inaccessible(page) == []
        assert page.evaluate("document.querySelector('.sign-in img').naturalWidth") > 150
        key = page.text_content(".sign-in-key").replace(" ", "")
        page.fill("[name=code]", codes.code_at(key, datetime.now(UTC)))
        page.press("[name=code]", "Enter")
        page.wait_for_selector(".sign-in-codes")
        assert inaccessible(page) == []
        assert page.locator(".sign-in-codes li").count() == 10
        page.click(".sign-in a")
        page.wait_for_url("**/admin/spots/spot/")
        page.goto(reverse("second-factor"))
        assert inaccessible(page) == []
        assert (page.errors, page.complaints) == ([], [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["of the phone", "of recovery"])
def test_a_code_lets_one_of_many_sessions_in(kind, clock):
    user, key, kept = enrolled()
    clock.shift(timedelta(minutes=2))
    code = kept[0] if kind == "of recovery" else codes.code_at(key, datetime.now(UTC))
    browsers = [Client() for _ in range(8)]
    for browser in browsers:
        give_password(browser, user)
    together = threading.Barrier(8)

    def one(browser):
        together.wait()
        try:
            return give_code(browser, code).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(threads.map(one, browsers))

    assert statuses == [200] * 7 + [302]
    assert [is_in(browser) for browser in browsers].count(True) == 1
