"""
Which addresses we call: none inside our own network, however their name is resolved (SSRF).

A name is checked when it is registered, so that people hear of it; what protects is the check of
the very address that is connected to, as a name may mean another one a moment later.
"""

import ipaddress
import socket
from collections.abc import Sequence
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
PORTS = {"https": 443, "http": 80}


class ForbiddenAddressError(Exception):
    """Nobody may be called there."""


def checked(url: str, *, plain: bool | None = None) -> SplitResult:
    """
    Return the parts of an address that may be called as it is written.

    plain  whether http:// is taken; None: where the settings say so

    :raises ForbiddenAddressError: in words
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ForbiddenAddressError("This is no address.") from None
    plain = settings.WEBHOOK_HTTP if plain is None else plain
    if parts.scheme != "https" and not (parts.scheme == "http" and plain):
        raise ForbiddenAddressError("The address has to begin with https://.")
    if not parts.hostname or parts.username is not None or parts.fragment:
        raise ForbiddenAddressError("The address needs a host, and no user or fragment.")
    try:
        numbers = ipaddress.ip_address(parts.hostname)
    except ValueError:
        return parts
    if not _may_be_called(str(numbers)):
        raise ForbiddenAddressError("This is an address of a private network.")
    return parts


def is_elsewhere(url: str, *, before: str) -> bool:
    """
    Whether an address is another host's than it was, or reached less safely.

    Whoever may name another host must not be told by it the secret that the one before was given.
    """
    try:
        new, old = urlsplit(url), urlsplit(before)
    except ValueError:
        return True
    return (new.scheme, new.netloc) != (old.scheme, old.netloc)


def resolved(host: str, port: int) -> Sequence[str]:
    """
    Return the numeric addresses of a host, each of which may be called.

    :raises ForbiddenAddressError: one of them is private, or there is none
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ForbiddenAddressError("The host has no address.") from None
    numbers = [str(entry[4][0]) for entry in found]
    if not all(_may_be_called(number) for number in numbers):
        raise ForbiddenAddressError("The host is in a private network.")
    return numbers


def _may_be_called(number: str) -> bool:
    address = _meant(ipaddress.ip_address(number.partition("%")[0]))
    if any(address in ipaddress.ip_network(one) for one in settings.WEBHOOK_PRIVATE_NETWORKS):
        return True
    is_old_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    is_of_one = not address.is_multicast and not address.is_reserved
    return address.is_global and is_of_one and not is_old_local


def _meant(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the address of IPv4 that a gateway would make of one of IPv6, else the address."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address in _NAT64:  # RFC 6052
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    behind = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or behind or address
