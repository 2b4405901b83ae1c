"""The tables of feedback, gathered from their topics."""

from feedback.comments.models import Comment, LearntSorting, SortingWord
from feedback.followups.models import AlarmRule, FollowUp, FollowUpStep
from feedback.notifications.catalogue import Template
from feedback.notifications.incoming import IncomingText
from feedback.notifications.models import Announcement, Message, Part, Receipt
from feedback.surveys.catalogue import Survey, SurveyQuestion
from feedback.surveys.models import Answer, Invitation, Touch, Version

__all__ = (
    "AlarmRule",
    "Announcement",
    "Answer",
    "Comment",
    "FollowUp",
    "FollowUpStep",
    "IncomingText",
    "Invitation",
    "LearntSorting",
    "Message",
    "Part",
    "Receipt",
    "SortingWord",
    "Survey",
    "SurveyQuestion",
    "Template",
    "Touch",
    "Version",
)
