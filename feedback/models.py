"""The tables of feedback, gathered from their topics."""

from feedback.comments.models import Comment, LearntSorting, SortingWord
from feedback.followups.models import AlarmRule, FollowUp, FollowUpStep
from feedback.goodwill.models import (
    CodeImport,
    Gift,
    GiftCode,
    Given,
    GoodwillBudget,
    GoodwillLimit,
)
from feedback.insights.models import Department, Insight, InsightStep, Vote
from feedback.notifications.batches import Announcement, BatchStep
from feedback.notifications.catalogue import Template
from feedback.notifications.gateways import Gateway, GatewayHealth, Sender
from feedback.notifications.incoming import IncomingText
from feedback.notifications.models import Message, Part, Receipt
from feedback.notifications.rules import SendingRule, Stop
from feedback.notifications.tries import Try
from feedback.surveys.catalogue import Survey, SurveyQuestion
from feedback.surveys.models import Answer, Invitation, Touch, Version

__all__ = (
    "AlarmRule",
    "Announcement",
    "Answer",
    "BatchStep",
    "CodeImport",
    "Comment",
    "Department",
    "FollowUp",
    "FollowUpStep",
    "Gateway",
    "GatewayHealth",
    "Gift",
    "GiftCode",
    "Given",
    "GoodwillBudget",
    "GoodwillLimit",
    "IncomingText",
    "Insight",
    "InsightStep",
    "Invitation",
    "LearntSorting",
    "Message",
    "Part",
    "Receipt",
    "Sender",
    "SendingRule",
    "SortingWord",
    "Stop",
    "Survey",
    "SurveyQuestion",
    "Template",
    "Touch",
    "Try",
    "Version",
    "Vote",
)
