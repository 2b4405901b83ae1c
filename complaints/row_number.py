"""Numbers of rows in addresses and forms."""

MOST_DIGITS = 18  # every such number fits the database's


def row_number(text: str) -> int | None:
    """The number of a row that a text gives; None: none that a database could hold."""
    known = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if known else None
