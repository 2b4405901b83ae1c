"""Comments as they were sorted, and the words that sort them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
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


class LearntSortingQuerySet(models.QuerySet["LearntSorting"]):
    def in_force(self) -> "LearntSorting | None":
        """Return the version that sorts comments now; None: the words alone do."""
        return self.filter(switched_on=True, content__isnull=False).order_by("-pk").first()


class LearntSorting(models.Model):
    """A version of what was learnt from comments that people corrected, and how good it is."""

    made_at = models.DateTimeField(_("learnt at"))
    learnt_until = models.DateTimeField()  # the newest correction that it knows
    examples = models.PositiveIntegerField(_("comments learnt from"))
    content = models.BinaryField(null=True)  # classifier.Model.dumped; None: of long ago
    # {label: {"by_model": {"right", "wrong", "missed"}, "by_words": {…}, "in_use": bool}}
    measures = models.JSONField()
    switched_on = models.BooleanField(_("may be used"), default=True)

    objects = LearntSortingQuerySet.as_manager()

    class Meta:
        verbose_name = _("learnt sorting")
        verbose_name_plural = _("learnt sortings")
        constraints = [
            models.UniqueConstraint(fields=["learnt_until", "examples"], name="learntsorting_once")
        ]

    def __str__(self) -> str:
        return gettext("version %(n)d") % {"n": self.pk}

    @property
    def used(self) -> frozenset[str]:
        """The labels that it decides of."""
        return frozenset(label for label, told in self.measures.items() if told["in_use"])


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
    corrected_at = models.DateTimeField(null=True, blank=True)
    sorted_by = models.ForeignKey(  # None: by words alone
        LearntSorting, models.PROTECT, null=True, blank=True, related_name="comments"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                condition=Q(topic__in=["", *Topic.values]), name="comment_topic"
            ),
            models.CheckConstraint(
                condition=Q(corrected_at=None) | Q(corrected_by__isnull=False),
                name="comment_corrected_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-corrected_at", "-id"],
                condition=Q(corrected_at__isnull=False),
                name="comment_corrected",
            ),
            models.Index(fields=["-of_moment", "-id"], name="comment_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.get_topic_display()}"
