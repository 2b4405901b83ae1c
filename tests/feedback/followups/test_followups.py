"""Alarming answers are worked one by one, each to its end, and nobody is called twice."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from feedback.comments import transitions as comments
from feedback.followups import transitions
from feedback.followups.queue import Came, came
from feedback.followups.states import Outcome
from feedback.models import AlarmRule, Comment, FollowUp, FollowUpStep
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_customer,
    make_fixed_spot,
    make_followup,
    make_invitation,
    make_user,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
QUEUE = reverse("admin:feedback_followup_changelist")


def swept(now=LATER) -> int:
    comments.provide_words()
    comments.sort_comments(now=now)
    return transitions.raise_alarms(now=now)


def test_a_low_score_is_called_about_once_however_often_the_sweep_runs():
    answer = make_answer(1)
    make_answer(4)

    assert [swept(), swept()] == [1, 0]

    row = FollowUp.objects.get()
    assert (row.invitation, row.case, row.alarms) == (
        answer.invitation,
        answer.invitation.case,
        ["low_score"],
    )
    assert row.due_at == LATER + timedelta(hours=24)


def test_an_alarming_comment_is_called_about_whatever_the_score():
    make_answer(5, "Всё хорошо, но если опять так, уйду")

    swept()

    assert FollowUp.objects.get().alarms == ["leaving", "repeated"]
    assert Comment.objects.get().alarms == ["leaving", "repeated"]


def test_a_score_is_left_a_moment_for_whoever_tapped_by_mistake():
    make_answer(1, at=LATER)

    assert swept() == 0


def test_the_limits_are_those_people_have_set():
    AlarmRule.objects.update_or_create(pk=1, defaults={"csat_up_to": 3, "hours": 4})
    make_answer(3)

    swept()

    assert FollowUp.objects.get().due_at == LATER + timedelta(hours=4)


def test_what_a_person_said_of_a_comment_stays():
    make_answer(5, "интернет плохой")
    comments.provide_words()
    comments.sort_comments(now=NOW)
    comment = Comment.objects.get()
    by = make_user("supervisor")

    comments.correct(comment_id=comment.pk, topic="price", alarms=[], by=by, now=NOW)
    comment.answer.words += "\n\nуйду"
    comment.answer.at = LATER
    comment.answer.save()
    comments.sort_comments(now=LATER)

    comment.refresh_from_db()
    assert (comment.topic, comment.alarms, comment.corrected_by) == ("price", [], by)


@pytest.mark.parametrize("outcome", [Outcome.SAVED, Outcome.OFFER])
def test_a_follow_up_is_taken_and_closed_with_what_came_of_it(outcome):
    row, by = make_followup(), make_user("dispatcher")

    transitions.take(followup_id=row.pk, by=by, now=NOW)
    transitions.take(followup_id=row.pk, by=by, now=NOW)
    transitions.close(
        followup_id=row.pk, outcome=outcome, note="объяснили, остаётся", by=by, now=LATER
    )

    row.refresh_from_db()
    assert (row.state, row.owner, row.outcome, row.closed_at) == ("closed", by, outcome, LATER)
    kinds = FollowUpStep.objects.filter(followup=row).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["take", "close"]
    with pytest.raises(transitions.RefusedError):
        transitions.take(followup_id=row.pk, by=by, now=LATER)


def test_a_customer_not_reached_three_times_is_let_go():
    row, by = make_followup(), make_user("dispatcher")

    for _ in range(3):
        transitions.miss(followup_id=row.pk, note="", by=by, now=NOW)

    row.refresh_from_db()
    assert (row.state, row.outcome, row.misses) == ("closed", "not_reached", 3)


def test_three_clicks_are_one_call(signed_in):
    """A page that is slow, or gone back to, closed a follow-up after the first call."""
    row, browser = make_followup(), signed_in(make_user("dispatcher"))
    page = browser.get(reverse("admin:feedback_followup_change", args=[row.pk])).content.decode()
    assert '<input type="hidden" name="misses" value="0">' in page

    for _ in range(3):
        browser.post(
            reverse("admin:feedback_followup_move", args=[row.pk, "miss"]), {"misses": "0"}
        )

    row.refresh_from_db()
    assert (row.state, row.misses) == ("taken", 1)


def test_a_spot_is_taken_up_again_by_the_one_who_heard_the_customer():
    spot = make_fixed_spot(make_customer(), state="closed", ended_at=NOW)
    row = make_followup(invitation=make_invitation(case=spot, customer=make_customer()))

    transitions.close(
        followup_id=row.pk,
        outcome=Outcome.REOPENED,
        note="связи нет",
        by=make_user("dispatcher"),
        now=LATER,
    )

    spot.refresh_from_db()
    assert spot.state == "reopened"


def test_a_spot_that_cannot_be_taken_up_refuses_and_the_follow_up_stays_open():
    spot = make_fixed_spot(make_customer(), state="fixing", eta_at=NOW)
    row = make_followup(invitation=make_invitation(case=spot, customer=make_customer()))

    with pytest.raises(transitions.RefusedError):
        transitions.close(
            followup_id=row.pk,
            outcome=Outcome.REOPENED,
            note="связи нет",
            by=make_user("dispatcher"),
            now=LATER,
        )

    row.refresh_from_db()
    assert row.state == "open"


@pytest.mark.parametrize("role", ["agent", "planner"])
def test_who_has_no_right_to_it_moves_nothing(role):
    row = make_followup()

    with pytest.raises(transitions.RefusedError):
        transitions.take(followup_id=row.pk, by=make_user(role), now=NOW)


@pytest.fixture(name="_now")
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.usefixtures("_now")
def test_the_queue_shows_what_waits_masked_and_is_taken_in_bulk(signed_in):
    customer = make_customer(phone="+79161234512")
    rows = [make_followup(invitation=make_invitation(customer=customer)) for _ in range(3)]
    client = signed_in("supervisor")

    page = client.get(QUEUE).content.decode()
    client.post(QUEUE, {"action": "take_all", "_selected_action": [row.pk for row in rows]})

    assert "+7 916 ***-**-12" in page
    assert "9161234512" not in page
    assert set(FollowUp.objects.values_list("state", flat=True)) == {"taken"}


@pytest.mark.usefixtures("_now")
def test_the_page_of_a_follow_up_tells_what_was_said_and_moves_it(signed_in):
    row = make_followup(comment="Позвоните +79161234512, всё плохо")
    client = signed_in("dispatcher")

    page = client.get(reverse("admin:feedback_followup_change", args=[row.pk])).content.decode()
    move = reverse("admin:feedback_followup_move", args=[row.pk, "close"])
    client.post(move, {"outcome": "explained", "note": "объяснили"})

    assert "всё плохо" in page
    assert "9161234512" not in page
    row.refresh_from_db()
    assert (row.state, row.outcome) == ("closed", "explained")


def test_the_inner_loop_is_measured_from_the_alarm_to_its_end():
    by = make_user("dispatcher")
    for hours in (2, 4, 30):
        row = make_followup()
        transitions.close(
            followup_id=row.pk,
            outcome=Outcome.SAVED,
            note="…",
            by=by,
            now=NOW + timedelta(hours=hours),
        )

    found = came(FollowUp.objects.all(), now=NOW + timedelta(hours=31))

    assert found == Came(closed=3, in_time=2, saved=3, not_reached=0, hours=4.0)


def test_a_follow_up_behind_a_wall_is_not_moved(client):
    reader = make_user("dispatcher", everywhere=False)
    client.force_login(reader, backend="heatmaps_project.accounts.backends.RoleBackend")
    case = make_fixed_spot(make_customer(), brand=make_brand("rival"))
    row = make_followup(invitation=make_invitation(case=case, customer=make_customer()))

    seen = client.post(reverse("admin:feedback_followup_move", args=[row.pk, "take"]))

    row.refresh_from_db()
    assert (seen.status_code, row.state) == (404, "open")


def test_the_queries_of_the_queue_do_not_grow(signed_in, django_assert_max_num_queries):
    client = signed_in("supervisor")
    for _ in range(12):
        make_followup()

    with django_assert_max_num_queries(15) as queries:
        client.get(QUEUE)
    assert len(queries) < 12
