"""Rights by role: read from the table in roles.py, so a deploy cannot leave them stale."""

from functools import partial
from typing import Any, Final

from django.contrib.auth.backends import ModelBackend
from django.db import DEFAULT_DB_ALIAS, connection
from django.http import HttpRequest

from complaints.customers.personal import EncryptedTextField
from complaints.turns import Turns
from heatmaps_project.accounts.guessers import is_known_at
from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.roles import PERMISSIONS

# To check a password takes a quarter of a second of a core: eighty at once of somebody whom nobody
# knows, and the balancer takes the web server for dead.
OF_STRANGERS: Final = Turns()
# Written once: every request of the staff reads its user. What is encrypted is read when asked for.
_COLUMNS: Final = [
    field.attname
    for field in User._meta.concrete_fields
    if not isinstance(field, EncryptedTextField)
]
_READ: Final = f"SELECT {', '.join(_COLUMNS)} FROM {User._meta.db_table} WHERE id = %s"


def user_of(user_id: Any) -> User | None:
    """Return whom a session is of; None: they have left us."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [user_id])
        found = cursor.fetchone()
    user = User.from_db(DEFAULT_DB_ALIAS, _COLUMNS, found) if found else None
    return user if user and user.is_active else None


def _is_known(username: str, request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return bool(user and user.is_authenticated) or is_known_at(username, request)


class RoleBackend(ModelBackend):
    """
    Django's own users, and the permissions of their role: no query.

    There are no others: Django's own, of users and groups, can be given on no page.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> Any:
        """
        Check a password: of names that are new to where they come from, one after the other.

        Whoever is locked out takes no turn: the backend before this one asks nobody further.

        :raises NoTurnError: too many others wait
        """
        check = partial(super().authenticate, request, username, password, **credentials)
        if request is None or not username or not password or _is_known(username, request):
            return check()
        with OF_STRANGERS.taken():
            return check()

    def get_user(self, user_id: Any) -> User | None:
        """Nobody, where a password is not enough: however such a session came to be."""
        user = user_of(user_id)
        return user if user and not user.asks_second_factor else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if obj is not None or not isinstance(user_obj, User) or not user_obj.is_active:
            return set()
        return set(PERMISSIONS.get(user_obj.role, ()))
