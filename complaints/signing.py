"""Signatures after Standard Webhooks: https://www.standardwebhooks.com"""

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from standardwebhooks.webhooks import Webhook

SHORTEST: Final = 24  # bytes of a key, as the standard asks for
_PREFIX: Final = "whsec_"


def new_secret() -> str:
    """Return a secret of 32 bytes as the standard writes it: whsec_ and base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def is_long_enough(secret: str) -> bool:
    """Whether nobody guesses the key that a secret holds: whsec_ alone is an empty one."""
    if not secret.startswith(_PREFIX):
        return len(secret.encode()) >= SHORTEST
    try:
        return len(base64.b64decode(secret.removeprefix(_PREFIX) + "==")) >= SHORTEST
    except ValueError:
        return False


def headers(body: str, *, message_id: UUID, keys: Sequence[str], now: datetime) -> dict[str, str]:
    """
    Return the headers of a message: its id, the moment, and a signature with each secret.

    Receivers refuse what was signed more than five minutes ago, so that nobody can play it again.
    """
    name = f"msg_{message_id.hex}"
    moment = now.astimezone(UTC)
    signed = [Webhook(key).sign(name, moment, body) for key in keys]
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signed),
    }
