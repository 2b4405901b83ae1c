"""The keys of gateways, shown once: what push messages are signed with, where receipts come in."""

import secrets

from complaints.customers.personal import blind_index
from complaints.signing import new_secret
from feedback.notifications.gateways.models import Gateway


def renew_secret(row: Gateway) -> None:
    """Sign a gateway's push messages with a new secret from now on."""
    row.secret = new_secret()
    row.save()


def new_receipts_token(*, gateway_id: int) -> str:
    """Return a new token for a gateway's receipts. The one before is good for nothing any more."""
    token = secrets.token_urlsafe(32)
    Gateway.objects.filter(pk=gateway_id).update(receipts_index=blind_index(token))
    return token
