"""Whom we asked or did not ask, in which version, and what they answered."""

from datetime import datetime
from typing import Any, Final, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand, Customer
from complaints.customers.numbers.models import OWN_CUSTOMERS, own_customers
from complaints.customers.personal import EncryptedTextField
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from feedback.surveys import questions
from feedback.surveys.catalogue import QuestionKind, Survey, Trigger
from feedback.surveys.languages import in_language
from feedback.surveys.states import ANSWERABLE, OPEN, About, Skip, State
from feedback.surveys.touches import Touch
from spots.cases.catalogue import Cause
from spots.cases.models import Case, Event
from spots.routing.models import Team


class Version(models.Model):
    """A survey as customers were asked it. Made at its first invitation, and never changed."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField()  # {"title": {language: …}, "thanks": …, "questions": […]}
    good_from = models.PositiveSmallIntegerField(default=4, db_default=4)  # of 1 to 5
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="version_once_per_number"),
            models.CheckConstraint(
                condition=Q(good_from__gte=2, good_from__lte=5), name="version_good_from"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}/{self.number}"

    @property
    def questions(self) -> tuple[questions.Question, ...]:
        return questions.read(self.content["questions"])

    def said_of(self, what: str, language: str) -> str:
        """Return the title or the thanks in a language."""
        words: dict[str, str] = self.content[what]
        return in_language(words, language)


# InvitationQuerySet.counted; i: an invitation. Joined, for the few asked for to be found first.
COUNTED: Final = f"""
    NOT EXISTS (SELECT FROM ({OWN_CUSTOMERS}) AS own (id) WHERE own.id = i.customer_id)
    AND NOT i.of_stranger
