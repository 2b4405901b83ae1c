"""What customers told us: complaints and their topics."""

from typing import Final, Self

from django.contrib.gis.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.customers.models import Brand, Customer, Named
from complaints.customers.personal import EncryptedTextField
from complaints.customers.walled import WalledQuerySet


class Topic(Named):
    """What a complaint is about, as contact centre and engineers both call it."""

    code = models.SlugField(_("code"), unique=True)
    severity = models.PositiveSmallIntegerField(_("severity"), default=3)  # 1 mild … 5 worst

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=5), name="topic_severity"
            )
        ]


class Channel(models.TextChoices):
    CALL = "call", _("call")
    TEXT = "text", _("text message")
    EMAIL = "email", _("e-mail")
    WEB_FORM = "web_form", _("web form")
    ACCOUNT = "account", _("personal account")
    SHOP = "shop", _("shop")
    SOCIAL = "social", _("social media")


class Precision(models.TextChoices):
    """How near the complaint's point is to the customer."""

    HOUSE = "house", _("house")
    STREET = "street", _("street")
    LOCALITY = "locality", _("locality")


class Placing(models.TextChoices):
    """Whether the complaint is on the map yet."""

    WAITING = "waiting", _("waiting for the geocoder")
    PLACED = "placed", _("on the map")
    REVIEW = "review", _("to be placed by a person")
    NOWHERE = "nowhere", _("nowhere: its address is known no more")


class Kept(models.IntegerChoices):
    """What of a person is still in a complaint; it only ever grows less."""

    ALL = 0, pgettext_lazy("of a complaint", "everything")
    WORDS = 1, pgettext_lazy("of a complaint", "the words; of the place 100 m")
    NOTHING = 2, pgettext_lazy("of a complaint", "nothing of a person; of the place 100 m")


# Put by the geocoder where its town is: the registry knows no nearer place.
COARSE: Final = Q(placing=Placing.PLACED, precision=Precision.LOCALITY, match_score__isnull=False)


class ComplaintQuerySet(WalledQuerySet["Complaint"]):
    walled = {"brand": False, "region": True}

    def in_effect(self) -> Self:
        return self.filter(withdrawn_at=None)


class Complaint(models.Model):
    """One complaint of one customer, as it came in, and where it is on the map."""

    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    source = models.CharField(_("source"), max_length=64)  # the API client or import it came by
    external_id = models.CharField(_("external id"), max_length=100)
    fingerprint = models.BinaryField(editable=False)  # of what was sent, to tell a retry
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, verbose_name=_("customer")
    )
    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name=_("topic"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    text = EncryptedTextField(_("text"))
    occurred_at = models.DateTimeField(_("occurred at"))
    received_at = models.DateTimeField(_("received at"), db_index=True)

    proven = models.BooleanField(  # else anybody may have sent it, under any name
        _("its sender knows the customer"), default=True, db_default=True
    )
    tell = models.BooleanField(  # whether the customer agrees to be told what becomes of it
        _("wants to be told"), default=True, db_default=True
    )

    address = EncryptedTextField(_("address"))
    address_index = models.BinaryField(null=True, editable=False)  # of the normalised address
    placing = models.CharField(
        _("placing"), max_length=8, choices=Placing.choices, default=Placing.WAITING
    )
    point = models.PointField(_("point"), null=True, blank=True)  # WGS 84
    precision = models.CharField(
        _("precision"), max_length=8, choices=Precision.choices, blank=True
    )
    match_score = models.FloatField(_("match score"), null=True, blank=True)  # 0 … 1
    placed_at = models.DateTimeField(_("placed at"), null=True, blank=True)
    region = models.ForeignKey(
        "complaints.Region", models.PROTECT, null=True, blank=True, verbose_name=_("region")
    )

    kept = models.PositiveSmallIntegerField(
        _("kept"), choices=Kept.choices, default=Kept.ALL, db_default=Kept.ALL
    )

    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    corrected_at = models.DateTimeField(_("corrected at"), null=True, blank=True)  # last
    corrections = models.PositiveIntegerField(  # a withdrawal is one
        _("corrections"), default=0, db_default=0
    )
    changed_at = models.DateTimeField(db_default=Now(), editable=False)  # kept by a trigger

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="complaint_once_per_source"
            ),
            models.CheckConstraint(
                condition=~Q(placing=Placing.PLACED)
                | (Q(point__isnull=False, placed_at__isnull=False) & ~Q(precision="")),
                name="complaint_placed_has_a_point",
            ),
            models.CheckConstraint(
                condition=Q(kept=Kept.ALL)
                | Q(address=None, address_index=None) & ~Q(precision=Precision.HOUSE),
                name="complaint_of_no_house",
            ),
            models.CheckConstraint(
                condition=~Q(kept=Kept.NOTHING) | Q(text=None), name="complaint_without_words"
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at", "id"],
                condition=Q(placing=Placing.WAITING),
                name="complaint_to_geocode",
            ),
            models.Index(
                fields=["received_at", "id"],
                condition=Q(placing=Placing.REVIEW),
                name="complaint_to_review",
            ),
            models.Index(
                fields=["address_index"],
                condition=Q(placing=Placing.REVIEW),
                name="complaint_same_address",
            ),
            models.Index(
                fields=["received_at", "id"], condition=COARSE, name="complaint_placed_coarsely"
            ),
            models.Index(
                fields=["address_index"], condition=COARSE, name="complaint_coarse_same_address"
            ),
            models.Index(
                fields=["region", "brand", "received_at", "id"],
                condition=Q(placing=Placing.PLACED),
                name="complaint_of_region",
            ),
            models.Index(fields=["external_id"], name="complaint_by_external_id"),
            models.Index(
                fields=["corrected_at"],
                condition=Q(corrected_at__isnull=False),
                name="complaint_corrected",
            ),
            models.Index(fields=["changed_at", "id"], name="complaint_changed"),
            models.Index(  # whatever was solved in a period, and how long it took
                fields=["resolved_at"],
                include=["id", "brand", "region", "received_at"],
                condition=Q(resolved_at__isnull=False, withdrawn_at=None),
                name="complaint_solved",
            ),
            models.Index(  # what is to end by its age
                fields=["brand", "kept", "received_at", "id"],
                condition=Q(kept__lt=Kept.NOTHING),
                name="complaint_of_age",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"


class SentKey(models.Model):
    """A key that a sender gave a request, and a keyed hash of what came with it."""

    source = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    digest = models.BinaryField(editable=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("key of a request")
        verbose_name_plural = _("keys of requests")
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="key_once_per_source")
        ]
        indexes = [models.Index(fields=["at"], name="key_at")]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"
