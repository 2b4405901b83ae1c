"""Phones as they are kept, in E.164. Pure: no Django."""

import phonenumbers
from phonenumbers import country_code_for_region


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


def is_abroad(phone: str, *, region: str) -> bool:
    """Whether a phone (E.164) has another country's code than phones of a region."""
    return not phone.startswith(f"+{country_code_for_region(region)}")
