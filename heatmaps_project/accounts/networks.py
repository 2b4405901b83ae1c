"""Networks that machines call from (pure)."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network


def within(address: str, networks: Iterable[str]) -> bool:
    """Whether an address is in one of some networks (CIDR); an address that is none is in none."""
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in ip_network(network) for network in networks)


def is_network(text: str) -> bool:
    """Whether a text is an address or a network, with no bits set beyond its length."""
    try:
        ip_network(text)
    except ValueError:
        return False
    return True