"""


class InvitationQuerySet(WalledQuerySet["Invitation"]):
    walled = {"brand": False, "region": True}

    def counted(self) -> Self:
        """Leave out employees, test numbers and strangers: none is in a figure of satisfaction."""
        return self.exclude(customer__in=own_customers()).filter(of_stranger=False)

    def about(self, what: About) -> Self:
        return self.filter(_about(what))

    def answerable(self, now: datetime) -> Self:
        """Invitations that may be answered, or answered anew, by somebody who was not erased."""
        return self.filter(state__in=ANSWERABLE, expires_at__gt=now, customer__erasure__isnull=True)


def _about(what: About, prefix: str = "") -> Q:
    overall = Q(**{f"{prefix}event": None, f"{prefix}touch": None})
    return overall if what == About.OVERALL else ~overall


def _snapshot(model: Any, name: Any) -> Any:
    return models.ForeignKey(
        model, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=name
    )


class Invitation(models.Model):
    """One customer, one survey, one occasion: asked or not, and why. Its token opens the page."""

    survey = models.ForeignKey(
        Survey, models.PROTECT, related_name="invitations", verbose_name=_("survey"), db_index=False
    )
    version = models.ForeignKey(  # None: not asked yet, or at all
        Version, models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    occasion = models.CharField(_("occasion"), max_length=60)  # "event:7", "touch:7", "day:…"
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="invitations",
        verbose_name=_("customer"),
        db_index=False,
    )
    # As things were at that moment: teams move, cases are merged, and figures must not.
    touch_point = models.CharField(_("touch point"), max_length=50)
    brand = models.ForeignKey(
        Brand, models.PROTECT, related_name="+", verbose_name=_("brand"), db_index=False
    )
    region = _snapshot(Region, _("region"))
    case = models.ForeignKey(
        Case,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("case"),
    )
    event = models.ForeignKey(  # the fix or the closing that is asked about
        Event, models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    touch = _snapshot(Touch, _("touch"))
    topic = _snapshot(Topic, _("topic"))
    cause = _snapshot(Cause, _("cause"))
    team = _snapshot(Team, _("team"))
    engineer = _snapshot(settings.AUTH_USER_MODEL, _("engineer"))
    agent = _snapshot(settings.AUTH_USER_MODEL, _("agent"))

    # Nobody but anybody had named them (complaints.intake.strangers), who may be a thousand: what
    # they say is kept and read, and counts in no figure.
    of_stranger = models.BooleanField(default=False, db_default=False)

    state = models.CharField(_("state"), max_length=11, choices=State.choices)
    skipped = models.CharField(_("why not"), max_length=12, choices=Skip.choices, blank=True)
    created_at = models.DateTimeField(_("created at"))
    due_at = models.DateTimeField(_("asked from"))
    expires_at = models.DateTimeField(_("answers until"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)  # newest
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "occasion", "customer"], name="invitation_once_per_occasion"
            ),
            models.UniqueConstraint(  # one fix is asked about by one message
                fields=["event", "customer"],
                condition=Q(touch_point=Trigger.FIXED),
                name="invitation_once_per_fix_and_customer",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="invitation_expires_later"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="invitation_state"),
            models.CheckConstraint(
                condition=Q(state=State.SKIPPED, skipped__in=Skip.values)
                | (~Q(state=State.SKIPPED) & Q(skipped="")),
                name="invitation_skipped_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.CREATED, State.SKIPPED]) | Q(version__isnull=False),
                name="invitation_asks_a_version",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state=State.CREATED), name="invitation_due"
            ),
            models.Index(
                fields=["expires_at"], condition=Q(state__in=OPEN), name="invitation_open"
            ),
            models.Index(fields=["customer", "due_at"], name="invitation_of_customer"),
            models.Index(fields=["brand", "created_at"], name="invitation_of_brand"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}/{self.pk}"

    @property
    def is_of_a_fix(self) -> bool:
        return self.touch_point == Trigger.FIXED


class AnswerChannel(models.TextChoices):
    WEB = "web", _("web page")
    SMS = "sms", "SMS"


class AnswerQuerySet(WalledQuerySet["Answer"]):
    of = "invitation__"
    walled = {"brand": False, "region": True}

    def counted(self) -> Self:
        """Leave out those whom `InvitationQuerySet.counted` leaves out."""
        known = self.filter(invitation__of_stranger=False)
        return known.exclude(invitation__customer__in=own_customers())

    def about(self, what: About) -> Self:
        return self.filter(_about(what, self.of))

    def first_scores(self) -> Self:
        """What customers gave to the first question of their survey."""
        return self.filter(question=1, score__isnull=False)

    def of_fixes(self) -> Self:
        """Ratings, 1 to 5, of fixes: the first question of the survey in their message."""
        return self.filter(RATING, invitation__touch_point=Trigger.FIXED)

    def with_comment(self) -> Self:
        """Add what was said in words to the same survey; None: nothing."""
        written = Answer.objects.comments().filter(invitation=OuterRef("invitation"))
        return self.annotate(comment=Subquery(written.order_by("question").values("words")[:1]))

    def comments(self) -> Self:
        return self.filter(words__isnull=False)

    def unheard(self) -> Self:
        """Answers of which their case has yet to hear."""
        return self.filter(unheard=True)


RATING = Q(question=1, kind=QuestionKind.CSAT)  # of a fix, if that is what was asked about


class Answer(models.Model):
    """What an invited customer answered to one question. The last answer stands."""

    invitation = models.ForeignKey(
        Invitation, models.PROTECT, related_name="answers", verbose_name=_("invitation")
    )
    question = models.PositiveSmallIntegerField(_("question"))  # its number in the version
    kind = models.CharField(_("kind of answer"), max_length=7, choices=QuestionKind.choices)
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    chosen = ArrayField(  # numbers of options
        models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name=_("chosen")
    )
    words = EncryptedTextField(_("comment"))  # empty: passed over
    at = models.DateTimeField(_("answered at"))  # as it stands now
    channel = models.CharField(_("channel"), max_length=5, choices=AnswerChannel.choices)
    # Whether its case has yet to hear that one customer more, or less, is unhappy with a fix.
    unheard = models.BooleanField(default=False, db_default=False)

    comment: str | None  # on rows from `with_comment`

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        permissions = [
            ("view_board", _("Can see what one's own customers say")),
            ("view_whole_board", _("Can see what all customers say")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "question"], name="answer_once_per_question"
            ),
            models.CheckConstraint(
                condition=Q(kind=QuestionKind.NPS, score__gte=0, score__lte=10)
                | Q(kind=QuestionKind.CSAT, score__gte=1, score__lte=5)
                | Q(kind=QuestionKind.YES_NO, score__gte=0, score__lte=1)
                | Q(
                    kind__in=[QuestionKind.CHOICE, QuestionKind.SEVERAL, QuestionKind.TEXT],
                    score=None,
                ),
                name="answer_score_of_its_scale",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=AnswerChannel.values), name="answer_channel"
            ),
        ]
        indexes = [
            models.Index(fields=["at"], name="answer_at"),
            models.Index(
                fields=["at"], condition=Q(words__isnull=False), name="answer_with_a_comment"
            ),
            models.Index(fields=["invitation"], condition=Q(unheard=True), name="answer_unheard"),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id}/{self.question}"

    @property
    def rates_a_fix(self) -> bool:
        """Whether it is one of `AnswerQuerySet.of_fixes`."""
        is_rating = self.question == 1 and self.kind == QuestionKind.CSAT
        return is_rating and self.invitation.is_of_a_fix
