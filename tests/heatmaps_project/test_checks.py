"""What `check --deploy` refuses: keys that whoever has read the source knows."""

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError

from heatmaps_project.checks import (
    keys_are_secret,
    keys_are_secret_in_public,
    other_machines_are_sealed,
    redis_asks_who_comes,
    texts_are_not_printed,
)
from heatmaps_project.demo import logins
from heatmaps_project.demo.check import nobody_of_the_demo
from tests.factories import make_api_client, make_user

OWN = "q" * 43 + "="
SAFE = {
    "SECRET_KEY": "of this test alone",
    "DATA_KEYS": {"k1": OWN},
    "BLIND_INDEX_PEPPERS": {"": OWN},
}


@pytest.mark.parametrize(
    ("name", "of_tests"),
    [
        ("SECRET_KEY", lambda known: known.INSECURE),
        ("DATA_KEYS", lambda known: {"test": known.TEST_KEY}),
        ("DATA_KEYS", lambda known: {"k2": OWN, "k1": known.TEST_KEY}),
        ("BLIND_INDEX_PEPPERS", lambda known: {"": known.TEST_KEY}),
        ("BLIND_INDEX_PEPPERS", lambda known: {"p2": OWN, "p1": known.TEST_KEY}),
    ],
)
def test_each_key_that_tests_use_is_refused_whatever_it_is_called(settings, name, of_tests):
    for one, value in SAFE.items():
        setattr(settings, one, value)
    assert keys_are_secret(None) == []

    setattr(settings, name, of_tests(settings))

    [fault] = keys_are_secret(None)
    assert fault.id == "heatmaps.E001"
    assert name.removesuffix("S") in fault.msg


def test_texts_that_are_printed_into_the_log_are_warned_of(settings):
    settings.SMS_GATEWAY = "console:"
    assert [fault.id for fault in texts_are_not_printed(None)] == ["heatmaps.W003"]

    settings.SMS_GATEWAY = "smpp://user:secret@sms.example.org"
    assert texts_are_not_printed(None) == []


@pytest.mark.parametrize(
    ("host", "options", "redis", "named"),
    [
        ("", {"host": "/run/postgresql"}, "unix:///run/redis.sock?db=0", []),
        ("localhost", {}, "redis://127.0.0.1:6379/0", []),
        ("db1", {}, "redis://redis1:6379/0", ["DATABASE_URL", "REDIS_URL"]),
        ("", {"host": "/run,db2", "sslmode": "require"}, "redis://localhost", ["DATABASE_URL"]),
        ("db1", {"sslmode": "verify-full"}, "rediss://redis1?ssl_ca_certs=/ca.pem", []),
        ("", {}, "rediss://redis1?ssl_cert_reqs=none", ["REDIS_URL"]),
        ("", {}, "rediss://redis1?ssl_check_hostname=false", ["REDIS_URL"]),
    ],
)
def test_other_machines_that_anybody_could_be_are_warned_of(
    settings, monkeypatch, host, options, redis, named
):
    monkeypatch.setitem(settings.DATABASES["default"], "HOST", host)
    monkeypatch.setitem(settings.DATABASES["default"], "OPTIONS", options)
    settings.REDIS_URL = redis
    assert other_machines_are_sealed(None) == []

    settings.PUBLIC_URL = "https://heatmaps.example.org"
    assert [fault.msg.split()[1] for fault in other_machines_are_sealed(None)] == named


@pytest.mark.parametrize(
    ("redis", "named"),
    [
        ("unix:///run/redis.sock?db=0", []),
        ("redis://127.0.0.1:6379/0", []),
        ("rediss://redis1/0?ssl_ca_certs=/ca.pem", ["REDIS_URL"]),
        ("rediss://redis1/0?ssl_certfile=/own.pem&ssl_keyfile=/own.key", []),
        ("rediss://:a-password@redis1/0", []),
    ],
)
def test_a_redis_elsewhere_that_lets_anybody_in_is_warned_of(settings, redis, named):
    settings.REDIS_URL = redis
    assert redis_asks_who_comes(None) == []

    settings.PUBLIC_URL = "https://heatmaps.example.org"
    assert [fault.msg.split()[1] for fault in redis_asks_who_comes(None)] == named


@pytest.mark.django_db
def test_where_customers_come_by_https_nothing_starts_with_keys_that_everybody_knows(settings):
    """The units ask `migrate` before the web server starts, compose before everything."""
    assert keys_are_secret_in_public(None) == []

    settings.PUBLIC_URL = "https://heatmaps.example.org"
    with pytest.raises(SystemCheckError, match="Anybody knows what tests use"):
        call_command("migrate", plan=True, skip_checks=False)
    for one, value in SAFE.items():
        setattr(settings, one, value)
    assert keys_are_secret_in_public(None) == []


@pytest.mark.django_db
def test_nobody_signs_in_as_the_readme_says_where_customers_come(settings):
    login = logins.STAFF[0][0]
    user = make_user(username=login, password=logins.PASSWORD)
    client = make_api_client()
    client.client_id, client.client_secret = logins.CLIENT_ID, logins.CLIENT_SECRET
    client.save()
    assert nobody_of_the_demo(None, ["default"]) == []

    settings.PUBLIC_URL = "https://heatmaps.example.org"
    [fault] = nobody_of_the_demo(None, ["default"])
    assert f"{login}, {logins.CLIENT_ID}." in fault.msg

    user.set_password("another one of their own")
    user.save()
    [fault] = nobody_of_the_demo(None, ["default"])
    assert login not in fault.msg
    with pytest.raises(CommandError, match="published"):
        call_command("seed_demo")
