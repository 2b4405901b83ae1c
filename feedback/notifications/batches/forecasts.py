"""What a batch will send, counted before it goes."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from django.db.models import Count

from feedback.notifications.batches.composition import Composition
from feedback.notifications.batches.models import Announcement
from feedback.notifications.outbox.states import State
from feedback.notifications.recipients.audience import audience_of
from feedback.notifications.recipients.told import recipients
from feedback.notifications.templates.catalogue import Channel

STRIDE = 5000  # customers looked at together


@dataclass
class Forecast:
    """Counts of people and messages."""

    sms: dict[str, int] = field(default_factory=dict)  # by parts, as "1", "2" …
    pushes: int = 0
    emails: int = 0
    held: int = 0  # of them, until the morning
    mornings: dict[str, int] = field(default_factory=dict)  # of those, by `morning`
    late: int = 0  # too late to be of use, and not sent
    opted_out: int = 0
    silent: int = 0  # without phone and e-mail
    informed: int = 0  # who know it already
    left_out: int = 0  # strangers, when enough of them were told today

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        return cls(**stored)

    def stored(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def messages(self) -> int:
        return sum(self.sms.values()) + self.pushes + self.emails

    @property
    def at_once(self) -> int:
        return self.messages - self.held - self.late

    @property
    def parts(self) -> int:
        """SMS parts in all: what the gateways bill."""
        return sum(int(parts) * count for parts, count in self.sms.items())


def forecast(batch: Announcement, *, now: datetime) -> Forecast:
    """Return what a batch would send if it was written now, by the code that writes it."""
    audience, found, seen = audience_of(batch, now=now), Counter[str](), Forecast()
    composition, parts, after = Composition(batch, now=now), Counter[int](), batch.cursor
    mornings = Counter[str]()
    others = Counter[str]()
    while concerned := audience.following(after, limit=STRIDE):
        after = max(concerned)
        people = recipients(batch, concerned)
        seen.informed += len(concerned) - len(people)
        for who in people:
            if not who.channel:
                seen.silent += 1
            elif who.refused:
                seen.opted_out += 1
            else:
                message = composition.tried(who)
                found[message.state] += 1
                if message.state == State.HELD:
                    mornings[morning(message.due_at, message.time_zone)] += 1
                if message.channel == Channel.SMS:
                    parts[message.parts] += 1
                else:
                    others[message.channel] += 1
    seen.sms = {str(count): parts[count] for count in sorted(parts)}
    seen.pushes, seen.emails = others[Channel.PUSH], others[Channel.EMAIL]
    seen.held, seen.late = found[State.HELD], found[State.EXPIRED]
    seen.mornings = {when: mornings[when] for when in sorted(mornings)}
    return seen


def morning(at: datetime, zone: str) -> str:
    """Return when somebody's night ends, and by whose clock: "2026-03-26T04:00Z Asia/Omsk"."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ} {zone}"


def outcome(batch: Announcement) -> Forecast:
    """Return what a batch has written, in the same terms."""
    rows = batch.messages.values_list("channel", "parts").annotate(Count("pk"))
    counted = [(channel, parts, count) for channel, parts, count in rows.order_by("parts")]
    return Forecast(
        sms={str(parts): count for channel, parts, count in counted if channel == Channel.SMS},
        pushes=sum(count for channel, _parts, count in counted if channel == Channel.PUSH),
        emails=sum(count for channel, _parts, count in counted if channel == Channel.EMAIL),
        opted_out=batch.opted_out,
        silent=batch.without_contact,
        left_out=batch.left_out,
    )
