"""What customers of other operators say of them, as studies of the market tell it in files."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from feedback.surveys.scores import Estimate, told_nps


class MarketScoreQuerySet(WalledQuerySet["MarketScore"]):
    walled = {"brand": False}


class MarketScore(models.Model):
    """NPS of another operator in a quarter, beside which one of our brands is seen."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+", db_index=False)  # ours
    quarter = models.DateField()  # its first day
    operator = models.CharField(max_length=60)  # as the study calls it
    nps = models.DecimalField(max_digits=4, decimal_places=1)  # points, -100 … 100
    answered = models.PositiveIntegerField()
    # Points, of the 95 % interval that the study tells; None: it tells none.
    low = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    high = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    study = models.CharField(max_length=100)  # whose it is

    objects = MarketScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("score of another operator")
        verbose_name_plural = _("scores of other operators")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "quarter", "operator"], name="market_score_once_a_quarter"
            ),
            models.CheckConstraint(
                condition=Q(nps__range=(-100, 100), answered__gt=0), name="market_score_points"
            ),
            models.CheckConstraint(
                condition=Q(low=None, high=None)
                | Q(low__gte=-100, low__lte=F("nps"), high__gte=F("nps"), high__lte=100),
                name="market_score_interval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator} {self.quarter:%Y-%m}"

    @property
    def estimate(self) -> Estimate | None:
        """The points and the study's interval, else the widest there can be; None: too few."""
        widest = told_nps(float(self.nps), self.answered)
        if widest is None or self.low is None or self.high is None:
            return widest
        return Estimate(float(self.nps), float(self.low), float(self.high))
