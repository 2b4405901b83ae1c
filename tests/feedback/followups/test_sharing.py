"""Follow-ups find who calls: given by people, shared out by a rule; and late ones are seen."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from feedback.followups import transitions
from feedback.models import AlarmRule, FollowUp, FollowUpStep
from spots.models import CertifiedBrand
from tests.factories import (
    NOW,
    make_absence,
    make_answer,
    make_brand,
    make_certificate,
    make_customer,
    make_fixed_spot,
    make_followup,
    make_invitation,
    make_team,
    make_user,
    make_working_time,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
QUEUE = reverse("admin:feedback_followup_changelist")


def rule(**fields) -> AlarmRule:
    return AlarmRule.objects.update_or_create(pk=1, defaults=fields)[0]


def callers(*names: str):
    people = tuple(make_user("dispatcher", username=name) for name in names)
    return make_team("callers", members=people), people


def owners() -> list[str]:
    rows = FollowUp.objects.order_by("pk").values_list("owner__username", flat=True)
    return list(rows)


def test_the_time_to_call_is_working_time_by_the_calendar_of_the_rule():
    office = make_working_time(zone="UTC", week={"4": [["09:00", "18:00"]]})
    rule(hours=4, working_time=office)
    friday = datetime(2026, 3, 27, 16, 0, tzinfo=UTC)
    make_answer(1, at=friday - timedelta(hours=1))

    transitions.raise_alarms(now=friday)

    assert FollowUp.objects.get().due_at == datetime(2026, 4, 3, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sharing", "expected"),
    [
        ("leave", [None, None, None]),
        ("least_loaded", ["idle", "idle", "busy"]),
        ("in_turn", ["busy", "idle", "busy"]),
    ],
)
def test_new_follow_ups_are_shared_out_as_the_rule_says(sharing, expected):
    team, (busy, _idle) = callers("busy", "idle")
    for _ in range(2):
        make_followup(owner=busy, state="taken")
    rule(team=team, sharing=sharing)
    fresh = [make_followup(due_at=NOW + timedelta(hours=n)).pk for n in range(3)]

    done = [transitions.share_out(now=NOW), transitions.share_out(now=NOW)]

    assert done == [sum(one is not None for one in expected), 0]
    found = FollowUp.objects.filter(pk__in=fresh).order_by("pk")
    assert list(found.values_list("owner__username", flat=True)) == expected


def test_nobody_who_is_away_may_not_or_sees_it_not_is_given_one():
    here = make_user("dispatcher", username="here")
    away = make_user("dispatcher", username="away")
    make_absence(away, now=NOW)
    walled = make_user("dispatcher", username="walled", everywhere=False)
    may_not = make_user("engineer", username="may not")
    rule(team=make_team("callers", members=(away, walled, may_not, here)), sharing="in_turn")
    for _ in range(2):
        make_followup()

    transitions.share_out(now=NOW)

    assert owners() == ["here", "here"]


def test_several_are_given_to_a_colleague_from_the_list(signed_in):
    team, (_first, second) = callers("first", "second")
    rule(team=team)
    rows = [make_followup() for _ in range(2)]
    client = signed_in("supervisor")
    chosen = {"action": "give_to", "_selected_action": [row.pk for row in rows]}

    asked = client.post(QUEUE, chosen)
    client.post(QUEUE, {**chosen, "to": second.pk})

    assert "second" in asked.content.decode()
    assert owners() == ["second", "second"]
    steps = FollowUpStep.objects.values_list("kind", "to__username")
    assert list(steps) == [("give", "second")] * 2


def test_a_follow_up_is_not_given_to_who_may_not_see_it():
    case = make_fixed_spot(make_customer(), brand=make_brand("rival"))
    row = make_followup(invitation=make_invitation(case=case, customer=make_customer()))
    by = make_user("supervisor")
    by.brands.add(case.brand)

    with pytest.raises(transitions.RefusedError):
        transitions.give(followup_id=row.pk, to=make_user("dispatcher"), by=by, now=NOW)

    row.refresh_from_db()
    assert row.owner is None


def test_a_late_follow_up_is_marked_once_and_stays_so_when_closed():
    row = make_followup(due_at=NOW)
    make_followup(due_at=LATER + timedelta(hours=1))

    assert [transitions.mark_late(now=LATER), transitions.mark_late(now=LATER)] == [1, 0]

    row.refresh_from_db()
    assert row.late_at == NOW
    assert FollowUpStep.objects.get(kind="late").followup == row


def test_one_closed_late_before_the_sweep_saw_it_is_late_all_the_same():
    row, by = make_followup(due_at=NOW), make_user("dispatcher")

    transitions.close(followup_id=row.pk, outcome="explained", note="ok", by=by, now=LATER)

    row.refresh_from_db()
    assert row.late_at == NOW


def test_who_has_no_valid_certificate_of_the_brand_is_given_nothing_and_takes_nothing():
    team, (ended, certified) = callers("ended", "certified")
    CertifiedBrand.objects.create(brand=make_brand())
    make_certificate(ended, until=NOW.date() - timedelta(days=1))
    make_certificate(certified)
    rule(team=team, sharing="in_turn")
    fresh = [make_followup(due_at=NOW + timedelta(hours=n)) for n in range(2)]

    transitions.share_out(now=NOW)

    assert owners() == ["certified", "certified"]
    chief = make_user("supervisor")
    for move in (
        {"call": transitions.take, "by": ended},
        {"call": transitions.give, "to": ended, "by": chief},
    ):
        call = move.pop("call")
        with pytest.raises(transitions.RefusedError):
            call(followup_id=fresh[0].pk, now=NOW, **move)
    assert owners() == ["certified", "certified"]
