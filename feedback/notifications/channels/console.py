"""No gateway at all: texts go to the log, with the number masked. For trials and the demo."""

import logging
from collections.abc import Sequence
from typing import Self

from complaints.customers.personal import masked_phone
from feedback.notifications.channels.outcome import Outcome, Outgoing
from feedback.notifications.templates.segments import segments

logger = logging.getLogger(__name__)


class ConsoleGateway:
    name = "console"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        """Nothing to give back."""

    def send(self, batch: Sequence[Outgoing]) -> list[Outcome]:
        return [self._show(outgoing) for outgoing in batch]

    def listen(self, *, seconds: float) -> None:
        """Nobody reports anything."""

    def _show(self, outgoing: Outgoing) -> Outcome:
        logger.info("SMS to %s: %s", masked_phone(outgoing.address), outgoing.text)
        count = len(segments(outgoing.text).parts)
        return Outcome({number: f"{outgoing.key}-{number}" for number in range(1, count + 1)})
