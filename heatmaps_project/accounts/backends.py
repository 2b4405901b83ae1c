"""Rights by role: read from the table in roles.py, so a deploy cannot leave them stale."""

from typing import Any, Final

from django.contrib.auth.backends import ModelBackend
from django.db import DEFAULT_DB_ALIAS, connection

from complaints.customers.personal import EncryptedTextField
from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.roles import PERMISSIONS

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


class RoleBackend(ModelBackend):
    """
    Django's own users, and the permissions of their role: no query.

    There are no others: Django's own, of users and groups, can be given on no page.
    """

    def get_user(self, user_id: Any) -> User | None:
        """Nobody, where a password is not enough: however such a session came to be."""
        user = user_of(user_id)
        return user if user and not user.asks_second_factor else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if obj is not None or not isinstance(user_obj, User) or not user_obj.is_active:
            return set()
        return set(PERMISSIONS.get(user_obj.role, ()))
