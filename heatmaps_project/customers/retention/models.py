"""How old personal data become, by the brand; and how much has ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand
from heatmaps_project.customers.retention.kinds import Age, Kind
from spots.cases.only_row import IS_ONLY, OnlyRow

LEAST_DAYS: Final = 30  # an import can be undone, and a survey of a fix be answered, for as long
MOST_DAYS: Final = 3660


def _days(
    name: Promise, default: int, about: Promise
) -> "models.PositiveSmallIntegerField[int, int]":
    bounds = [MinValueValidator(LEAST_DAYS), MaxValueValidator(MOST_DAYS)]
    said: dict[str, Any] = {"verbose_name": name, "help_text": about}
    return models.PositiveSmallIntegerField(default=default, validators=bounds, **said)


class RetentionRule(models.Model):
    """The ages at which a brand's personal data end. Why these: docs/personal-data.md."""

    brand = models.OneToOneField(
        Brand,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("Empty: every brand that has no ages of its own."),
    )
    place_days = _days(
        _("place, days"),
        180,
        _("A complaint's point is then drawn to a raster of 100 m, and its address erased."),
    )
    words_days = _days(
        _("words, days"), 365, _("What customers said and were told, and what was noted of them.")
    )
    contact_days = _days(
        _("contacts, days"), 1095, _("Who a customer is, once there was no contact for so long.")
    )
    history = HistoricalRecords(app="heatmaps_project")

    class Meta:
        verbose_name = _("ages of personal data")
        verbose_name_plural = _("ages of personal data")
        constraints = [
            models.UniqueConstraint(
                fields=["brand"], nulls_distinct=False, name="retention_once_per_brand"
            ),
            models.CheckConstraint(
                condition=Q(
                    place_days__gte=LEAST_DAYS,
                    words_days__gte=F("place_days"),
                    contact_days__gte=F("words_days"),
                    contact_days__lte=MOST_DAYS,
                ),
                name="retention_in_this_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.brand) if self.brand_id else str(_("every other brand"))

    def days_of(self, age: Age) -> int:
        days: int = getattr(self, age.value)
        return days

    def ends_before(self, kind: Kind, now: datetime) -> datetime:
        """Return the moment before which a kind has reached its age."""
        return now - timedelta(days=self.days_of(kind.age))


@dataclass(frozen=True)
class InForce:
    """The rules of this installation; where nobody has set any, the defaults."""

    rules: dict[int | None, RetentionRule]

    @classmethod
    def read(cls) -> Self:
        rows = RetentionRule.objects.select_related("brand")
        return cls({None: RetentionRule(), **{row.brand_id: row for row in rows}})

    def of(self, brand_id: int | None) -> RetentionRule:
        """Return the rule of a brand; None: of what is of no brand."""
        return self.rules.get(brand_id, self.rules[None])


def brands_and_none() -> list[int | None]:
    """Return whose data end by their age: each brand's, and (None) what is of no brand."""
    return [None, *Brand.objects.order_by("pk").values_list("pk", flat=True)]


class Ended(models.Model):
    """How many rows of a kind, of a brand, have lost their personal data on a day (UTC)."""

    day = models.DateField()
    brand = models.ForeignKey(Brand, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("personal data that ended")
        verbose_name_plural = _("personal data that ended")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "brand", "kind"], nulls_distinct=False, name="ended_once_a_day"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="ended_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}: {self.count}"


class RetentionRun(OnlyRow):
    """When the sweep last ran, and when it last left nothing that was due."""

    ran_at = models.DateTimeField()
    ended = models.PositiveIntegerField(default=0)  # rows, by the last run
    caught_up_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("run of the ages")
        verbose_name_plural = _("runs of the ages")
        constraints = [models.CheckConstraint(condition=IS_ONLY, name="retentionrun_one_row")]
