"""Rights by role: read from the table in roles.py, so a deploy cannot leave them stale."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.roles import PERMISSIONS


class RoleBackend(ModelBackend):
    """Django's own users and permissions, and those of the user's role."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        own = super().get_all_permissions(user_obj, obj)
        if obj is not None or not isinstance(user_obj, User) or not user_obj.is_active:
            return own
        return own | PERMISSIONS.get(user_obj.role, frozenset())
