"""Comments as they were sorted, and the words that sort them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.walled import WalledQuerySet
from feedback.comments.labels import LABELS, Alarm, Topic
from feedback.surveys.models import Answer


class SortingWord(models.Model):
    """A word, or its beginning, that tells what a comment is about or what alarms in it."""

    label = models.CharField(_("says"), max_length=9, choices=LABELS)
    stem = models.CharField(
        _("word"),
        max_length=50,
        help_text=_("A word or its beginning: it stands for every word that begins so."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("word of comments")
        verbose_name_plural = _("words of comments")
        constraints = [models.UniqueConstraint(fields=["label", "stem"], name="word_once")]

    def __str__(self) -> str:
        return self.stem


class CommentQuerySet(WalledQuerySet["Comment"]):
    of = "answer__invitation__"
    walled = {"brand": False, "region": True}


class Comment(models.Model):
    """How a comment was sorted: by words, and by a person who knew better."""

    answer = models.OneToOneField(
        Answer, models.PROTECT, related_name="sorted", verbose_name=_("answer")
    )
    topic = models.CharField(_("about"), max_length=9, choices=Topic.choices, blank=True)
    alarms = ArrayField(
        models.CharField(max_length=9, choices=Alarm.choices),
        default=list,
        blank=True,
        verbose_name=_("alarms"),
    )
    of_moment = models.DateTimeField()  # the answer's, as it was sorted: more words sort it anew
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("corrected by"),
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(condition=Q(topic__in=["", *Topic.values]), name="comment_topic")
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.get_topic_display()}"
