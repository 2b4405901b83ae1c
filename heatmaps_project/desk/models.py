"""What was looked up, by whom, and what came of it: appended, never changed."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.customers.models import Brand, Customer
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from complaints.intake.models import Channel, Complaint
from spots.cases.models import Case


class Origin(models.TextChoices):
    """By which way it was asked."""

    PAGE = "page", _("lookup page")
    API = "api", "API"
    PANEL = "panel", _("panel in the CRM")
    OWN = "own", _("customer's own page")


class Asked(models.TextChoices):
    """By what it was asked, as questions.Asked."""

    ADDRESS = "address", _("address")
    POINT = "point", _("point")
    PHONE = "phone", _("phone")
    CUSTOMER = "customer", _("customer id")
    COMPLAINT = "complaint", _("complaint number")


class Situation(models.TextChoices):
    """What there was to say, as sentences.Kind; empty: no such place or person was found."""

    UNSURE = "unsure", pgettext_lazy("lookup", "place not known")
    WORKING = "working", pgettext_lazy("lookup", "worked on")
    OUTAGE = "outage", pgettext_lazy("lookup", "outage")
    WORKS = "works", pgettext_lazy("lookup", "planned works")
    FIXED = "fixed", pgettext_lazy("lookup", "fixed lately")
    NEAR = "near", pgettext_lazy("lookup", "spot near by")
    NO_COVERAGE = "no_coverage", pgettext_lazy("lookup", "no coverage")
    WORKS_SOON = "works_soon", pgettext_lazy("lookup", "works announced")
    OUTDOORS_ONLY = "outdoors_only", pgettext_lazy("lookup", "outdoors only")
    NOTHING = "nothing", pgettext_lazy("lookup", "nothing known")


class LookupQuerySet(WalledQuerySet["Lookup"]):
    walled = {"brand": True, "region": True}


class Lookup(models.Model):
    """One look at what is known of a caller, or of a place."""

    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    call = models.UUIDField(editable=False)  # several lookups of one conversation share it
    at = models.DateTimeField(_("when"))
    origin = models.CharField(_("way"), max_length=5, choices=Origin.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    client = models.ForeignKey(
        "heatmaps_project.ApiClient",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("API client"),
    )
    agent = models.CharField(_("agent"), max_length=100, blank=True)  # as the client calls them
    asked = models.CharField(_("asked by"), max_length=9, choices=Asked.choices)
    subject_index = models.BinaryField(null=True, editable=False)  # blind, of what was asked
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("customer"),
    )
    brand = models.ForeignKey(
        Brand, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("brand")
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    situation = models.CharField(
        _("situation"), max_length=13, choices=Situation.choices, blank=True
    )
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("spot")
    )
    took_ms = models.PositiveIntegerField(_("took, ms"))  # of the server

    objects = LookupQuerySet.as_manager()

    class Meta:
        verbose_name = _("lookup")
        verbose_name_plural = _("lookups")
        constraints = [
            models.CheckConstraint(
                condition=Q(origin=Origin.PAGE, by__isnull=False, client=None)
                | Q(origin__in=[Origin.API, Origin.PANEL], by=None, client__isnull=False)
                | Q(origin=Origin.OWN, by=None, client=None),
                name="lookup_says_who_asked",
            ),
            models.CheckConstraint(condition=Q(asked__in=Asked.values), name="lookup_asked"),
            models.CheckConstraint(
                condition=Q(situation__in=["", *Situation.values]), name="lookup_situation"
            ),
        ]
        indexes = [
            models.Index(fields=["at", "id"], name="lookup_at"),
            models.Index(fields=["by", "at"], name="lookup_by"),
            models.Index(
                fields=["client", "at"], condition=Q(client__isnull=False), name="lookup_client"
            ),
            models.Index(fields=["call"], name="lookup_call"),
            models.Index(
                fields=["subject_index"],
                condition=Q(subject_index__isnull=False),
                name="lookup_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"№ {self.pk}"


class Outcome(models.TextChoices):
    """What a lookup resulted in. Only the last two pass the case on."""

    ANSWERED = "answered", _("answered at once")
    ATTACHED = "attached", _("attached to the spot")
    PASSED_ON = "passed_on", _("complaint passed on")
    SINGLE = "single", _("single case opened")


CHANGING = (Outcome.ATTACHED, Outcome.PASSED_ON, Outcome.SINGLE)  # one of them a lookup


class LookupOutcome(models.Model):
    """What came of a lookup; without a row the conversation ended unsaid."""

    lookup = models.ForeignKey(Lookup, models.PROTECT, related_name="outcomes")
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome.choices)
    at = models.DateTimeField(_("when"))
    complaint = models.ForeignKey(
        Complaint, models.PROTECT, null=True, related_name="+", verbose_name=_("complaint")
    )
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, related_name="+", verbose_name=_("case")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, blank=True)
    tell = models.BooleanField(_("wants to be told"), null=True)

    class Meta:
        verbose_name = _("outcome of a lookup")
        verbose_name_plural = _("outcomes of lookups")
        constraints = [
            models.UniqueConstraint(fields=["lookup", "outcome"], name="lookup_outcome_once"),
            models.UniqueConstraint(
                fields=["lookup"], condition=Q(outcome__in=CHANGING), name="lookup_changes_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.ANSWERED, complaint=None)
                | Q(outcome__in=CHANGING, complaint__isnull=False, tell__isnull=False),
                name="lookup_outcome_has_a_complaint",
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()
