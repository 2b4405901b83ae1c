"""Phones as they are kept, in E.164. Pure: no Django."""

from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberType, country_code_for_region

# Whoever writes there pays for it, and whose number it is earns.
_PAID: Final = {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.PERSONAL_NUMBER}
# Of Abkhazia, and of satellites, under Russia's code: the metadata takes them for Russia's own.
_ABROAD: Final = ("+7840", "+7940", "+7954")


def e164(text: str, *, region: str) -> str:
    """
    Return a phone as +79261234512; "" where the text is none.

    region  of phones without a country code: "RU"
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def costs_more(phone: str, *, region: str) -> bool:
    """
    Whether a phone (E.164) is of another country than phones of a region, or is paid for by whoever
    calls it. Countries may share a code: +7 is Russia's and Kazakhstan's, +1 that of two dozen.
    """
    if not phone.startswith(f"+{country_code_for_region(region)}") or phone.startswith(_ABROAD):
        return True
    number = phonenumbers.parse(phone)
    country = phonenumbers.region_code_for_number(number)  # None: nobody's, and nothing arrives
    return country not in {None, region} or phonenumbers.number_type(number) in _PAID
