"""How much one API client may ask for."""

import time
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from complaints.limits import DAY, seldom_enough

WINDOW = 60  # seconds


class ClientThrottle(BaseThrottle):
    """
    settings.API_REQUESTS_PER_MINUTE for each client and process, counted by the clock's minute; and
    API_BYTES_PER_DAY of bodies, which are kept: one client's would fill the disk of all in hours.

    Requests without a token are not counted: they are refused before this.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        client = getattr(request.auth, "application_id", None)
        if client is None:
            return True
        key = f"api:{client}:{int(time.time() // WINDOW)}"
        if not seldom_enough(key, most=settings.API_REQUESTS_PER_MINUTE, seconds=2 * WINDOW):
            return False
        sent, most = int(request.META.get("CONTENT_LENGTH") or 0), settings.API_BYTES_PER_DAY
        return not sent or seldom_enough(f"sent:{client}", most=most, seconds=DAY, weight=sent)

    def wait(self) -> float:
        """Return the seconds until the next minute begins."""
        return WINDOW - time.time() % WINDOW
