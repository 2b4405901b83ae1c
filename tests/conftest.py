"""What every test has at hand."""

import math
import os
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connection, transaction
from django.test import Client, TransactionTestCase, override_settings
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from pytest_django import DjangoDbBlocker

from heatmaps_project.garbage import spare_what_stays
from heatmaps_project.models import User
from tests import browser, personal_in_logs
from tests.emptying import empty, remember
from tests.factories import make_user
from tests.processes import end_forked
from tests.scene import Scene, make_far, make_rival, make_scene

# A busy machine draws examples slowly, which is no failure of theirs.
hypothesis.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.load_profile("any machine")

TransactionTestCase._fixture_teardown = empty


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Begin with files that wait for browsers and servers, and end with those of few tests.

    In the end the other cores would wait for whatever takes long.
    """
    slow = {item.path for item in items if _waits(item)}
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in slow, -tests[item.path], item.path))


def pytest_collection_finish() -> None:
    """All is loaded that stays: to look through it again and again took a seventh of the time."""
    spare_what_stays()


def _waits(item: pytest.Item) -> bool:
    fixtures: set[str] = set(getattr(item, "fixturenames", ()))
    asked = item.get_closest_marker("django_db")
    commits = "transactional_db" in fixtures or (asked and asked.kwargs.get("transaction"))
    return bool(commits or fixtures & {"live_server", "here"})


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Where a database with all tables is at hand, each process copies it instead of migrating."""
    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get("TEST_TEMPLATE")
    # A busy machine is no failure: whoever asks how soon a wait is given up sets that himself.
    options = connection.settings_dict["OPTIONS"]
    options["connect_timeout"] = 60
    options["options"] += " -c lock_timeout=60000 -c statement_timeout=120000"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        remember()


@pytest.fixture(scope="session", autouse=True)
def _settings_of_tests() -> Iterator[None]:
    """Once for all: to change a setting for each test takes longer than many a test does."""
    with override_settings(
        # Nobody's password is worth half a second of each test that has one.
        PASSWORD_HASHERS=[
            "django.contrib.auth.hashers.MD5PasswordHasher",
            *settings.PASSWORD_HASHERS,
        ],
        # Whoever signs in by password alone is let in: test_second_factor.py asks for more.
        SECOND_FACTOR_ROLES=[],
        # Pages are tried without `collectstatic`; no client looks through all static files first.
        WHITENOISE_AUTOREFRESH=True,
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        # How many queries a call of the API takes does not depend on when others were written.
        API_CALLS_WRITTEN_EVERY=math.inf,
    ):
        yield


LISTENER = personal_in_logs.Listener()


@pytest.fixture(autouse=True)
def _nobody_is_named_in_a_log() -> Iterator[None]:
    personal_in_logs.listening(LISTENER)  # anew: who sets logging up takes its handlers away
    yield
    assert LISTENER.taken() == []


@pytest.fixture(scope="session", autouse=True)
def _nor_after_the_last_test() -> Iterator[None]:
    yield
    assert LISTENER.taken() == []


@pytest.fixture(scope="session", autouse=True)
def _browser_ends() -> Iterator[None]:
    yield
    browser.close()


@pytest.fixture(autouse=True)
def _nothing_kept_in_memory() -> Iterator[None]:
    """What one test has counted is not what another sees, nor in whose language and zone."""
    cache.clear()
    caches["limits"].clear()
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(autouse=True)
def _nobody_works_on() -> Iterator[None]:
    """What a test that failed has forked would hold rows that the next test begins without."""
    yield
    end_forked()


@pytest.fixture
def signed_in(client: Client) -> Callable[[str], Client]:
    """A browser-less client signed in as a new member of staff of a role."""

    def sign_in(role: str | User = "dispatcher") -> Client:
        client.force_login(
            role if isinstance(role, User) else make_user(role),
            backend="heatmaps_project.accounts.backends.RoleBackend",
        )
        return client

    return sign_in


@pytest.fixture(scope="module")
def rows_of_all(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What is written now is there for all tests of the file; what one of them changes is not."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def home(rows_of_all: None) -> Scene:
    """One row of everything, where the readers of the other factories are let in."""
    return make_scene()


@pytest.fixture(scope="module")
def rival(rows_of_all: None) -> Scene:
    return make_rival()


@pytest.fixture(scope="module")
def far(rows_of_all: None) -> Scene:
    return make_far()
