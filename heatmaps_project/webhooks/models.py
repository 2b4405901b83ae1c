"""Who is told of what happens, and what they are told: the outbox of webhooks."""

import json
from datetime import datetime
from typing import Any, Self
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.customers.models import Brand
from complaints.customers.personal import EncryptedTextField
from heatmaps_project.accounts.models import ApiClient
from heatmaps_project.webhooks.events import EventType


class Face(models.TextChoices):
    """In whose words a client is told."""

    WEBHOOKS = "", _("webhooks")
    TICKETS = "troubleTicket", _("TMF621 trouble tickets")
    PROBLEMS = "serviceProblemManagement", _("TMF656 service problems")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def of(self, face: Face) -> Self:
        return self.filter(face=face)

    def told(self, now: datetime) -> Self:
        """Those that are not paused, of clients whose access has not ended."""
        lasts = Q(client__expires_at=None) | Q(client__expires_at__gt=now)
        return self.filter(lasts, active=True)

    def free(self, now: datetime) -> Self:
        """Those that nobody sends to just now, and whose receiver may be tried."""
        rows = self.told(now).filter(Q(lease_until=None) | Q(lease_until__lte=now))
        return rows.filter(Q(rests_until=None) | Q(rests_until__lte=now))


class Subscription(models.Model):
    """Where a client is told of events of its brands and regions, and of which."""

    client = models.ForeignKey(
        ApiClient, models.CASCADE, related_name="webhooks", verbose_name=_("API client")
    )
    brand = models.ForeignKey(  # None: every one of the client's
        Brand, models.CASCADE, null=True, blank=True, verbose_name=_("brand")
    )
    face = models.CharField(
        _("told as"), max_length=30, choices=Face.choices, default=Face.WEBHOOKS, blank=True
    )
    url = models.URLField(_("address"), max_length=500)
    query = models.CharField(_("filter"), max_length=500, blank=True)  # of a hub, as it was sent
    events = ArrayField(
        models.CharField(max_length=20, choices=EventType.choices), verbose_name=_("events")
    )
    stages = models.ManyToManyField(  # of ladders: of these it is told, whatever its events are
        "spots.Rung", blank=True, related_name="webhooks", verbose_name=_("stages of ladders")
    )
    secret = EncryptedTextField(_("secret"))  # whsec_…; a hub's listeners have none
    old_secret = EncryptedTextField()  # signs beside the new one for a while
    old_secret_until = models.DateTimeField(_("old secret valid until"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"))  # what happened earlier is not told
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    rests_until = models.DateTimeField(_("tried again at"), null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True, editable=False)  # of the worker that sends
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            models.CheckConstraint(
                condition=Q(lease=None, lease_until=None)
                | Q(lease__isnull=False, lease_until__isnull=False),
                name="webhook_lease_has_an_end",
            ),
            models.CheckConstraint(condition=Q(face__in=Face.values), name="webhook_face"),
            models.UniqueConstraint(
                fields=["client", "face", "url", "query"],
                condition=~Q(face=Face.WEBHOOKS),
                name="hub_listener_once",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class DeliveryState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("delivery", "to be sent")
    SENT = "sent", pgettext_lazy("delivery", "delivered")
    DEAD = "dead", pgettext_lazy("delivery", "given up")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def next_of_each_subject(self, now: datetime) -> Self:
        """Those that are due, and have none of the same subject before them."""
        before = Delivery.objects.filter(
            subscription=OuterRef("subscription"),
            subject=OuterRef("subject"),
            state=DeliveryState.PLANNED,
            pk__lt=OuterRef("pk"),
        )
        due = self.filter(state=DeliveryState.PLANNED, due_at__lte=now)
        return due.filter(~Exists(before))


class Delivery(models.Model):
    """One fact for one subscription: sent until it is taken, or given up after three days."""

    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    key = models.CharField(max_length=100)  # of the fact: two sweeps plan it once
    message_id = models.UUIDField(default=uuid4, unique=True, editable=False)  # webhook-id
    event = models.CharField(_("event"), max_length=20, choices=EventType.choices)
    subject = models.CharField(
        pgettext_lazy("delivery", "subject"), max_length=40
    )  # "spot:7"; told of in order
    payload = models.JSONField(_("content"))
    sealed = EncryptedTextField()  # JSON: the rest of the content, with customers' words
    of_brand = models.BigIntegerField(null=True, editable=False)  # of the fact, as walls know them
    of_region = models.BigIntegerField(null=True, editable=False)
    planned_at = models.DateTimeField(_("planned at"))
    state = models.CharField(
        pgettext_lazy("delivery", "state"),
        max_length=7,
        choices=DeliveryState.choices,
        default=DeliveryState.PLANNED,
    )
    due_at = models.DateTimeField(_("next attempt"))
    give_up_at = models.DateTimeField(_("given up at"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    status = models.PositiveSmallIntegerField(_("last answer"), null=True, blank=True)  # of HTTP
    error = models.CharField(_("error"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("delivered at"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["subscription", "key"], name="delivery_once_per_fact"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.SENT, sent_at__isnull=False)
                | (~Q(state=DeliveryState.SENT) & Q(sent_at=None)),
                name="delivery_sent_has_a_date",
            ),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "due_at"],
                condition=Q(state=DeliveryState.PLANNED),
                name="delivery_due",
            ),
            models.Index(
                fields=["subscription", "subject", "id"],
                condition=Q(state=DeliveryState.PLANNED),
                name="delivery_in_order",
            ),
            models.Index(fields=["sent_at"], name="delivery_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject}"

    @property
    def content(self) -> dict[str, Any]:
        """All that is sent."""
        return {**self.payload, **(json.loads(self.sealed) if self.sealed else {})}


class Position(models.Model):
    """
    How far a source of facts has been read.

    What is past `settled` is read again and again, up to `front`: it may appear late.
    """

    source = models.CharField(max_length=20, primary_key=True)
    settled = models.BigIntegerField()  # nothing up to it can appear any more
    seen = models.BigIntegerField()
    seen_at = models.DateTimeField()
    front = models.BigIntegerField(null=True)  # the last row that was read; None: begin at settled
    front_pk = models.BigIntegerField(null=True)
    again = models.BigIntegerField(null=True)  # the last row that was read again
    again_pk = models.BigIntegerField(null=True)
    again_since = models.DateTimeField(null=True)  # when this reading again began

    def __str__(self) -> str:
        return self.source
