"""What customers are told, in which words: reasons, channels, and templates people edit."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from complaints.intake.models import Topic
from feedback.notifications.templates import texts
from spots.cases.catalogue import Cause


class Reason(models.TextChoices):
    """Why we write to a customer."""

    OPENED = "opened", pgettext_lazy("message", "spot opened")
    FIXED = "fixed", _("fixed")
    ETA_SET = "eta_set", _("term set")
    ETA_MOVED = "eta_moved", _("term moved")
    BUILD = "build", pgettext_lazy("message", "will be built")
    CANNOT = "cannot", pgettext_lazy("message", "cannot be fixed")
    REOPENED = "reopened", pgettext_lazy("message", "reopened")
    ATTACHED = "attached", pgettext_lazy("message", "attached by an agent")
    AREA = "area", _("to those in the area")
    AREA_FIXED = "area_fixed", _("fixed, to those in the area")
    WORKS = "works", _("planned works")
    SURVEY = "survey", _("survey")
    REMINDER = "reminder", _("survey, reminder")
    QUESTION = "question", _("survey, question by SMS")
    INSIGHT = "insight", _("answer to a wish")
    GIFT = "gift", pgettext_lazy("message", "promo code")
    REPLY = "reply", _("reply to a text")


ASKING = frozenset(
    {Reason.SURVEY, Reason.REMINDER, Reason.QUESTION}
)  # they ask, and tell of no case
RATED = frozenset({Reason.FIXED, Reason.AREA_FIXED})  # they tell, and ask how it is now
TO_ONE = frozenset({Reason.GIFT, Reason.REPLY})  # a person has it said to one customer
OF_TERM = frozenset(
    {Reason.ETA_SET, Reason.BUILD, Reason.ETA_MOVED, Reason.ATTACHED}
)  # they may name a term


class Channel(models.TextChoices):
    PUSH = "push", _("push message")
    SMS = "sms", "SMS"
    EMAIL = "email", _("e-mail")


class Language(models.TextChoices):
    RU = "ru", _("Russian")
    EN = "en", _("English")


_OF_CASE = frozenset({"brand", "place", "topic", "cause"})
_ALWAYS = _OF_CASE | {"complained_on"}
VARIABLES: dict[str, frozenset[str]] = {
    Reason.OPENED: _ALWAYS | {"eta"},
    Reason.FIXED: _ALWAYS | {"link"},
    Reason.ETA_SET: _ALWAYS | {"eta"},
    Reason.ETA_MOVED: _ALWAYS | {"eta"},
    Reason.BUILD: _ALWAYS | {"eta"},
    Reason.CANNOT: _ALWAYS,
    Reason.REOPENED: _OF_CASE,
    Reason.ATTACHED: _ALWAYS | {"eta"},
    Reason.AREA: _OF_CASE | {"eta"},
    Reason.AREA_FIXED: _OF_CASE | {"link"},
    Reason.WORKS: frozenset({"brand", "place", "works", "begins", "ends"}),
    Reason.SURVEY: frozenset({"brand", "survey", "link"}),
    Reason.REMINDER: frozenset({"brand", "survey", "link"}),
    Reason.INSIGHT: frozenset({"brand", "answer"}),
    Reason.QUESTION: frozenset({"brand", "survey", "question"}),
    Reason.GIFT: frozenset({"brand", "gift", "code"}),
    Reason.REPLY: frozenset({"brand", "reply"}),
}


class WhenUnsure(models.TextChoices):
    """What is done when nobody knows whether a message went out."""

    ONCE = "once", _("rather not at all than twice")
    TWICE = "twice", _("rather twice than not at all")


class TemplateQuerySet(WalledQuerySet["Template"]):
    walled = {"brand": True}


class Template(models.Model):
    """
    A text for customers. The most particular row that matches is taken: brand before segment
    before cause before topic; where none matches, one of `defaults.PACKAGED`.
    """

    reason = models.CharField(
        pgettext_lazy("message", "reason"), max_length=10, choices=Reason.choices
    )
    channel = models.CharField(_("channel"), max_length=5, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    brand = models.ForeignKey(
        Brand,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("Empty: for every brand."),
    )
    cause = models.ForeignKey(
        Cause,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cause"),
        help_text=_("Empty: for every cause."),
    )
    topic = models.ForeignKey(
        Topic,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("topic"),
        help_text=_("Empty: for every topic."),
    )
    segment = models.CharField(
        _("segment"), max_length=32, blank=True, help_text=_("Empty: every segment.")
    )
    subject = models.CharField(
        _("subject"), max_length=150, blank=True, help_text=_("Of e-mails and push messages.")
    )
    body = models.TextField(
        _("text"),
        max_length=2000,
        help_text=_(
            "Stands for itself: {brand}, {place}, {topic}, {cause}, {complained_on};"
            " when it is fixed {link}; of a term {eta};"
            " of planned works only {brand}, {place}, {works}, {begins}, {ends};"
            " in a survey only {brand}, {survey}, {link};"
            " of a promo code only {brand}, {gift}, {code}; in a reply only {brand}, {reply}."
        ),
    )

    when_unsure = models.CharField(
        _("when nobody knows whether it went out"),
        max_length=5,
        choices=WhenUnsure.choices,
        default=WhenUnsure.ONCE,
        db_default=WhenUnsure.ONCE,
        help_text=_("A gateway that stopped answering may have sent it. Surveys never go twice."),
    )

    objects = TemplateQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("reason", "channel", "language"),
                    *("brand", "segment", "cause", "topic"),
                ],
                nulls_distinct=False,
                name="template_once_per_case",
                violation_error_message=_("There is a template for exactly this already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} · {self.get_channel_display()} · {self.language}"

    def clean(self) -> None:
        """:raises ValidationError: a variable has no meaning here, or the link is missing"""
        allowed = VARIABLES.get(self.reason, frozenset())
        faults: dict[str, Any] = {}
        for field in ("subject", "body"):
            if wrong := texts.unknown(getattr(self, field), allowed=allowed):
                faults[field] = _("No such variable here: %(wrong)s. There are: %(allowed)s.") % {
                    "wrong": _braced(wrong),
                    "allowed": _braced(allowed),
                }
        if "link" in allowed and "link" not in texts.variables(self.body) and "body" not in faults:
            faults["body"] = _("{link} is missing: without it nobody can answer.")
        elif self.reason in RATED and not texts.without(self.body, "link"):
            faults["body"] = _("Say what is fixed in a sentence without {link}: not all are asked.")
        if self.channel == Channel.EMAIL and not self.subject.strip():
            faults.setdefault("subject", _("An e-mail needs a subject."))
        if self.when_unsure == WhenUnsure.TWICE and self.reason in ASKING:
            faults["when_unsure"] = _("Nobody is asked twice.")
        if faults:
            raise ValidationError(faults)


def _braced(names: frozenset[str]) -> str:
    return ", ".join(name if name in "{}" else f"{{{name}}}" for name in sorted(names))
