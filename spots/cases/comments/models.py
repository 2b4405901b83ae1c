"""What a comment brings beside its text, which is the note of an event of its case."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from spots.cases.models import Event


class Mention(models.Model):
    """A member of staff whom a comment calls by name, until they have seen it."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mentions")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="mention_once_per_comment")
        ]
        indexes = [models.Index(fields=["user"], condition=Q(seen_at=None), name="mention_unseen")]

    def __str__(self) -> str:
        return f"@{self.user}"


def called(user_id: int | None) -> models.QuerySet[Mention, Any]:
    """Cases, as rows of `event__case`, with a comment that calls somebody who has not seen it."""
    return Mention.objects.filter(user=user_id, seen_at=None).values("event__case")


class Attachment(models.Model):
    """
    A file of a comment, kept in the database: it is written with its event or not at all, and
    one backup holds everything.
    """

    event = models.ForeignKey(Event, models.PROTECT, related_name="attachments")
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"))  # bytes
    content = models.BinaryField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")
