"""Where things are: regions, the registry of addresses, and what people placed by hand."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand, Named
from complaints.customers.personal import masked_point
from complaints.customers.walls import Walls
from complaints.intake.models import Complaint, ComplaintQuerySet, Placing, Precision


class RegionQuerySet(models.QuerySet["Region"]):
    def within(self, walls: Walls) -> Self:
        return self if walls.regions is None else self.filter(pk__in=walls.regions)

    def extent(self) -> tuple[float, float, float, float] | None:
        """Return the west, south, east and north of all together, in degrees; None: no region."""
        found: tuple[float, float, float, float] | None
        found = self.aggregate(found=models.Extent("outline"))["found"]
        return found


class Region(Named):
    """A part of the country that is watched as one: its outline and time zone."""

    code = models.SlugField(_("code"), unique=True)
    outline = models.MultiPolygonField(_("outline"))  # WGS 84
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Moscow")
    # The point whose UTM zone its metres are counted in: what was learnt in metres stays true
    # when the outline is edited. Null: it has not been watched yet.
    metres_from = models.PointField(null=True, editable=False, spatial_index=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")


class Locality(models.Model):
    """A town or village of the registry. Written by the import of addresses only."""

    name = models.CharField(_("name"), max_length=200)  # as the registry spells it
    key = models.CharField(max_length=200, unique=True)  # address.town_key
    point = models.PointField(_("point"))  # WGS 84; one of its streets' points, near the middle

    class Meta:
        verbose_name = _("locality")
        verbose_name_plural = _("localities")
        indexes = [GinIndex(fields=["key"], opclasses=["gin_trgm_ops"], name="locality_alike")]

    def __str__(self) -> str:
        return self.name


class Street(models.Model):
    """A street of the registry. Written by the import of addresses only."""

    locality = models.ForeignKey(Locality, models.PROTECT, verbose_name=_("locality"))
    name = models.CharField(_("name"), max_length=200)  # as the registry spells it
    key = models.CharField(max_length=200)  # address.street_key
    kind = models.CharField(max_length=20, blank=True)
    point = models.PointField(_("point"))  # WGS 84; one of its houses, near the middle

    class Meta:
        verbose_name = _("street")
        verbose_name_plural = _("streets")
        constraints = [
            models.UniqueConstraint(fields=["key", "locality", "kind"], name="street_once")
        ]
        indexes = [GinIndex(fields=["key"], opclasses=["gin_trgm_ops"], name="street_alike")]

    def __str__(self) -> str:
        return f"{self.locality}, {self.name}"


class Address(models.Model):
    """A house of the registry, and how many of our subscribers live in it."""

    street = models.ForeignKey(Street, models.PROTECT, verbose_name=_("street"))
    house = models.CharField(_("house"), max_length=40)  # as the registry spells it
    house_key = models.CharField(max_length=40)  # house.house_key
    number = models.PositiveIntegerField(editable=False)  # that the key begins with
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    point = models.PointField(_("point"))  # WGS 84
    subscribers = models.PositiveIntegerField(_("subscribers"), default=0)  # people

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [models.UniqueConstraint(fields=["street", "house_key"], name="address_once")]
        indexes = [models.Index(fields=["street", "number"], name="address_by_number")]

    def __str__(self) -> str:
        return f"{self.street}, {self.house}"


class HouseSubscribers(models.Model):
    """
    How many of a brand's subscribers live in a house, and, where it was told, which customers.

    Written by imports only. `Address.subscribers` stays what the registry itself was told.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    address = models.ForeignKey(
        Address, models.CASCADE, related_name="subscribers_by_brand", verbose_name=_("address")
    )
    people = models.PositiveIntegerField(_("subscribers"))
    # The CRM's ids, for messages to those who never complained: a customer may not be known
    # here yet, so these are no keys of Customer.
    crm_ids = ArrayField(models.CharField(max_length=100), default=list, blank=True)

    class Meta:
        verbose_name = _("subscribers of a house")
        verbose_name_plural = _("subscribers of houses")
        constraints = [
            models.UniqueConstraint(fields=["brand", "address"], name="house_once_per_brand")
        ]

    def __str__(self) -> str:
        return f"{self.address_id}: {self.people}"


class PlacedAddressQuerySet(models.QuerySet["PlacedAddress"]):
    def within(self, walls: Walls) -> Self:
        """Those of the brands, and of complaints, that walls let into."""
        seen = Q(complaint=None) | Q(complaint__in=Complaint.objects.within(walls))
        ours = Q() if walls.brands is None else Q(brand__in=walls.brands)
        return self.filter(seen, ours)


class PlacedAddress(models.Model):
    """Where a person placed an address the geocoder could not: a brand's later ones follow it."""

    # none of what was placed before it was told apart, whose complaint is gone: nobody follows it
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, verbose_name=_("brand"))
    # blind index of the normalised address; none for a complaint that came without an address
    address_index = models.BinaryField(null=True, editable=False)
    complaint = models.ForeignKey(
        Complaint, models.SET_NULL, null=True, editable=False, verbose_name=_("complaint")
    )  # the one that was looked at
    point = models.PointField(_("point"))  # WGS 84
    precision = models.CharField(_("precision"), max_length=8, choices=Precision.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("who"))
    at = models.DateTimeField(_("when"))
    history = HistoricalRecords(app="complaints")
    # read by the history when the row is saved
    _history_user: AbstractUser
    _history_date: datetime

    objects = PlacedAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address placed by a person")
        verbose_name_plural = _("addresses placed by a person")
        constraints = [
            models.UniqueConstraint(fields=["address_index", "brand"], name="placed_once_by_brand")
        ]

    def __str__(self) -> str:
        # The title of its page, beside the complaint: the exact place is somebody's home.
        return f"{self.get_precision_display()} {masked_point(*self.point.coords)}"


class UnplacedQuerySet(ComplaintQuerySet):
    def waiting_for_a_person(self, walls: Walls) -> Self:
        return self.within(walls).filter(placing=Placing.REVIEW)

    def first_of_each_address(self, walls: Walls) -> Self:
        """The oldest complaint of each address that waits for a person."""
        older = UnplacedComplaint.objects.waiting_for_a_person(walls).filter(
            Q(received_at__lt=OuterRef("received_at"))
            | Q(received_at=OuterRef("received_at"), pk__lt=OuterRef("pk")),
            address_index=OuterRef("address_index"),
        )
        return self.waiting_for_a_person(walls).exclude(Exists(older))

    def with_same_address(self, walls: Walls) -> Self:
        """Annotate `same_address`: how many of these walls wait with this address, itself too."""
        same = Complaint.objects.within(walls).filter(
            placing=Placing.REVIEW, address_index=OuterRef("address_index")
        )
        counted = same.order_by().values("address_index").annotate(n=models.Count("pk"))
        number = Subquery(counted.values("n"), output_field=IntegerField())
        return self.annotate(same_address=Coalesce(number, 1))


UnplacedManager = models.Manager.from_queryset(UnplacedQuerySet)


class UnplacedComplaint(Complaint):
    """A complaint that a person has to put on the map."""

    same_address: int  # present on rows from `with_same_address`

    objects: ClassVar[UnplacedManager["UnplacedComplaint"]] = UnplacedManager()

    class Meta:
        proxy = True
        verbose_name = _("complaint to place")
        verbose_name_plural = _("complaints to place")
        default_permissions = ()
        permissions = [("place_complaint", _("Can put complaints on the map"))]
