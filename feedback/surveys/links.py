"""The link to the rating page of an invitation."""

from hashlib import sha256

from django.conf import settings
from django.urls import reverse

from feedback.surveys import tokens


def link_to(invitation_id: int) -> str:
    """Return the address that a customer is sent."""
    token = tokens.signed(invitation_id, key=_key(settings.SECRET_KEY))
    return settings.PUBLIC_URL.rstrip("/") + reverse("rating", args=[token])


def sample_link() -> str:
    """Return an address as long as a real one, that leads nowhere: for previews."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("rating", args=["0" * tokens.LENGTH])


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
