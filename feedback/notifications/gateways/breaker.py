"""When a gateway that fails is left alone for a while."""

from datetime import timedelta

WINDOW = timedelta(minutes=1)  # over which outcomes are counted
SHUT_FOR = timedelta(minutes=1)  # then it is tried again
FAILING = 0.3  # share of what was tried
FEWEST = 10  # so many say nothing yet of a share


def is_failing(*, taken: int, failed: int) -> bool:
    """Say whether so many failures among what a gateway was given in a minute shut it."""
    tried = taken + failed
    return tried >= FEWEST and failed >= FAILING * tried
