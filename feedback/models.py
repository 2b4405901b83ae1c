"""The tables of feedback, gathered from their topics."""

from feedback.notifications.catalogue import Template
from feedback.notifications.models import Announcement, Message, Part, Receipt
from feedback.surveys.catalogue import Survey, SurveyQuestion
from feedback.surveys.models import Answer, Invitation, Touch, Version

__all__ = (
    "Announcement",
    "Answer",
    "Invitation",
    "Message",
    "Part",
    "Receipt",
    "Survey",
    "SurveyQuestion",
    "Template",
    "Touch",
    "Version",
)
