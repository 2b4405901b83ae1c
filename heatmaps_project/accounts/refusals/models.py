"""How often whom was refused what: no bodies, no addresses, nothing of anybody."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heatmaps_project.accounts.models import ApiClient


class Refusal(models.Model):
    """What an account or an API client asked for within an hour, and was not given."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    client = models.ForeignKey(ApiClient, models.CASCADE, null=True, related_name="+")
    hour = models.DateTimeField()  # its beginning
    route = models.CharField(max_length=100)  # with the names of its parameters
    status = (
        models.PositiveSmallIntegerField()
    )  # 403: not theirs to do; 404: there is none for them
    times = models.PositiveIntegerField()
    behind_walls = models.PositiveIntegerField(db_default=0)  # of them: such a row is there

    class Meta:
        verbose_name = _("refusal")
        verbose_name_plural = _("refusals")
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "user", "client", "route", "status"],
                name="refusal_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(user=None) ^ Q(client=None), name="refusal_is_of_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.status}"
