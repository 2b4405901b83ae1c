"""The keys of gateways, shown once: what push messages are signed with, where receipts come in."""

import secrets

from complaints.customers.personal import blind_index, blind_indexes
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


def reporter(token: str) -> str | None:
    """Return the name of the gateway in use whose receipts come with a token, None: of none."""
    rows = Gateway.objects.filter(receipts_index__in=blind_indexes(token), active=True)
    gateway = rows.first()
    if gateway is None:
        return None
    # Its token is kept nowhere: after a new pepper it is renewed when it is heard, or never.
    former = Gateway.objects.filter(pk=gateway.pk, receipts_index=gateway.receipts_index)
    if bytes(gateway.receipts_index or b"") != (index := blind_index(token)):
        former.update(receipts_index=index)
    return gateway.name
