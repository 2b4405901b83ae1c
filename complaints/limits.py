"""How often something may be asked for, and by whom."""

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from django.core.cache import caches
from django.http import HttpRequest

DAY: Final = 24 * 60 * 60  # seconds

_OF_ONE: Final = 64  # bits: whoever has one address of IPv6 has all that begin like it
_OF_A_SITE: Final = 48  # and a line, or a rented server, may be given as many as begin like this


def sender_of(request: HttpRequest) -> str:
    """
    Return whom to count a request for: an address of the network, and of IPv6 the first of all
    that are one subscriber's. Empty where it came by a socket of this machine.
    """
    return _counted(request, _OF_ONE)


def network_of(request: HttpRequest) -> str:
    """
    Return the widest network that one may have: of IPv4 the address, as `sender_of`.

    A mobile network has as many subscribers in it: what is limited by it is to leave room for them.
    """
    return _counted(request, _OF_A_SITE)


def _counted(request: HttpRequest, bits: int) -> str:
    said = request.META.get("REMOTE_ADDR", "")
    try:
        address = ip_address(said)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), bits), strict=False).network_address)
    return str(address)


def seldom_enough(name: str, *, most: int, seconds: int, weight: int = 1) -> bool:
    """
    Count an event under a name, and return whether there were at most `most` since the first.

    The count ends `seconds` after it began. Each web process counts its own.

    weight  as how many it counts: bytes, where these are bounded
    """
    counts = caches["limits"]
    counts.add(name, 0, seconds)
    try:
        return counts.incr(name, weight) <= most
    except ValueError:  # it ran out between the two: better one too many than none
        return True


def all_seldom_enough(limits: Iterable[tuple[str, int, int]]) -> bool:
    """
    Count an event under several names, and return whether it is seldom enough under each.

    From the first that had too many on, none is counted: what is refused takes nothing from others.

    limits  name, how many at most, within how many seconds; the narrowest first
    """
    return all(seldom_enough(name, most=most, seconds=seconds) for name, most, seconds in limits)
