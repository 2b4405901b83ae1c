"""The author of an insight hears what was done: a customer by a message, staff by a letter."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.utils import translation
from django.utils.translation import gettext as _

from feedback.insights.models import Insight
from feedback.notifications import transitions as messages
from spots.escalation import transitions as letters


def tell_author(insight: Insight, *, by: AbstractUser, now: datetime) -> None:
    """Write to the author, once; nobody is told what they did themselves."""
    if insight.comment is not None:
        invitation = insight.comment.answer.invitation
        messages.tell_of_insight(invitation, answer=insight.answer, now=now)
    elif insight.raised_by_id != by.pk:
        author = get_user_model().objects.get(pk=insight.raised_by_id)
        language = author.language or "ru"
        with translation.override(language):
            subject = _("Your idea: %(title)s") % {"title": insight.title}
            state = insight.get_state_display()
            text = _("Your idea “%(title)s” is %(state)s. %(answer)s") % {
                "title": insight.title,
                "state": state,
                "answer": insight.answer,
            }
        told = {"subject": subject, "text": text, "language": language}
        letters.write(user_id=author.pk, **told, now=now)
