"""Numbers as gateways write them, found again by their blind index."""

from complaints.customers.personal import blind_index, blind_indexes


def index_of(address: str) -> bytes | None:
    """Return the blind index of a phone, written with or without its plus; None: it is none."""
    return blind_index(phone_of(address))


def indexes_of(address: str) -> list[bytes]:
    """Return the blind indexes that rows of a phone may have, none for what is none."""
    return blind_indexes(phone_of(address))


def phone_of(address: str) -> str:
    """Return a phone with its plus, "" for what is none."""
    digits = "".join(letter for letter in address if letter.isdigit())
    return f"+{digits}" if digits else ""
