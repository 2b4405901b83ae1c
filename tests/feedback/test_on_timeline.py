"""What the timeline of a spot tells of feedback."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from feedback import on_timeline
from feedback.models import Message
from feedback.notifications import transitions
from spots.cases import transitions as cases
from tests.factories import (
    NOW,
    make_answer,
    make_customer,
    make_event,
    make_fixed_spot,
    make_invitation,
    make_spot,
    make_user,
)

pytestmark = pytest.mark.django_db


def told(rf, source, case, role="dispatcher", before=None):
    request = rf.get("/")
    request.user = make_user(role)
    with override("en"):
        return source(request, case, before).lines


def announced(*states: str):
    """A fixed spot whose customers were told; one of them cannot be."""
    spot = make_fixed_spot(*(make_customer() for _ in states), make_customer(phone="", email=""))
    transitions.plan_messages(now=NOW)
    for message, state in zip(Message.objects.order_by("pk"), states, strict=True):
        Message.objects.filter(pk=message.pk).update(
            state=state, delivered_at=NOW, handed_over_at=NOW
        )
    return spot


def test_customers_told_are_one_line_that_says_how_far_it_has_come(rf):
    spot = announced("delivered", "delivered", "handed_over", "failed", "expired", "cancelled")

    (line,) = told(rf, on_timeline.messages, spot)

    assert line.label == "customers told: fixed"
    assert line.details == [
        "6 messages",
        "delivered: 2",
        "on the way: 1",
        "not delivered: 2",
        "cancelled: 1",
        "without phone and e-mail: 1",
    ]
    assert line.link == f"/admin/feedback/message/?q={spot.pk}"


def test_what_is_nought_is_not_said(rf):
    spot = make_fixed_spot(make_customer())
    transitions.plan_messages(now=NOW)

    (line,) = told(rf, on_timeline.messages, spot)

    assert line.details == ["1 message", "on the way: 1"]


def test_ratings_are_one_line_of_each_fix_with_their_mean(rf):
    spot = make_fixed_spot()
    again = make_event(spot, at=NOW + timedelta(days=1))
    first = spot.events.order_by("pk")[0]
    for event, ratings, days in ((first, (1, 2, 4), 0), (again, (5,), 2)):
        for rating in ratings:
            make_answer(
                rating,
                "всё так же" if rating == 1 else "",
                invitation=make_invitation(case=spot, event=event),
                at=NOW + timedelta(days=days, minutes=rating),
            )

    newest, oldest = told(rf, on_timeline.answers, spot)

    assert oldest.details == ["3 answers", "on average 2.3 of 5", "1 comment"]
    assert oldest.at == NOW + timedelta(minutes=4)
    assert newest.details == ["1 answer", "on average 5 of 5"]
    assert newest.link == f"/admin/feedback/answer/?q={spot.pk}"


@pytest.mark.parametrize("source", [on_timeline.messages, on_timeline.answers])
def test_only_what_was_earlier_is_told_when_that_is_asked(rf, source):
    spot = announced("delivered")
    make_answer(5, invitation=Message.objects.get().invitation)

    assert len(told(rf, source, spot, before=NOW + timedelta(minutes=1))) == 1
    assert told(rf, source, spot, before=NOW) == []


@pytest.mark.parametrize("source", [on_timeline.messages, on_timeline.answers])
def test_those_who_do_not_work_with_customers_are_told_neither(rf, source):
    spot = announced("delivered")
    make_answer(5, invitation=Message.objects.get().invitation)

    assert told(rf, source, spot, "planner") == []


@pytest.mark.parametrize("source", [on_timeline.messages, on_timeline.answers])
def test_another_spots_customers_are_not_told_of(rf, source):
    announced("delivered")
    make_answer(5, invitation=Message.objects.get().invitation)

    assert told(rf, source, make_fixed_spot()) == []


def test_many_messages_and_answers_take_a_query_each(rf, django_assert_num_queries):
    spot = announced(*["delivered"] * 12)
    for message in Message.objects.all():
        make_answer(4, invitation=message.invitation)
    request = rf.get("/")
    request.user = make_user()
    assert request.user.walls.brands
    assert request.user.has_perm("feedback.view_answer")

    with django_assert_num_queries(2):
        on_timeline.messages(request, spot, None)
        on_timeline.answers(request, spot, None)


def test_the_page_tells_of_customers_and_links_to_their_messages(signed_in):
    spot = announced("delivered")

    page = signed_in().get(f"/admin/spots/spot/{spot.pk}/change/").content.decode()

    assert "case-of-customers" in page
    assert page.count(f"/admin/feedback/message/?q={spot.pk}") == 2  # in its panel, too


def test_ratings_of_a_merged_spot_are_told_where_it_lives_on(rf):
    merged, lives_on = make_fixed_spot(make_customer()), make_spot(state="routed")
    make_answer(2, invitation=make_invitation(case=merged))
    cases.merge(case_id=merged.pk, into_id=lives_on.pk, by=None, now=NOW)

    (line,) = told(rf, on_timeline.answers, lives_on)

    assert line.details[:2] == [f"of № {merged.pk}, which was merged into this", "1 answer"]
