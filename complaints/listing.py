"""Lists of the API: what one client reads of them leaves room for everybody else."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any, Final

from django.conf import settings
from rest_framework.exceptions import Throttled

from complaints.limits import seldom_enough
from complaints.turns import NoTurnError, Turns

_MINUTE: Final = 60  # seconds
_SOON: Final = 5  # seconds

_turns: dict[Any, Turns] = {}  # by client: these are the operator's own systems, and few


@contextmanager
def listing(client: Any) -> Iterator[None]:
    """
    Read one list for a client, while its others wait; each process by itself.

    A filter that few rows fit reads millions of them: a client that asks for dozens of such lists
    would hold all threads and PostgreSQL. What a list took counts when it is read.

    :raises Throttled: its lists took settings.API_LIST_SECONDS_PER_MINUTE within a minute, or
        enough others of it wait already
    """
    name, most = f"lists:{client}", settings.API_LIST_SECONDS_PER_MINUTE * 1000
    if not seldom_enough(name, most=most, seconds=_MINUTE, weight=0):
        raise Throttled(_MINUTE, "Lists took all the time that a client has for them in a minute.")
    try:
        with _turns.setdefault(client, Turns()).taken():
            began = time.monotonic()
            try:
                yield
            finally:
                took = ceil((time.monotonic() - began) * 1000)
                seldom_enough(name, most=most, seconds=_MINUTE, weight=took)
    except NoTurnError:
        raise Throttled(_SOON, "Other lists are being read for this client.") from None
