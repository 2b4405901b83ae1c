"""What every test has at hand."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from heatmaps_project.models import User
from tests.factories import make_user


@pytest.fixture(autouse=True)
def _static_files_as_they_are(settings: Settings) -> None:
    """Pages are tried without `collectstatic`."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


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
