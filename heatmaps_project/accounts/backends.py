"""Rights by role: read from the table in roles.py, so a deploy cannot leave them stale."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.roles import PERMISSIONS

# Written once: every request of the staff reads its user.
_READ = f"SELECT * FROM {User._meta.db_table} WHERE id = %s"


class RoleBackend(ModelBackend):
    """
    Django's own users, and the permissions of their role: no query.

    There are no others: Django's own, of users and groups, can be given on no page.
    """

    def get_user(self, user_id: Any) -> User | None:
        found = list(User.objects.raw(_READ, [user_id]))
        return found[0] if found and self.user_can_authenticate(found[0]) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if obj is not None or not isinstance(user_obj, User) or not user_obj.is_active:
            return set()
        return set(PERMISSIONS.get(user_obj.role, ()))
