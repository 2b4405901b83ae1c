"""How people like to look at the queue: views that they saved, and the columns that they chose."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from spots.routing.models import Team


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def of(self, reader: int | None) -> Self:
        """The reader's own, and those of the reader's teams."""
        teams = Team.objects.filter(members=reader).values("pk")
        return self.filter(Q(team=None, owner=reader) | Q(team__in=teams))


class SavedView(models.Model):
    """A way to look at the queue, under a name: its owner's alone, or a team's."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    team = models.ForeignKey(  # None: nobody sees it but the owner
        Team, models.CASCADE, null=True, blank=True, related_name="saved_views"
    )
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=500, blank=True)  # as asking.cleaned returns it
    columns = ArrayField(  # None: those that each reader chose
        models.CharField(max_length=30), null=True, blank=True
    )
    order = ArrayField(  # columns by name, "-" before those that fall; empty: as the queue is
        models.CharField(max_length=31), default=list, blank=True
    )

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], condition=Q(team=None), name="saved_view_of_person"
            ),
            models.UniqueConstraint(
                fields=["team", "name"], condition=~Q(team=None), name="saved_view_of_team"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def may_change(self, reader: AbstractUser, *, dispatches: bool) -> bool:
        """Its owner may; a team's, whoever dispatches."""
        return dispatches if self.team_id else self.owner_id == reader.pk


class ChosenColumns(models.Model):
    """The columns that one person wants in the queue, in the order of the queue."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="queue_columns"
    )
    columns = ArrayField(models.CharField(max_length=30), default=list, blank=True)

    class Meta:
        verbose_name = _("chosen columns")
        verbose_name_plural = _("chosen columns")

    def __str__(self) -> str:
        return ", ".join(self.columns)
