"""Whoever keeps a promise late says why. NOW is 13:00 in Moscow."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from spots.cases import transitions
from spots.cases.calls import CALLS
from spots.cases.transitions import IllegalMoveError
from spots.models import Event, LateReasonGiven, Policy
from spots.sla import transitions as sla
from tests.factories import (
    NOW,
    make_cause,
    make_late_reason,
    make_policy,
    make_spot,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def fixing(*, minutes=60):
    """A spot opened an hour and a half ago, in the office's hours, to be fixed in so many."""
    make_policy(90, reaction_minutes=None, eta_minutes=None, fix_minutes=minutes)
    opened = NOW - 1.5 * HOUR
    spot = make_spot(state="fixing", cause=make_cause(), eta_at=NOW, opened_at=opened)
    walls = {"brand_id": spot.brand_id, "region_id": spot.region_id}
    sla.start(case_id=spot.pk, band=1, topic_id=spot.topic_id, now=opened, **walls)
    return spot


def fix(spot, **said):
    by = said.pop("by", None) or make_user("engineer")
    return transitions.fix(case_id=spot.pk, by=by, now=NOW, **said)


def test_a_late_fix_without_a_reason_is_refused_and_nothing_is_done():
    spot = fixing()

    with pytest.raises(IllegalMoveError):
        fix(spot, note="new fuse")

    spot.refresh_from_db()
    assert spot.state == "fixing"
    assert not Event.objects.exists()


def test_the_reason_is_kept_with_the_event_and_with_the_promise():
    spot, reason = fixing(), make_late_reason()

    fix(spot, late_reason=reason)

    late = LateReasonGiven.objects.get()
    assert (late.reason, late.at, late.clock.case_id) == (reason, NOW, spot.pk)
    assert late.event.facts["late_reason"] == reason.pk
    assert late.clock.breached_at == NOW - HOUR / 2


def test_a_reason_that_says_too_little_wants_a_note():
    spot, other = fixing(), make_late_reason("other", wants_note=True)

    with pytest.raises(IllegalMoveError):
        fix(spot, late_reason=other, note=" ")

    fix(spot, late_reason=other, note="a bear at the mast")
    assert LateReasonGiven.objects.count() == 1


def test_in_time_no_reason_is_asked_and_none_is_kept():
    spot = fixing(minutes=120)

    fix(spot, late_reason=make_late_reason())

    assert not LateReasonGiven.objects.exists()
    assert "late_reason" not in Event.objects.get().facts


def test_the_engine_is_not_asked():
    spot = fixing()

    transitions.fix(case_id=spot.pk, by=None, now=NOW)

    assert not LateReasonGiven.objects.exists()


def test_what_was_given_is_never_changed():
    fix(fixing(), late_reason=make_late_reason())

    for change in (
        LateReasonGiven.objects.all().delete,
        lambda: LateReasonGiven.objects.update(at=NOW + HOUR),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


@time_machine.travel(NOW, tick=False)
def test_the_page_asks_for_it_where_the_time_has_passed(signed_in):
    spot, reason = fixing(), make_late_reason()
    client = signed_in("engineer")
    move = reverse("admin:spots_spot_move", args=[spot.pk, "fix"])
    page = client.get(reverse("admin:spots_spot_change", args=[spot.pk])).content.decode()
    assert 'name="late_reason"' in page

    assert client.post(move, {"note": "done"}).status_code == 400
    assert client.post(move, {"late_reason": reason.pk}).status_code == 302

    assert LateReasonGiven.objects.get().reason == reason
    page = client.get(reverse("admin:spots_spot_change", args=[spot.pk])).content.decode()
    assert str(reason) in page


@time_machine.travel(NOW, tick=False)
def test_the_page_does_not_ask_in_time(signed_in):
    spot = fixing(minutes=120)

    page = signed_in("engineer").get(reverse("admin:spots_spot_change", args=[spot.pk]))

    assert 'name="late_reason"' not in page.content.decode()


@time_machine.travel(NOW, tick=False)
def test_an_archived_reason_is_not_offered(signed_in):
    spot, old = fixing(), make_late_reason("old", archived_at=NOW)
    move = reverse("admin:spots_spot_move", args=[spot.pk, "fix"])

    assert signed_in("engineer").post(move, {"late_reason": old.pk}).status_code == 400


LATE = {  # the state that a move is made from, and the promise that it keeps
    "accept": ("routed", "reaction"),
    "diagnose": ("reopened", "reaction"),
    "plan": ("diagnosing", "eta"),
}


def overdue(state, promise, *, minutes=60, team=None):
    """A spot opened an hour and a half ago, in the office's hours, that promises one thing."""
    nothing = {"reaction_minutes": None, "eta_minutes": None, "fix_minutes": None}
    if not Policy.objects.filter(order=90).exists():
        make_policy(90, **nothing | {f"{promise}_minutes": minutes})
    opened = NOW - 1.5 * HOUR
    team = team or make_team(members=(make_user("engineer"),))
    spot = make_spot(state=state, team=team, opened_at=opened)
    walls = {"brand_id": spot.brand_id, "region_id": spot.region_id}
    sla.start(case_id=spot.pk, band=1, topic_id=spot.topic_id, now=opened, **walls)
    return spot


def made(move, spot, **said):
    if move == "plan":
        said |= {"cause": make_cause(), "eta_at": NOW + HOUR}
    return CALLS[move](case_id=spot.pk, by=make_user("engineer"), now=NOW, **said)


@pytest.mark.parametrize("move", LATE)
def test_who_reacts_or_sets_the_term_late_says_why_too(move):
    spot, reason = overdue(*LATE[move]), make_late_reason()

    with pytest.raises(IllegalMoveError):
        made(move, spot)
    made(move, spot, late_reason=reason)

    given = LateReasonGiven.objects.get()
    assert (given.clock.target, given.reason) == (LATE[move][1], reason)
    assert given.event == Event.objects.latest("pk")
    assert given.event.facts["late_reason"] == reason.pk


@pytest.mark.parametrize("move", LATE)
def test_who_does_so_in_time_is_asked_nothing(move):
    made(move, overdue(*LATE[move], minutes=120), late_reason=make_late_reason())

    assert not LateReasonGiven.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_a_page_asks_for_the_reason_with_the_move(signed_in):
    spot, reason = overdue("routed", "reaction"), make_late_reason()
    client, move = signed_in("engineer"), reverse("admin:spots_spot_move", args=[spot.pk, "accept"])
    page = client.get(reverse("admin:spots_spot_change", args=[spot.pk])).content.decode()
    assert 'name="late_reason"' in page

    assert client.post(move).status_code == 400
    assert client.post(move, {"late_reason": reason.pk}).status_code == 302

    spot.refresh_from_db()
    assert spot.state == "accepted"


@time_machine.travel(NOW, tick=False)
def test_several_are_accepted_at_once_and_what_is_late_says_that_it_needs_a_reason(signed_in):
    late, reason = overdue("routed", "reaction"), make_late_reason()
    in_time = make_spot(state="routed", team=late.team)
    client, queue = signed_in("engineer"), reverse("admin:spots_spot_changelist")
    chosen = {"action": "accept_chosen", "_selected_action": [late.pk, in_time.pk]}

    lines = client.post(queue, chosen, headers={"accept": "application/json"}).json()["lines"]
    assert {line["case_id"]: line["done"] for line in lines} == {late.pk: False, in_time.pk: True}

    assert 'name="late_reason"' in client.post(queue, chosen).content.decode()
    client.post(queue, {**chosen, "late_reason": reason.pk})
    assert LateReasonGiven.objects.get().clock.case_id == late.pk
