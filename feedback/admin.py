"""The admin of feedback, gathered from its topics."""

from django.contrib import admin

from feedback.comments.admin import CommentAdmin, SortingWordAdmin
from feedback.comments.admin_learnt import LearntSortingAdmin
from feedback.comments.models import Comment, LearntSorting, SortingWord
from feedback.followups.admin import AlarmRuleAdmin, FollowUpAdmin
from feedback.followups.models import AlarmRule, FollowUp
from feedback.goodwill.admin import GivenAdmin
from feedback.goodwill.admin_asked import AskedGiftAdmin
from feedback.goodwill.admin_settings import (
    GiftAdmin,
    GiftRuleAdmin,
    GoodwillBudgetAdmin,
    GoodwillLimitAdmin,
)
from feedback.goodwill.given import AskedGift, Given
from feedback.goodwill.models import Gift, GiftRule, GoodwillBudget, GoodwillLimit
from feedback.insights.admin import DepartmentAdmin, InsightAdmin
from feedback.insights.models import Department, Insight
from feedback.notifications.batches.admin import AnnouncementAdmin, SendingRuleAdmin
from feedback.notifications.batches.admin_opening import OpeningPolicyAdmin
from feedback.notifications.batches.models import Announcement
from feedback.notifications.batches.opening import OpeningPolicy
from feedback.notifications.gateways.admin import GatewayAdmin, SenderAdmin, StopAdmin
from feedback.notifications.gateways.models import Gateway, Sender
from feedback.notifications.holding.rules import SendingRule, Stop
from feedback.notifications.incoming.admin import IncomingTextAdmin
from feedback.notifications.incoming.models import IncomingText
from feedback.notifications.outbox.admin import MessageAdmin
from feedback.notifications.outbox.models import Message
from feedback.notifications.templates.admin import TemplateAdmin
from feedback.notifications.templates.catalogue import Template
from feedback.surveys.admin import AnswerAdmin
from feedback.surveys.admin_surveys import InvitationAdmin, SurveyAdmin
from feedback.surveys.catalogue import Survey
from feedback.surveys.models import Answer, Invitation

__all__ = ("InvitationAdmin",)  # the roof makes its own of it

admin.site.register(Message, MessageAdmin)
admin.site.register(IncomingText, IncomingTextAdmin)
admin.site.register(Announcement, AnnouncementAdmin)
admin.site.register(OpeningPolicy, OpeningPolicyAdmin)
admin.site.register(SendingRule, SendingRuleAdmin)
admin.site.register(Stop, StopAdmin)
admin.site.register(Gateway, GatewayAdmin)
admin.site.register(Sender, SenderAdmin)
admin.site.register(Template, TemplateAdmin)
admin.site.register(Survey, SurveyAdmin)
admin.site.register(Invitation, InvitationAdmin)
admin.site.register(Answer, AnswerAdmin)
admin.site.register(FollowUp, FollowUpAdmin)
admin.site.register(Comment, CommentAdmin)
admin.site.register(LearntSorting, LearntSortingAdmin)
admin.site.register(SortingWord, SortingWordAdmin)
admin.site.register(AlarmRule, AlarmRuleAdmin)
admin.site.register(Insight, InsightAdmin)
admin.site.register(Department, DepartmentAdmin)
admin.site.register(Given, GivenAdmin)
admin.site.register(AskedGift, AskedGiftAdmin)
admin.site.register(Gift, GiftAdmin)
admin.site.register(GiftRule, GiftRuleAdmin)
admin.site.register(GoodwillLimit, GoodwillLimitAdmin)
admin.site.register(GoodwillBudget, GoodwillBudgetAdmin)
