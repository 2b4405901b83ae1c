"""Signatures after Standard Webhooks: https://www.standardwebhooks.com"""

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from standardwebhooks.webhooks import Webhook


def new_secret() -> str:
    """Return a secret of 32 bytes as the standard writes it: whsec_ and base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


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
