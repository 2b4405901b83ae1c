"""How the operator is organised: units in units, as deep as it is, with teams in them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from spots.routing.models import Team


class Unit(models.Model):
    """A part of the organisation: a macro-region, a branch, a department, a shift …"""

    name = models.CharField(_("name"), max_length=100)
    code = models.CharField(
        _("code of the shop or dealer"),
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text=_("As the CRM names it with visits and customers; empty: it serves nobody."),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    teams = models.ManyToManyField(Team, blank=True, related_name="units", verbose_name=_("teams"))

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], nulls_distinct=False, name="unit_once_per_parent"
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="unit_code_once",
                violation_error_message=_("Another unit has this code."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")), name="unit_is_not_its_own_part"
            ),
        ]

    def __str__(self) -> str:
        return self.name
