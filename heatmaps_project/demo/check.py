"""What `check --database default`, and so `migrate`, says of the demo's logins in production."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.checks import CheckMessage, Error

from heatmaps_project.accounts.models import ApiClient, User
from heatmaps_project.demo import logins
from heatmaps_project.operations.index_checks import is_there
from heatmaps_project.operations.transitions_of_indexes import Column


def nobody_of_the_demo(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse who can be anybody, where customers come by https: their passwords are published."""
    if not (databases and settings.PUBLIC_URL.startswith("https://")):
        return []
    open_to_all: list[str] = []
    if is_there(Column(User, "password")):
        known = [login for login, *_ in logins.STAFF]
        staff = User.objects.filter(username__in=known, is_active=True).order_by("username")
        passwords = staff.values_list("username", "password")
        open_to_all += [one for one, kept in passwords if check_password(logins.PASSWORD, kept)]
    if is_there(Column(ApiClient, "client_secret")):
        clients = ApiClient.objects.filter(client_id=logins.CLIENT_ID)
        secrets = clients.values_list("client_id", "client_secret")
        open_to_all += [one for one, kept in secrets if check_password(logins.CLIENT_SECRET, kept)]
    if not open_to_all:
        return []
    return [
        Error(
            f"README.md tells everybody how to sign in as: {', '.join(open_to_all)}.",
            hint="Begin with an empty database; or give them other passwords, or take them away.",
            id="heatmaps.E006",
        )
    ]
