"""The link to the page of an invitation."""

from collections.abc import Iterable
from hashlib import sha256

from django.conf import settings
from django.urls import reverse

from feedback.surveys import tokens

_NOWHERE = "0" * tokens.LENGTH


def links_to(invitation_ids: Iterable[int]) -> dict[int, str]:
    """Return the address that each invited customer is sent, by invitation."""
    key, page = _key(settings.SECRET_KEY), sample_link()
    return {
        number: page.replace(_NOWHERE, tokens.signed(number, key=key)) for number in invitation_ids
    }


def sample_link() -> str:
    """Return an address as long as a real one, that leads nowhere: for previews."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("survey", args=[_NOWHERE])


def invitation_named(token: str) -> int | None:
    """Return the invitation that a token names; None: the token is not ours."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        number = tokens.number_of(token, key=_key(secret))
        if number is not None:
            return number
    return None


def _key(secret: str | bytes) -> bytes:
    # a key of its own: what is signed here means nothing elsewhere, and the reverse
    raw = secret.encode() if isinstance(secret, str) else secret
    return sha256(b"feedback.invitation:" + raw).digest()
