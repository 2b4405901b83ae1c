"""Push messages: the operator's app backend is asked to show one on a customer's telephone."""

import json
from datetime import UTC, datetime

from complaints.signing import headers
from feedback.notifications.channels.http import AskedGateway
from feedback.notifications.channels.outcome import Outgoing


class PushGateway(AskedGateway):
    """Signed as our webhooks are (Standard Webhooks), with the message's own key as its id."""

    def __init__(
        self, name: str, url: str, *, secret: str, id_at: str, per_second: int | None
    ) -> None:
        """
        secret  "whsec_" and base64, which the backend knows too

        :raises ValueError: as AskedGateway
        """
        super().__init__(name, url, id_at=id_at, per_second=per_second)
        self._secret = secret

    def request_of(self, outgoing: Outgoing) -> tuple[str, dict[str, str]]:
        told = {
            "id": str(outgoing.key),
            "brand": outgoing.brand,
            "customer": outgoing.address,
            "title": outgoing.subject,
            "text": outgoing.text,
            "language": outgoing.language,
            "reason": outgoing.reason,
        }
        body = json.dumps(told, ensure_ascii=False)
        # The moment of this attempt: who verifies refuses what was signed long ago.
        signed = headers(body, message_id=outgoing.key, keys=[self._secret], now=datetime.now(UTC))
        return body, {"Content-Type": "application/json", **signed}
