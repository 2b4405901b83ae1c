"""How sessions began that a provider of identities vouched for, second factor and all."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from heatmaps_project.accounts.backends import user_of
from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.provider.client import is_set_up


class ProviderBackend(BaseBackend):
    """Knows whoever is bound to the provider, as long as there is one."""

    def get_user(self, user_id: Any) -> User | None:
        user = user_of(user_id)
        return user if user and user.provider_subject and is_set_up() else None
