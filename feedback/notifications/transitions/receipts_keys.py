"""The address that a gateway reports to over HTTP: its token is the key, and is shown once."""

import secrets

from complaints.customers.personal import blind_index
from feedback.notifications.gateways import Gateway


def new_receipts_token(*, gateway_id: int) -> str:
    """Return a new token for a gateway's receipts. The one before is good for nothing any more."""
    token = secrets.token_urlsafe(32)
    Gateway.objects.filter(pk=gateway_id).update(receipts_index=blind_index(token))
    return token
