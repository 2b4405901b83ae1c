"""What those who are not content speak of, and others do not."""

import pytest
from django.urls import reverse

from complaints.customers.walls import NO_WALLS
from feedback.comments.drivers import drivers_of
from feedback.models import Comment
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_comment,
    make_customer,
    make_invitation,
    make_survey,
    make_user,
)

pytestmark = pytest.mark.django_db
NPS = {"number": 1, "kind": "nps"}
WORDS = {"number": 2, "kind": "text"}


def make_said(score: int, topic: str, count: int, survey, **customer) -> None:
    for _ in range(count):
        asked = make_invitation(survey=survey, customer=make_customer(**customer))
        make_answer(score, invitation=asked)
        Comment.objects.filter(pk=make_comment(invitation=asked).pk).update(topic=topic)


def test_a_topic_that_critics_alone_speak_of_drives_the_score():
    survey = make_survey("fixed", NPS, WORDS)
    make_said(3, "coverage", 14, survey)
    make_said(3, "price", 2, survey)
    make_said(10, "price", 12, survey)
    make_said(8, "coverage", 3, survey)  # neither side
    make_said(0, "speech", 3, survey, segment="test")  # ours

    [found] = drivers_of(Comment.objects.within(NO_WALLS), now=NOW)

    assert found.scale == "NPS"
    told = [(one.topic, one.critics.percent, one.friends.percent) for one in found.rows]
    assert told == [("покрытие", 87.5, 0.0), ("цены и списания", 12.5, 100.0)]
    assert [one.difference.proven for one in found.rows] == [True, True]
    assert found.rows[0].difference.value == 87.5


def test_of_nine_there_is_too_little_to_say():
    survey = make_survey("fixed", NPS, WORDS)
    make_said(3, "coverage", 9, survey)
    make_said(9, "price", 10, survey)

    [found] = drivers_of(Comment.objects.all(), now=NOW)

    assert [one.difference for one in found.rows] == [None, None]


def test_it_stands_above_the_comments_and_counts_none_from_behind_a_wall(client, time_machine):
    survey = make_survey("fixed", NPS, WORDS)
    make_said(3, "coverage", 10, survey)
    time_machine.move_to(NOW, tick=False)
    client.force_login(make_user("supervisor"))
    rows = reverse("admin:feedback_comment_changelist")

    assert [one.scale for one in client.get(rows).context["drivers"]] == ["NPS"]
    rival = make_user("supervisor", username="rival", everywhere=False)
    rival.brands.add(make_brand("rival"))
    client.force_login(rival)
    assert client.get(rows).context["drivers"] == []
