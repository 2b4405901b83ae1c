"""Phones and addresses of mail as people spell them among words. Pure: no Django."""

import re
from typing import Final

# Telephones and word processors put other blanks and hyphens than the keyboard has.
_BETWEEN: Final = r" ()\-\u00a0\u2007\u2009\u202f\u2010-\u2015"
# With dots and strokes, too, where it is grouped as numbers of Russia are: not an address of the
# network, nor a date.
_GROUPED: Final = rf"(?<!\d)(?:\+7|[78])[{_BETWEEN}./]*" + rf"[{_BETWEEN}./]*".join(
    [r"\d{3}", r"\d{3}", r"\d{2}", r"\d{2}(?!\d)"]
)
# Sought from where a word begins: from each of its letters, a long one would take seconds.
_MAIL: Final = r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+"
# A digit, and what may part it from the one before: 8.926–123/45/67.
NEXT_DIGIT: Final = r"(?:[\s().,/_\-\u2010-\u2015\u2212]{0,3}\d)"
# In words ten digits are a phone, or a card, whatever parts them. A date is none.
_PARTED: Final = rf"\+?(?!\d\d?\.\d\d?\.\d{{2,4}}\b)\d{NEXT_DIGIT}{{9,}}"


def personal(*, least: int, parted: bool = False) -> re.Pattern[str]:
    """
    Return what finds phones, cards and addresses of mail.

    least   characters of a number
    parted  ten digits, too, whatever parts them: for words, not for logs with addresses and hours
    """
    however = f"|{_PARTED}" if parted else ""
    return re.compile(rf"{_GROUPED}|\+?\d[\d{_BETWEEN}]{{{least - 2},}}\d{however}|{_MAIL}")
