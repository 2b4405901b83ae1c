"""What callers ask for that a brand's own system does: kinds of it, and each request."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand, Customer, Named
from complaints.customers.personal import EncryptedTextField
from complaints.customers.walled import WalledQuerySet
from heatmaps_project.desk.models import Lookup


class RequestKindQuerySet(WalledQuerySet["RequestKind"]):
    walled = {"brand": False}


class RequestKind(Named):
    """A service of a brand that can be asked for: another tariff, an option, a device set up."""

    brand = models.ForeignKey(
        Brand, models.PROTECT, related_name="+", verbose_name=_("brand"), db_index=False
    )
    code = models.SlugField(_("code"), help_text=_("By which the brand's system knows it."))
    active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords(app="heatmaps_project")

    objects = RequestKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of request")
        verbose_name_plural = _("kinds of requests")
        constraints = [
            models.UniqueConstraint(fields=["brand", "code"], name="requestkind_once_per_brand")
        ]


class State(models.TextChoices):
    SENT = "sent", pgettext_lazy("request", "sent")
    TAKEN = "taken", pgettext_lazy("request", "being done")
    DONE = "done", pgettext_lazy("request", "done")
    REFUSED = "refused", pgettext_lazy("request", "refused")


MOVES = {
    State.SENT: frozenset({State.TAKEN, State.DONE, State.REFUSED}),
    State.TAKEN: frozenset({State.DONE, State.REFUSED}),
    State.DONE: frozenset[State](),
    State.REFUSED: frozenset[State](),
}


class ServiceRequestQuerySet(WalledQuerySet["ServiceRequest"]):
    walled = {"brand": False}


WITH_A_SAYING = Q(words__isnull=False) | Q(answer__isnull=False)


class ServiceRequest(models.Model):
    """What a caller asked for, and how far the brand's system says that it is."""

    key = models.UUIDField(unique=True, default=uuid4, editable=False)  # of the form
    kind = models.ForeignKey(
        RequestKind, models.PROTECT, related_name="+", verbose_name=_("kind of request")
    )
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", verbose_name=_("brand"))
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="requests", verbose_name=_("customer")
    )
    lookup = models.ForeignKey(Lookup, models.SET_NULL, null=True, related_name="+")
    words = EncryptedTextField(_("what the caller says"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"))
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.SENT)
    answer = EncryptedTextField(_("answer"))  # of the brand's system, for agents
    changed_at = models.DateTimeField(_("changed at"))

    objects = ServiceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for service")
        verbose_name_plural = _("requests for service")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="request_state")
        ]
        indexes = [
            models.Index(fields=["customer", "-at"], name="request_of_customer"),
            models.Index(fields=["changed_at", "id"], name="request_changed"),
            models.Index(fields=["brand", "at"], condition=WITH_A_SAYING, name="request_of_age"),
        ]

    def __str__(self) -> str:
        return f"№ {self.pk}"
