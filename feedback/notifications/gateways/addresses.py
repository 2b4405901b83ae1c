"""Numbers as gateways write them, found again by their blind index."""

from complaints.customers.personal import blind_index


def index_of(address: str) -> bytes | None:
    """Return the blind index of a phone, written with or without its plus; None: it is none."""
    digits = "".join(letter for letter in address if letter.isdigit())
    return blind_index(f"+{digits}") if digits else None
