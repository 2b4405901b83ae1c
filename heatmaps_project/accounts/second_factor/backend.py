"""Whoever has given their password gives a code: the way of sign-in that a session remembers."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from django.utils import timezone

from heatmaps_project.accounts.backends import user_of
from heatmaps_project.accounts.guessers import is_known_at
from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.second_factor.transitions import is_theirs


class SecondFactorBackend(BaseBackend):
    """
    Takes a code after the password (pending.py); what one may do, RoleBackend says.

    Wrong codes are failed sign-ins as wrong passwords are, so guessers.py stops whoever guesses.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str = "",
        secret_code: str = "",
        **more: Any,
    ) -> User | None:
        user = User.objects.filter(username=username, is_active=True).first()
        if request is None or user is None or not secret_code:
            return None
        ours = is_theirs(
            user=user,
            code="".join(secret_code.split()),
            is_known_there=is_known_at(username, request),
            now=timezone.now(),
        )
        return user if ours else None

    def get_user(self, user_id: Any) -> User | None:
        user = user_of(user_id)
        return user if user and user.second_factor_at else None
