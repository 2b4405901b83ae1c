"""How much a client of the API does in a day, where it is not taken back or costs everybody."""

import logging
from typing import Final

from rest_framework.exceptions import Throttled

from complaints.limits import DAY, seldom_enough

logger = logging.getLogger(__name__)

_ASK_AGAIN_S: Final = 60 * 60


def count_of_day(
    source: str, name: str, *, most: int, wants: str, refusal: str, weight: int = 1
) -> None:
    """
    Count under a name what a client does, once or `weight` times.

    wants  what one does who goes beyond `most`, as the log says it

    :raises Throttled: the client has done as much as it may; `refusal` says so
    """
    if not seldom_enough(f"{name}:{source}", most=most, seconds=DAY, weight=weight):
        logger.error("Client %s wants to %s in a day", source, wants)
        raise Throttled(wait=_ASK_AGAIN_S, detail=refusal)
