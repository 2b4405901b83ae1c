"""On a day that was named, somebody looks whether what was done has helped, and by what."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from feedback.insights import transitions
from feedback.insights.measuring import effect_of
from feedback.insights.states import Helped
from feedback.models import Comment, Insight, Message
from feedback.surveys.scores import Csat
from tests.factories import NOW, make_brand, make_comment, make_customer, make_invitation, make_user
from tests.feedback.insights.test_insights import raised

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY, IN_A_MONTH = NOW.date(), NOW.date() + 30 * DAY
BOARD = reverse("admin:feedback_insight_board")


def test_it_is_looked_at_on_its_day_and_once_more_until_it_is_clear(signed_in):
    row, boss = raised(), signed_in(make_user("supervisor", language="en"))

    def move(kind, **said):
        address = reverse("admin:feedback_insight_move", args=[row.pk, kind])
        page = boss.post(address, said, follow=True)
        row.refresh_from_db()
        return page.content.decode()

    with time_machine.travel(NOW, tick=False):
        assert "This day is over" in move("finish", answer="Есть.", look_on=TODAY - DAY)
        move("finish", answer="Тариф есть с мая.", look_on=IN_A_MONTH)
        assert (row.state, row.look_on, row.helped) == ("done", IN_A_MONTH, "")
        assert "To be looked at now" not in boss.get(BOARD).content.decode()
    with time_machine.travel(NOW + 30 * DAY, tick=False):
        due = boss.get(BOARD).content.decode()
        assert "To be looked at now" in due
        assert reverse("admin:feedback_insight_change", args=[row.pk]) in due
        assert "on which day to look again" in move("look", helped="unclear")
        move("look", helped="unclear", look_on=IN_A_MONTH + 30 * DAY)
        assert "To be looked at now" not in boss.get(BOARD).content.decode()
    with time_machine.travel(NOW + 60 * DAY, tick=False):
        shown = move("look", helped="yes", answer="звонков о даче вдвое меньше")
        assert (row.look_on, row.helped) == (None, "yes")
        assert "it helped: звонков о даче вдвое меньше" in shown
        assert "To be looked at now" not in boss.get(BOARD).content.decode()
        move("reopen")
        assert (row.state, row.helped) == ("new", "")
        assert "not open to this" in move("look", helped="no")
    kinds = list(row.steps.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["raised", "finish", "look", "look", "reopen"]
    assert Message.objects.filter(reason="insight").count() == 1  # the customer hears the end alone


def test_whoever_may_not_work_on_insights_says_nothing():
    row = raised()
    transitions.finish(insight_id=row.pk, answer="Есть.", by=make_user("supervisor"), now=NOW)

    with pytest.raises(transitions.RefusedError):
        transitions.look(
            insight_id=row.pk, helped=Helped.YES, note="", by=make_user("agent"), now=NOW
        )


def test_what_customers_speak_of_is_set_beside_what_they_spoke_of_before():
    row = raised()
    Comment.objects.filter(pk=row.comment_id).update(topic="price", of_moment=NOW - 40 * DAY)
    assert effect_of(row, now=NOW) is None
    transitions.finish(insight_id=row.pk, answer="Есть.", by=make_user("supervisor"), now=NOW)
    rival = make_invitation(customer=make_customer(brand=make_brand("rival")), brand=make_brand())
    type(rival).objects.filter(pk=rival.pk).update(brand=make_brand("rival"))
    told = [(-1, "price", 12), (-1, "internet", 8), (1, "price", 1), (1, "internet", 19)]
    for days, topic, many in [*told, (-31, "price", 3), (31, "price", 3)]:
        for _ in range(many):
            comment = make_comment(at=NOW + days * DAY)
            Comment.objects.filter(pk=comment.pk).update(topic=topic)
    comment = make_comment(invitation=rival, at=NOW + DAY)
    Comment.objects.filter(pk=comment.pk).update(topic="price")

    effect = effect_of(Insight.objects.get(pk=row.pk), now=NOW + 35 * DAY)

    assert (effect.before, effect.after) == (Csat(12, 20), Csat(1, 20))
    assert (round(effect.change.value), effect.change.proven) == (-55, True)
    assert effect_of(Insight.objects.get(pk=row.pk), now=NOW + DAY / 2).change is None
