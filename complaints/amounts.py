"""Amounts as people write them in files (pure)."""

from decimal import Decimal, InvalidOperation

_SPACES = dict.fromkeys(map(ord, " \u00a0\u2009\u202f"))


def amount(text: str, *, most: Decimal) -> Decimal:
    """
    Return an amount that is written 1250000.5, 1 250 000,50 or the like, to the hundredth.

    :raises ValueError: it is none, below nought, or above `most`
    """
    try:
        found = Decimal(text.replace(",", ".").translate(_SPACES))
    except InvalidOperation:
        raise ValueError("no amount") from None
    if not found.is_finite() or not 0 <= found <= most:
        raise ValueError("an amount out of bounds")
    return found.quantize(Decimal("0.01"))
