"""What people set up for the work on cases: causes."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Named


class FixKind(models.TextChoices):
    ACCIDENT = "accident", _("accident")
    OPTIMISATION = "optimisation", _("optimisation")
    NEW_BUILD = "new_build", _("new build")


class Sign(models.TextChoices):
    """What is seen in the network, or was decided before, that speaks for a cause."""

    OUTAGE = "outage", _("an outage is known there")
    WORKS = "works", _("works are under way there")
    COVERAGE_HOLE = "hole", _("complaints lie outside the coverage")
    NEW_BUILD = "build", _("a site is being built there")


class CauseQuerySet(models.QuerySet["Cause"]):
    def in_use(self) -> Self:
        """Causes that may be chosen: not archived."""
        return self.filter(archived_at=None)

    def in_tree(self) -> Self:
        """Each cause after the one that it is a kind of, by their order."""
        return self.order_by(
            Coalesce("parent__order", "order"),
            Coalesce("parent", "pk"),
            F("parent").asc(nulls_first=True),
            "order",
            "pk",
        )


class Cause(Named):
    """
    Why a place has bad service, in the engineer's words and in the customer's.

    Causes form a tree: a cause may be a closer description of its parent. One that was chosen
    for a case is archived instead of deleted.
    """

    code = models.SlugField(_("code"), unique=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("a kind of"),
    )
    order = models.PositiveIntegerField(_("order"), default=0)  # among those of one parent
    fix_kind = models.CharField(_("kind of fix"), max_length=12, choices=FixKind.choices)
    said_ru = models.CharField(_("told to customers in Russian"), max_length=200)
    said_en = models.CharField(_("told to customers in English"), max_length=200)
    # in messages, where the spoken words do not do
    written_ru = models.CharField(
        _("written in messages in Russian"),
        max_length=200,
        blank=True,
        help_text=_("Empty: as it is told."),
    )
    written_en = models.CharField(
        _("written in messages in English"),
        max_length=200,
        blank=True,
        help_text=_("Empty: as it is told."),
    )
    signs = ArrayField(
        models.CharField(max_length=6, choices=Sign.choices),
        default=list,
        blank=True,
        verbose_name=_("suggested where"),
    )
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    objects = CauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                name="cause_is_not_its_own_kind",
            )
        ]

    def said_in(self, language: str) -> str:
        return self.said_ru if language.startswith("ru") else self.said_en

    def written_in(self, language: str) -> str:
        """What a message says: its own words, else those that are told."""
        written = self.written_ru if language.startswith("ru") else self.written_en
        return written or self.said_in(language)
