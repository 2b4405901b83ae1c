"""Sessions and tokens that have ended."""

from datetime import datetime
from typing import Final

from django.contrib.sessions.models import Session
from oauth2_provider.models import AccessToken

_AT_ONCE: Final = 10_000


def forget_sessions(*, now: datetime) -> int:
    """
    Delete some of the sessions that have ended; return how many.

    Whoever goes to the provider of identities begins one, and need not come back from it: all at
    once may take longer than a statement may.
    """
    ended = Session.objects.filter(expire_date__lte=now).order_by("expire_date").values("pk")
    return Session.objects.filter(pk__in=ended[:_AT_ONCE]).delete()[0]


def forget_tokens(*, now: datetime) -> int:
    """Delete some of the tokens that have ended; return how many."""
    ended = AccessToken.objects.filter(expires__lte=now).order_by("pk").values("pk")
    return AccessToken.objects.filter(pk__in=ended[:_AT_ONCE]).delete()[0]
