"""What a comment is about, and what in it alarms."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Topic(TextChoices):
    """What a comment is about."""

    SPEECH = "speech", _("calls")
    INTERNET = "internet", _("mobile internet")
    COVERAGE = "coverage", _("coverage")
    PRICE = "price", _("prices and charges")
    SERVICE = "service", _("service by our people")


class Alarm(TextChoices):
    """Why somebody has to talk to a customer."""

    LOW_SCORE = "low_score", _("low score")
    LEAVING = "leaving", _("threatens to leave")
    SAFETY = "safety", _("health or safety")
    REGULATOR = "regulator", _("regulator or court")
    REPEATED = "repeated", _("failed again")
    WROTE = "wrote", _("wrote a text")


# What words and people say of a comment; a low score is said by a score, and a text is no comment.
SAID_ALARMS = [one for one in Alarm.choices if one[0] not in {Alarm.LOW_SCORE, Alarm.WROTE}]
LABELS = [*Topic.choices, *SAID_ALARMS]
