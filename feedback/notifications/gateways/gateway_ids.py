"""The message ids of SMS gateways: some answer in hex and report in decimal, or the reverse."""

LONGEST = 200  # letters that are stored; SMPP 3.4 allows 65


def plain(gateway_id: str) -> str:
    """Return an id in the form it is stored in: no case, no leading zeros."""
    written = gateway_id.replace("\0", "").strip().lower()
    return written.lstrip("0")[:LONGEST] or "0"


def forms(gateway_id: str) -> tuple[str, ...]:
    """
    Return every id, in its stored form, that the one named in a receipt may have been given as.

    The id itself comes first, then its number in hex and in decimal.
    """
    name = plain(gateway_id)
    found = [name]
    if name.isascii() and name.isdigit():
        found.append(f"{int(name):x}")
    if all(letter in "0123456789abcdef" for letter in name):
        found.append(str(int(name, 16)))
    return tuple(dict.fromkeys(found))
