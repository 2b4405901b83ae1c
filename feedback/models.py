"""The tables of feedback, gathered from their topics."""

from feedback.comments.models import Comment, LearntSorting, SortingWord
from feedback.followups.models import AlarmRule, FollowUp, FollowUpStep
from feedback.goodwill.given import AskedGift, Given
from feedback.goodwill.models import (
    CodeImport,
    Gift,
    GiftCode,
    GiftRule,
    GoodwillBudget,
    GoodwillLimit,
    Reconciliation,
)
from feedback.insights.models import Department, Insight, InsightStep, Vote
from feedback.notifications.batches.models import Announcement, BatchStep
from feedback.notifications.batches.opening import OpeningPolicy
from feedback.notifications.gateways.models import Gateway, GatewayHealth, Sender
from feedback.notifications.holding.rules import SendingRule, Stop
from feedback.notifications.incoming.models import IncomingText
from feedback.notifications.outbox.models import Message, Part, Receipt
from feedback.notifications.outbox.tries import Try
from feedback.notifications.templates.catalogue import Template
from feedback.surveys.baselines.models import ScoreBaseline
from feedback.surveys.catalogue import Survey
from feedback.surveys.drafts import SurveyQuestion
from feedback.surveys.models import Answer, Invitation, Version
from feedback.surveys.touches import Touch
from feedback.value.models import StaleValue, ValueCount, ValueGroup

__all__ = (
    "AlarmRule",
    "Announcement",
    "Answer",
    "AskedGift",
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
    "GiftRule",
    "Given",
    "GoodwillBudget",
    "GoodwillLimit",
    "IncomingText",
    "Insight",
    "InsightStep",
    "Invitation",
    "LearntSorting",
    "Message",
    "OpeningPolicy",
    "Part",
    "Receipt",
    "Reconciliation",
    "ScoreBaseline",
    "Sender",
    "SendingRule",
    "SortingWord",
    "StaleValue",
    "Stop",
    "Survey",
    "SurveyQuestion",
    "Template",
    "Touch",
    "Try",
    "ValueCount",
    "ValueGroup",
    "Version",
    "Vote",
)
