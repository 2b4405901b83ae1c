"""How many answer, by the channel, the words and the hour in which they were asked."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from feedback.models import Invitation, Message, Template
from feedback.surveys.scores import Nps
from tests.factories import NOW, make_answer, make_customer, make_invitation, make_survey, make_user

pytestmark = pytest.mark.django_db


def asked(survey, *, channel, template=None, hours=0, state="completed", reminded=False):
    invitation = make_invitation(
        survey=survey, customer=make_customer(), sent_at=NOW - timedelta(hours=hours)
    )
    row = {
        **{"invitation": invitation, "customer": invitation.customer, "brand": invitation.brand},
        **{"time_zone": "Europe/Moscow", "language": "ru", "text": "…", "parts": 1},
        **{"planned_at": NOW, "due_at": NOW, "expires_at": NOW + timedelta(days=3)},
    }
    Message.objects.create(reason="survey", channel=channel, template=template, **row)
    if reminded:  # which is another message, of another channel
        Message.objects.create(reason="reminder", channel="email", **row)
    if state == "completed":
        make_answer(9, invitation=invitation)
    Invitation.objects.filter(pk=invitation.pk).update(state=state)


def test_each_invitation_counts_once_however_often_it_was_written_of(signed_in):
    survey = make_survey("touch")
    words = Template.objects.create(
        reason="survey", channel="sms", language="ru", body="Оцените визит, это важно: {link}"
    )
    asked(survey, channel="sms", template=words, reminded=True)
    asked(survey, channel="sms", template=words, hours=1, state="delivered", reminded=True)
    asked(survey, channel="email", hours=1, state="delivered")
    asked(survey, channel="push", hours=1)
    client = signed_in(make_user("supervisor", language="en", time_zone="Asia/Chita"))

    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):

        def told(by):
            rows = client.get(reverse("board"), {"by": by}).context["rows"]
            return {row.name: (row.completed, row.delivered, row.nps) for row in rows}

        one, none = Nps(1, 0, 1), Nps()
        channels = {"SMS": (1, 2, one), "push message": (1, 1, one), "e-mail": (0, 1, none)}
        assert told("channel") == channels
        assert told("text") == {words.body: (1, 2, one), "packaged text": (1, 2, one)}
        assert told("hour") == {"18:00": (1, 3, one), "19:00": (1, 1, one)}  # in Chita
