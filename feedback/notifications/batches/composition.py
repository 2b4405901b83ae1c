"""The messages of a batch, composed for each customer and not yet written."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from feedback.notifications.batches.models import Announcement
from feedback.notifications.batches.opening import expected_at
from feedback.notifications.holding.rules import SendingRule
from feedback.notifications.holding.scheduling import OF_USE_FOR, scheduled
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import State, Why
from feedback.notifications.recipients.told import Recipient
from feedback.notifications.recipients.zones import zone_of
from feedback.notifications.templates import wording
from feedback.notifications.templates.catalogue import OF_TERM, RATED, Reason
from feedback.surveys.links import links_to, sample_link

_UNASKED = frozenset({Reason.AREA, Reason.WORKS})


class Composition:
    """What the messages of one batch have in common, found once for all of them."""

    def __init__(self, batch: Announcement, *, now: datetime) -> None:
        self._batch = batch
        self._now = now
        self._written = batch.told
        self._zone = zone_of(batch.region)
        self._eta_at = expected_at(batch.case, batch.reason) if batch.case else None
        self._words: dict[str, wording.Wordings] = {}
        self._facts: dict[str, dict[str, str]] = {}
        self._schedules: dict[tuple[str, int], dict[str, Any]] = {}  # by zone and minutes from now
        self._a_minute = SendingRule.in_force().area_per_minute

    def rows(
        self, people: Collection[Recipient], invited: Mapping[int, int]
    ) -> Iterator[dict[str, Any]]:
        """
        Return the columns of each one's message; those it does not name are as usual.

        invited  the invitation of each customer who is asked as well
        While the rows are taken, the database is not asked.
        """
        links = links_to(invited.values())
        for reason in {who.reason for who in people}:
            self._words_for(reason)
        return (self._row(who, invited.get(who.customer_id), links) for who in people)

    def tried(self, who: Recipient) -> Message:
        """Return the message as it would be, with a link that leads nowhere."""
        is_asked = self._batch.reason in RATED and not who.unasked
        nowhere = {0: sample_link()} if is_asked else {}
        return Message(**self._row(who, None, nowhere))

    def _row(
        self, who: Recipient, invitation_id: int | None, links: Mapping[int, str]
    ) -> dict[str, Any]:
        batch = self._batch
        values = dict(self._facts_in(who.language), link=links.get(invitation_id or 0, ""))
        if who.complained_at is not None:
            values["complained_on"] = wording.day(who.complained_at, self._zone, who.language)
        row = {
            "batch_id": batch.pk,
            "reason": who.reason,
            "case_id": batch.case_id,
            "event_id": batch.event_id,
            "brand_id": batch.brand_id,
            "region_id": batch.region_id,
            "customer_id": who.customer_id,
            "invitation_id": invitation_id,
            "term": batch.case.eta_at if batch.case and who.reason in OF_TERM else None,
            **wording.worded(
                self._words_for(who.reason),
                values,
                channel=who.channel,
                language=who.language,
                segment=who.segment,
            ),
            **self._schedule(who.zone or self._zone),
        }
        self._written += 1
        return row

    def _words_for(self, reason: Reason) -> wording.Wordings:
        if reason not in self._words:
            case = self._batch.case
            self._words[reason] = wording.Wordings(
                reason,
                brand=self._batch.brand_id,
                cause=case.cause_id if case else None,
                topic=case.topic_id if case else None,
            )
        return self._words[reason]

    def _facts_in(self, language: str) -> dict[str, str]:
        if language not in self._facts:
            self._facts[language] = (
                wording.facts_of(self._batch.case, language, eta_at=self._eta_at)
                if self._batch.case
                else wording.facts_of_works(self._batch, language, zone=self._zone)
            )
        return self._facts[language]

    def _schedule(self, zone: str) -> dict[str, Any]:
        """Return the times and the state that the next message begins with."""
        minutes = self._written // self._a_minute if self._batch.reason in _UNASKED else 0
        if (zone, minutes) not in self._schedules:
            self._schedules[zone, minutes] = self._scheduled(zone, timedelta(minutes=minutes))
        return self._schedules[zone, minutes]

    def _scheduled(self, zone: str, after: timedelta) -> dict[str, Any]:
        row = {
            **scheduled(zone=zone, now=self._now, after=after),
            "expires_at": self._of_use_until(),
        }
        if row["expires_at"] <= self._now:
            return {**row, "state": State.EXPIRED, "why": Why.TOO_LATE}
        return row

    def _of_use_until(self) -> datetime:
        batch = self._batch
        told_of = batch.event.at if batch.event else batch.begun_at
        if batch.works and batch.works.ends_at:
            return min(told_of + OF_USE_FOR, batch.works.ends_at)
        return told_of + OF_USE_FOR
