"""The outbox: each message, its parts and their receipts."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.customers.models import Brand, Customer
from complaints.customers.numbers.models import own_customers
from complaints.customers.personal import EncryptedTextField
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from feedback.notifications.batches.models import Announcement
from feedback.notifications.outbox.states import FALLS_BACK_FROM, SPEAKS, UNSENT, State, Why
from feedback.notifications.templates.catalogue import (
    ASKING,
    TO_ONE,
    Channel,
    Language,
    Reason,
    Template,
)
from feedback.notifications.templates.segments import MOST_PARTS
from feedback.surveys.models import Invitation
from spots.cases.models import Case, Event


class MessageQuerySet(WalledQuerySet["Message"]):
    walled = {"brand": False, "region": True}

    def due(self, now: datetime) -> Self:
        return self.filter(state=State.PLANNED, due_at__lte=now)

    def with_own(self) -> Self:
        """Mark what goes to employees and test numbers: `is_own`."""
        ours = Q(customer__in=own_customers())
        return self.annotate(is_own=ExpressionWrapper(ours, models.BooleanField()))

    def unsent(self) -> Self:
        """Messages that nobody has begun to send."""
        return self.filter(state__in=UNSENT)


class Message(models.Model):
    """
    The outbox: one text for one customer about one event, and what became of it.

    The address is not kept here: it is the customer's own at the moment of sending.
    """

    reason = models.CharField(
        pgettext_lazy("message", "reason"), max_length=10, choices=Reason.choices
    )
    batch = models.ForeignKey(  # None: it asks
        Announcement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=pgettext_lazy("messages", "batch"),
        db_index=False,
    )
    case = models.ForeignKey(  # None: it asks about something else, or tells of works
        Case,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("case"),
        db_index=False,
    )
    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="messages")
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", verbose_name=_("brand"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    time_zone = models.CharField(_("time zone"), max_length=40)  # whose nights are quiet
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="messages", verbose_name=_("customer")
    )
    invitation = models.ForeignKey(
        Invitation, models.PROTECT, null=True, blank=True, related_name="messages"
    )
    # Of a survey asked by text: which question it puts, and the how manieth text it is.
    question = models.PositiveSmallIntegerField(default=0, db_default=0)  # 0: none by itself
    turn = models.PositiveSmallIntegerField(default=0, db_default=0)
    template = models.ForeignKey(  # None: a packaged text
        Template,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("template"),
    )
    channel = models.CharField(_("channel"), max_length=5, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = EncryptedTextField(_("text"))
    own_values = EncryptedTextField()  # JSON: variables that only its cause knows, a code say
    parts = models.PositiveSmallIntegerField(_("parts"))  # SMS as counted by segments.py; else 1
    term = models.DateTimeField(null=True, blank=True)  # that it names

    state = models.CharField(
        _("state"), max_length=11, choices=State.choices, default=State.PLANNED
    )
    planned_at = models.DateTimeField(_("planned at"))
    # of the first attempt, then of the next
    due_at = models.DateTimeField(pgettext_lazy("message", "due at"))
    expires_at = models.DateTimeField(_("of use until"))
    key = models.UUIDField(_("idempotency key"), default=uuid4, unique=True, editable=False)
    copy = models.PositiveSmallIntegerField(_("copy"), default=1)  # "send again" makes the next
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)  # of this copy
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    lease_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    handed_over_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    resent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent again by"),
    )
    resent_at = models.DateTimeField(_("sent again at"), null=True, blank=True)
    why = models.CharField(_("why"), max_length=11, choices=Why.choices, blank=True)
    error = models.CharField(_("gateway's words"), max_length=200, blank=True)
    # There is no channel left that was not tried.
    out_of_ways = models.BooleanField(default=False, db_default=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        permissions = [("resend_message", _("Can send a message again"))]
        constraints = [
            models.UniqueConstraint(
                fields=["reason", "event", "customer"], name="message_once_per_event_and_customer"
            ),
            models.UniqueConstraint(
                fields=["reason", "invitation", "turn"], name="message_once_per_turn"
            ),
            models.UniqueConstraint(
                fields=["batch", "customer"], name="message_once_per_batch_and_customer"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=sorted(ASKING | {Reason.INSIGHT}), invitation__isnull=False)
                | Q(reason__in=sorted(TO_ONE))
                | Q(case__isnull=False, event__isnull=False)
                | Q(batch__isnull=False),
                name="message_tells_or_asks",
            ),
            # a moved term is no second message; one that was cancelled was never sent
            models.UniqueConstraint(
                fields=["case", "customer"],
                condition=Q(reason=Reason.ETA_SET) & ~Q(state=State.CANCELLED),
                name="message_of_the_term_once",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="message_state"),
            models.CheckConstraint(
                condition=Q(state=State.CLAIMED, lease_until__isnull=False)
                | (~Q(state=State.CLAIMED) & Q(lease_until=None)),
                name="message_claimed_under_a_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.HANDED_OVER) | Q(handed_over_at__isnull=False),
                name="message_handed_over_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DELIVERED) | Q(delivered_at__isnull=False),
                name="message_delivered_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(parts__gte=1, parts__lte=MOST_PARTS), name="message_parts"
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "due_at", "id"],
                condition=Q(state=State.PLANNED),
                name="message_due",
            ),
            models.Index(fields=["due_at"], condition=Q(state=State.HELD), name="message_held"),
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=[State.PLANNED, State.HELD]),
                name="message_expires",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state=State.CLAIMED), name="message_lease"
            ),
            models.Index(
                fields=["handed_over_at"],
                condition=Q(state=State.HANDED_OVER),
                name="message_awaits_a_receipt",
            ),
            models.Index(
                fields=["claimed_at"],
                condition=Q(state=State.UNCERTAIN),
                name="message_uncertain",
            ),
            models.Index(
                fields=["id"],
                condition=Q(state__in=sorted(FALLS_BACK_FROM), out_of_ways=False),
                name="message_falls_back",
            ),
            models.Index(fields=["case", "state"], name="message_of_case"),
            models.Index(  # who was told of fixes in a period
                fields=["handed_over_at"],
                include=["case", "customer", "invitation"],
                condition=Q(reason=Reason.FIXED, handed_over_at__isnull=False),
                name="message_told_of_a_fix",
            ),
            models.Index(fields=["batch", "state"], name="message_of_batch"),
            models.Index(fields=["brand", "planned_at"], condition=SPEAKS, name="message_of_age"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.case_id or ''}/{self.pk}"


class PartState(models.IntegerChoices):
    """What is known of an SMS part. It only grows: what was delivered cannot be unsent."""

    SENT = 0, _("sent")
    EXPIRED = 1, _("expired")
    FAILED = 2, _("failed")
    DELIVERED = 3, _("delivered")


class Part(models.Model):
    """A part of a message that a gateway has taken."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="sent_parts", db_index=False)
    copy = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()  # 1, 2 …
    gateway = models.CharField(_("gateway"), max_length=100)
    gateway_id = models.CharField(_("gateway's id"), max_length=200)  # as gateway_ids.plain says
    address_index = models.BinaryField(null=True, editable=False)  # blind index of where it went
    sent_at = models.DateTimeField(_("sent at"))
    state = models.PositiveSmallIntegerField(
        _("state"), choices=PartState.choices, default=PartState.SENT
    )

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        constraints = [
            models.UniqueConstraint(
                fields=["message", "copy", "number"], name="part_once_per_copy"
            ),
            models.CheckConstraint(condition=Q(state__in=PartState.values), name="part_state"),
        ]
        indexes = [
            models.Index(fields=["gateway", "gateway_id"], name="part_by_gateway_id"),
            # what a customer's reply may be an answer to
            models.Index(fields=["address_index", "sent_at"], name="part_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.number}"


class Receipt(models.Model):
    """What a gateway reported of a part. Without a part it waits: it came before the answer."""

    gateway = models.CharField(max_length=100)
    gateway_id = models.CharField(max_length=200)  # as gateway_ids.plain says
    address_index = models.BinaryField(null=True, editable=False)
    state = models.PositiveSmallIntegerField(choices=PartState.choices)
    error = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()
    part = models.ForeignKey(Part, models.CASCADE, null=True, blank=True, related_name="receipts")

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "gateway_id", "address_index", "state"],
                nulls_distinct=False,
                name="receipt_once",
            )
        ]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(part=None), name="receipt_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.gateway_id}"
