"""Geocoders of others: how each brand asks them, and what they said."""

from datetime import UTC, datetime, timedelta
from typing import Final, Self

from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from complaints.customers.personal import EncryptedTextField
from complaints.intake.models import Precision

ASKED_AGAIN: Final = timedelta(days=30)  # what was not found: the provider's map may have grown
KEPT: Final = timedelta(days=365)
LEASE: Final = timedelta(minutes=5)  # after which whoever asks is taken for dead
SET_ASIDE: Final = timedelta(minutes=10)  # an address that was not answered: it may be the reason
MOST_PER_SECOND: Final = 50
OF_STRANGERS: Final = 4  # a quarter of a day's requests: anybody can fill in a form


class Kind(models.TextChoices):
    NOMINATIM = "nominatim", "Nominatim"
    PHOTON = "photon", "Photon"
    YANDEX = "yandex", _("Yandex")
    DADATA = "dadata", "DaData"


WITH_KEY: Final = (Kind.YANDEX, Kind.DADATA)


class Trouble(models.TextChoices):
    """Why a geocoder could not be asked."""

    UNREACHABLE = "unreachable", _("it is not reached, or does not answer in time")
    KEY = "key", _("it does not take the key")
    LIMIT = "limit", _("it was asked more than it allows")
    FAILED = "failed", _("it answers with an error")
    GARBAGE = "garbage", _("its answer is not understood")


class OnlineGeocoderQuerySet(models.QuerySet["OnlineGeocoder"]):
    def awake(self, now: datetime, *, proven: bool = True) -> Self:
        """
        Those that may be asked, in each brand's order.

        proven  for a complaint whose sender knows the customer: others have a share of the day
        """
        rows = self.filter(active=True).exclude(rests_until__gt=now)
        most = F("per_day") if proven else F("per_day") / OF_STRANGERS
        day = {"asked_on": now.astimezone(UTC).date(), "asked_that_day__gte": most}
        return rows.exclude(**day).order_by("brand", "place", "pk")


class OnlineGeocoder(models.Model):
    """One that a brand's addresses are sent to when neither registry nor people know them."""

    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    place = models.PositiveSmallIntegerField(
        _("place in the order"), default=1, help_text=_("The first one is asked first.")
    )
    active = models.BooleanField(_("active"), default=True)
    url = models.CharField(
        _("address"),
        max_length=300,
        blank=True,
        help_text=_("Of an installation of your own; empty: the provider's."),
    )
    key = EncryptedTextField(_("key"))
    per_second = models.PositiveSmallIntegerField(
        _("requests a second, at most"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PER_SECOND)],
    )

    per_day = models.PositiveIntegerField(
        _("requests a day, at most"),
        default=1000,
        validators=[MinValueValidator(1)],
        help_text=_("Days of UTC."),
    )

    next_at = models.DateTimeField(null=True, editable=False)  # it may be asked again
    asked_on = models.DateField(_("asked last on"), null=True, blank=True)
    asked_that_day = models.PositiveIntegerField(_("requests of that day"), default=0)
    rests_until = models.DateTimeField(_("rests until"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    trouble = models.CharField(
        _("last trouble"), max_length=11, choices=Trouble.choices, blank=True
    )
    answered_at = models.DateTimeField(_("answered last at"), null=True, blank=True)
    found = models.PositiveIntegerField(_("addresses found"), default=0)
    not_found = models.PositiveIntegerField(_("addresses not found"), default=0)

    objects = OnlineGeocoderQuerySet.as_manager()

    class Meta:
        verbose_name = _("online geocoder")
        verbose_name_plural = _("online geocoders")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "place"],
                name="online_geocoder_place_once",
                violation_error_message=_("The brand has a geocoder at this place of the order."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.brand}, {self.place}: {self.get_kind_display()}"


class State(models.TextChoices):
    ASKED = "asked"  # somebody is at it, or died
    FAILED = "failed"  # nothing is known
    FOUND = "found"
    NONE = "none"


class OnlineAnswerQuerySet(models.QuerySet["OnlineAnswer"]):
    def settled(self, now: datetime, *, proven: bool) -> Self:
        """
        Those for whose sake nobody has to be asked, and nothing is to be done.

        proven  for a complaint whose sender knows the customer
        """
        return self.filter(
            Q(state=State.ASKED, at__gt=now - LEASE)
            | Q(state=State.FAILED, at__gt=now - SET_ASIDE)
            | Q(state=State.NONE, at__gt=now - ASKED_AGAIN) & _believed(proven=proven)
        )

    def found(self, *, proven: bool) -> Self:
        """Those that tell where such a complaint is."""
        return self.filter(_believed(proven=proven), state=State.FOUND)


def _believed(*, proven: bool) -> Q:
    """Whose answers hold for a complaint: strangers choose the words that theirs are given to."""
    return Q(proven=True) if proven else Q()


class OnlineAnswer(models.Model):
    """
    What a geocoder said of an address: whatever is asked once is not sent again.

    The address itself is not kept, only its blind index.
    """

    geocoder = models.ForeignKey(OnlineGeocoder, models.CASCADE)
    address_index = models.BinaryField()
    # asked for a complaint whose sender knows the customer
    proven = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=6, choices=State.choices)
    at = models.DateTimeField()
    point = models.PointField(null=True, spatial_index=False)  # WGS 84
    precision = models.CharField(max_length=8, choices=Precision.choices, blank=True)

    objects = OnlineAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["geocoder", "address_index"], name="online_answer_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.FOUND) | (Q(point__isnull=False) & ~Q(precision="")),
                name="online_answer_found_has_a_point",
            ),
        ]
        indexes = [models.Index(fields=["at"], name="online_answer_by_age")]

    def __str__(self) -> str:
        return f"{self.geocoder_id}: {self.state}"
