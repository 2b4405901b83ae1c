"""What of an address leaves the house."""

import re
from typing import Final

from complaints.customers.personal import scrubbed
from complaints.geocoding.spelling import MAX_LENGTH

_FLAT: Final = re.compile(
    r"[,;]?\s*(?<![\w-])(?:квартира|кв|офис|оф|комната|комн|ком|помещение|пом|подъезд|под|этаж|эт"
    r"|kvartira|kv|apartment|apt|ap|flat|office|ofis|of|room|unit|floor|entrance)"
    r"[\s.,:№#]*\d+\s?(?:[а-яёa-z](?!\w))?(?!\w)",
    re.IGNORECASE,
)


def leaving(address: str) -> str:
    """
    Return an address as it was written, without flat, office, floor, entrance, phones and e-mail.

    A house is found without them, and whoever else is asked for it need not know them.
    """
    named = scrubbed(address[:MAX_LENGTH]).replace("•••", " ")
    return " ".join(_FLAT.sub(" ", named).split()).strip(" ,;")
