"""Work on causes: cases (spots and single cases), their members and their events."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from complaints.intake.models import Complaint, Topic
from spots.cases.catalogue import Cause, FixKind
from spots.cases.events import EventKind
from spots.cases.indexes import AUDITED, ENDED_AT, OF_EVENTS, OPENED_AT
from spots.cases.priority.models import PriorityWeights
from spots.cases.states import ENDED, MAY_WAIT, WATCHED, WORKING, Dismissal, State, WaitsFor
from spots.network.models import Technology
from spots.routing.models import Team
from spots.sla.models import Clock


class Kind(models.TextChoices):
    SPOT = "spot", _("spot")
    SINGLE = "single", _("single case")


class CaseQuerySet(WalledQuerySet["Case"]):
    def spots(self) -> Self:
        return self.filter(kind=Kind.SPOT)

    def working(self) -> Self:
        """Cases that somebody still has to do something about."""
        return self.filter(state__in=WORKING)

    def watched(self) -> Self:
        """Cases declared fixed, and yet to be proved so."""
        return self.filter(state__in=WATCHED)

    def current(self) -> Self:
        """Cases that are worked on, or fixed and still watched."""
        return self.exclude(state__in=ENDED)

    def with_newest_event(self) -> Self:
        """Add the number of its newest event, of the same moment as the row itself."""
        newest = Event.objects.filter(case=OuterRef("pk")).order_by("-pk")
        return self.annotate(newest_event=Subquery(newest.values("pk")[:1]))

    def with_next_due(self) -> Self:
        """Add the promise that runs out next, or ran out first and is still open."""
        first = Clock.objects.running().filter(case=OuterRef("pk")).order_by("due_at", "pk")
        return self.annotate(
            next_due_at=Subquery(first.values("due_at")[:1]),
            next_target=Subquery(first.values("target")[:1]),
        )


class Case(models.Model):
    """One cause to find and remove: a spot of many complaints, or a single case of one."""

    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.SPOT)
    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"))
    topic = models.ForeignKey(  # None: complaints of several topics together made it
        Topic, models.PROTECT, null=True, blank=True, verbose_name=_("topic")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DETECTED
    )
    quiet_since = models.DateTimeField(_("quiet since"), null=True, blank=True)  # engine's mark

    place = models.CharField(_("place"), max_length=200, blank=True)  # in words, for people
    centre = models.PointField(_("centre"))  # WGS 84
    outline = models.PolygonField(_("outline"), null=True, blank=True)  # WGS 84
    customers = models.PositiveIntegerField(_("customers"), default=0)  # distinct, members
    complaints = models.PositiveIntegerField(_("complaints"), default=0)  # members
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)  # of the engine

    started_at = models.DateTimeField(_("started at"))  # first complaint of it
    opened_at = models.DateTimeField(_("opened at"))
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("team")
    )
    engineer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("engineer"),
    )
    technologies = ArrayField(
        models.CharField(max_length=2, choices=Technology.choices),
        default=list,
        blank=True,
        verbose_name=_("technologies"),
    )
    cause = models.ForeignKey(Cause, models.PROTECT, null=True, blank=True, verbose_name=_("cause"))
    fix_kind = models.CharField(  # as the cause says, unless the engineer knew better
        _("kind of fix"), max_length=12, choices=FixKind.choices, blank=True
    )
    eta_at = models.DateTimeField(_("promised by"), null=True, blank=True)
    waits_for = models.CharField(
        _("waits for"), max_length=11, choices=WaitsFor.choices, blank=True
    )
    waits_until = models.DateTimeField(_("waits until"), null=True, blank=True)  # as expected
    goes_on_as = models.CharField(  # the state it had before it waited
        _("goes on as"), max_length=10, choices=State.choices, blank=True
    )
    dismissed_for = models.CharField(
        _("dismissed as"), max_length=11, choices=Dismissal.choices, blank=True
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    fixed_at = models.DateTimeField(_("fixed at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("merged into")
    )
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("part of")
    )

    priority = models.FloatField(_("priority"), default=0)
    priority_parts = models.JSONField(_("parts of the priority"), default=list, blank=True)
    priority_facts = models.JSONField(default=dict, blank=True)  # priority.Facts, as last measured
    weights = models.ForeignKey(  # None: weighed before anybody set any
        PriorityWeights, models.PROTECT, null=True, blank=True, related_name="+"
    )
    unhappy = models.PositiveIntegerField(  # customers who rated a fix as bad
        _("unhappy with the fix"), default=0, db_default=0
    )
    band = models.PositiveSmallIntegerField(_("priority band"), default=4)  # P1 … P4
    changed_at = models.DateTimeField(db_default=Now(), editable=False)  # kept by a trigger

    newest_event: int | None  # on rows from `with_newest_event`
    next_due_at: datetime | None  # on rows from `with_next_due`
    next_target: str | None

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [
            ("dispatch_case", _("Can route, merge, reopen and dismiss cases")),
            ("work_case", _("Can accept, plan and fix cases")),
            ("report_case", _("Can open single cases for callers")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(band__gte=1, band__lte=4), name="case_band"),
            models.CheckConstraint(
                condition=~(Q(state=State.FIXING) | Q(goes_on_as=State.FIXING))
                | (Q(cause__isnull=False, eta_at__isnull=False) & ~Q(fix_kind="")),
                name="case_fixing_has_cause_and_term",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WATCHED) | Q(fixed_at__isnull=False),
                name="case_fixed_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=State.WAITING, waits_for__in=WaitsFor.values, goes_on_as__in=MAY_WAIT
                )
                | (~Q(state=State.WAITING) & Q(waits_for="", waits_until=None, goes_on_as="")),
                name="case_waiting_says_for_what",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DISMISSED, dismissed_for__in=Dismissal.values)
                | (~Q(state=State.DISMISSED) & Q(dismissed_for="")),
                name="case_dismissed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state=State.MERGED, merged_into__isnull=False)
                | (~Q(state=State.MERGED) & Q(merged_into=None)),
                name="case_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.SINGLE) | Q(outline__isnull=False),
                name="case_spot_has_an_outline",
            ),
        ]
        indexes = [
            models.Index(
                F("priority").desc(), "id", condition=Q(state__in=WORKING), name="case_queue"
            ),
            models.Index(F("priority").desc(), "id", name="case_by_priority"),
            models.Index(fields=["brand", "region", "state"], name="case_of_region"),
            models.Index(fields=["team", "state"], name="case_of_team"),
            models.Index(fields=["id"], condition=Q(state__in=WATCHED), name="case_watched"),
            AUDITED,
            OPENED_AT,
            ENDED_AT,
            models.Index(fields=["changed_at", "id"], name="case_changed"),
        ]

    @property
    def has_term(self) -> bool:
        """Whether its term holds: it is being fixed, or waits to be."""
        return State.FIXING in (self.state, self.goes_on_as)

    @property
    def survivor(self) -> "Case":
        """The case in which this one lives on: itself, unless it was merged."""
        return self if self.merged_into is None else self.merged_into.survivor

    def __str__(self) -> str:
        return f"№ {self.pk}" + (f", {self.place}" if self.place else "")


class Spot(Case):
    """The admin's name for cases of kind spot; `Case.objects.spots()` are its rows."""

    class Meta:
        proxy = True
        verbose_name = _("spot")
        verbose_name_plural = _("spots")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        return self.filter(until=None)

    def at(self, moment: datetime | OuterRef) -> Self:
        """Memberships that held at a moment, those that ended in it too."""
        return self.filter(Q(until=None) | Q(until__gte=moment), since__lte=moment)

    def decided(self) -> Self:
        """Memberships that a person made or ended: the engine goes by them."""
        return self.filter(DECIDED)


DECIDED = Q(by__isnull=False) | Q(ended_by__isnull=False)


class Membership(models.Model):
    """A complaint's time in a case. Kept when it ends; a complaint is in one case at a time."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="memberships")
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="memberships")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(  # who chose it; None: the engine
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_by = models.ForeignKey(  # None: the engine, or nobody yet
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(until=None), name="member_of_one_case"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="member_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None) | Q(until__isnull=False), name="member_ended_has_a_date"
            ),
        ]
        indexes = [models.Index(fields=["since"], condition=DECIDED, name="member_decided")]


class Event(models.Model):
    """What happened to a case: appended in the transaction that did it, never changed."""

    case = models.ForeignKey(Case, models.PROTECT, db_index=False, related_name="events")
    kind = models.CharField(_("what"), max_length=10, choices=EventKind.choices)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(  # None: the engine
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    was = models.CharField(_("state before"), max_length=10, choices=State.choices, blank=True)
    became = models.CharField(_("state after"), max_length=10, choices=State.choices, blank=True)
    note = models.TextField(_("note"), blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)  # what the move set, by name

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = OF_EVENTS

    def __str__(self) -> str:
        return self.get_kind_display()
