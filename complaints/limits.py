"""How often something may be asked for."""

from django.core.cache import cache


def seldom_enough(name: str, *, most: int, seconds: int) -> bool:
    """
    Count an event under a name, and return whether there were at most `most` since the first.

    The count ends `seconds` after it began. Each web process counts its own.
    """
    cache.add(name, 0, seconds)
    try:
        return cache.incr(name) <= most
    except ValueError:  # it ran out between the two: better one too many than none
        return True
