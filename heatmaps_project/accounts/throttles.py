"""How much one API client may ask for."""

import time
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from complaints.limits import seldom_enough

WINDOW = 60  # seconds


class ClientThrottle(BaseThrottle):
    """
    settings.API_REQUESTS_PER_MINUTE for each client and process, counted by the clock's minute.

    Requests without a token are not counted: they are refused before this.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        client = getattr(request.auth, "application_id", None)
        if client is None:
            return True
        key = f"api:{client}:{int(time.time() // WINDOW)}"
        return seldom_enough(key, most=settings.API_REQUESTS_PER_MINUTE, seconds=2 * WINDOW)

    def wait(self) -> float:
        """Return the seconds until the next minute begins."""
        return WINDOW - time.time() % WINDOW
