"""Sessions and tokens that have ended."""

from datetime import datetime
from typing import Final

from django.contrib.sessions.models import Session
from oauth2_provider.models import AccessToken

_AT_ONCE: Final = 10_000


def forget_ended(*, now: datetime) -> int:
    """
    Delete sessions that have ended, and at most 10,000 tokens; return how many rows.

    Whoever goes to the provider of identities begins a session, and need not come back from it.
    """
    sessions = Session.objects.filter(expire_date__lte=now).delete()[0]
    tokens = AccessToken.objects.filter(expires__lte=now).order_by("pk").values("pk")[:_AT_ONCE]
    return sessions + AccessToken.objects.filter(pk__in=tokens).delete()[0]
