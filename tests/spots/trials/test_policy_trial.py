"""A policy tried on the last 30 days: what it says is what a recomputation then makes of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.customers.walls import NO_WALLS, Walls
from spots.cases import transitions
from spots.cases.transitions import recompute_promises
from spots.cases.transitions.promises import promise
from spots.models import Case, Clock, LedgerEntry, Policy
from spots.sla import transitions as sla
from spots.sla.in_force import in_force, policies_in_force
from spots.sla.models import Target
from spots.trials import policies
from spots.trials.policies import Attempt, Changed, Verdict, attempt, exchanged, with_policy
from tests.factories import (
    NOW,
    make_brand,
    make_cause,
    make_complaint,
    make_customer,
    make_policy,
    make_region,
    make_spot,
    make_team,
    make_user,
    make_working_time,
)

pytestmark = pytest.mark.django_db
TRY = reverse("admin:spots_policy_try")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOW + 6 * HOUR
TARGETS = ("reaction", "eta", "fix", "first_answer")


def make_always(order: int = 10, **fields: Any) -> Policy:
    """Ten hours for everything, day and night."""
    week = {str(day): [["00:00", "24:00"]] for day in range(7)}
    minutes = {f"{target}_minutes": 600 for target in TARGETS[:3]}
    always = make_working_time("always", week=week)
    return make_policy(order, **{"working_time": always, **minutes, **fields})


def promised(*, state: str = "accepted", **fields: Any) -> Case:
    segment = fields.pop("segment", "mass")
    opened = fields.setdefault("opened_at", NOW)
    members = [make_complaint(customer=make_customer(segment=segment))]
    row = {"team": make_team(), "accepted_at": opened, "cause": make_cause(), **fields}
    case = make_spot(complaints=members, state=state, **row)
    promise(case, since=opened, now=opened)
    return case


def fixed(*, after: timedelta, **fields: Any) -> Case:
    term = fields.get("opened_at", NOW) + after + HOUR
    case = promised(state="fixing", eta_at=term, **fields)
    transitions.fix(case_id=case.pk, by=make_user("dispatcher"), now=case.opened_at + after)
    return case


def typed(policy: Policy, **fields: Any) -> Policy:
    """The policy as a form leaves it: read anew, changed, and not saved."""
    row = Policy.objects.get(pk=policy.pk) if policy.pk else policy
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def tried(policy: Policy, *, walls: Walls = NO_WALLS, now: Any = LATER, **fields: Any) -> Attempt:
    row = typed(policy, **fields)
    present, edited = policies_in_force(), in_force(row)
    changed = with_policy(present, edited, order=row.order)
    return attempt(present, changed, edited=edited, walls=walls, now=now)


def of_fix(result: Attempt) -> dict[Case, Changed]:
    return {
        case: one for case, moved in result.changed for one in moved if one.target == Target.FIX
    }


def shares(result: Attempt, target: Target = Target.FIX) -> tuple[float | None, float | None]:
    return result.was[target].share, result.would[target].share


def test_fewer_minutes_are_kept_less_often_and_nothing_is_saved():
    policy = make_always()
    for hours in (1, 2, 3, 4):
        fixed(after=hours * HOUR)
    before = list(LedgerEntry.objects.values()), list(Clock.objects.values())

    result = tried(policy, fix_minutes=150)

    assert shares(result) == (1.0, 0.5)
    assert sorted(one.would.verdict for one in of_fix(result).values()) == [
        *(Verdict.KEPT, Verdict.KEPT),
        *(Verdict.LATE, Verdict.LATE),
    ]
    assert (list(LedgerEntry.objects.values()), list(Clock.objects.values())) == before
    assert Policy.objects.get().fix_minutes == 600


def test_the_minutes_as_they_are_change_nothing():
    policy = make_always()
    fixed(after=HOUR)
    promised()

    assert tried(policy).changed == []


def test_an_open_promise_is_due_when_saving_would_make_it_so():
    policy = make_always()
    case = promised()

    (one,) = of_fix(tried(policy, fix_minutes=120)).values()

    assert (one.was.due, one.would.due) == (case.opened_at + 10 * HOUR, case.opened_at + 2 * HOUR)
    assert (one.was.verdict, one.would.verdict) == (Verdict.OPEN, Verdict.MISSED)


def test_pauses_on_record_count_for_what_has_ended_too():
    policy = make_always()
    case = promised(state="fixing", eta_at=NOW + DAY)
    dispatcher = make_user("dispatcher")
    transitions.wait(case_id=case.pk, waits_for="parts", by=dispatcher, now=NOW + HOUR)
    transitions.resume(case_id=case.pk, by=dispatcher, now=NOW + 4 * HOUR)
    transitions.fix(case_id=case.pk, by=dispatcher, now=NOW + 5 * HOUR)

    (one,) = of_fix(tried(policy, fix_minutes=180)).values()

    assert (one.would.due, one.would.verdict) == (NOW + 6 * HOUR, Verdict.KEPT)


def test_a_new_policy_before_the_others_takes_cases_from_them():
    make_always()
    mine, other = promised(band=1), promised(band=2)
    always = Policy.objects.get().working_time
    new = Policy(order=1, name="urgent", band=1, fix_minutes=60, working_time=always)

    result = tried(new)

    assert (result.tried, result.rematched) == (2, 1)
    assert [case for case, _ in result.changed] == [mine]
    assert other not in of_fix(result)
    found = {one.target: one.would.verdict for one in result.changed[0][1]}
    assert found == {  # what had not been promised by the new policy ends
        Target.REACTION: Verdict.STOPPED,
        Target.ETA: Verdict.STOPPED,
        Target.FIX: Verdict.MISSED,
    }


def test_a_target_that_is_added_counts_from_the_opening():
    policy = make_always(reaction_minutes=None, eta_minutes=None)
    promised()

    ((_, moved),) = tried(policy, eta_minutes=120).changed

    (one,) = [one for one in moved if one.target == Target.ETA]
    assert (one.was.verdict, one.would.due) == (Verdict.NONE, NOW + 2 * HOUR)


def test_a_policy_for_segments_is_tried_though_no_saved_one_asks_for_any():
    make_always()
    rich, _poor = promised(segment="vip"), promised()
    always = Policy.objects.get().working_time
    new = Policy(order=1, name="rich", segments=["vip"], fix_minutes=60, working_time=always)

    assert [case for case, _ in tried(new).changed] == [rich]


@pytest.mark.parametrize(("mode", "due"), [("continue", 13), ("restart", 14)])
def test_what_was_reopened_and_has_ended_is_told_by_the_mode_that_is_typed(mode, due):
    policy = make_always(reopening="restart" if mode == "continue" else "continue")
    case = fixed(after=HOUR)
    transitions.reopen(case_id=case.pk, note="x", by=make_user("dispatcher"), now=NOW + 4 * HOUR)
    sla.satisfy(case_id=case.pk, target=Target.FIX, by=None, now=NOW + 5 * HOUR)

    (one,) = of_fix(tried(policy, reopening=mode)).values()

    assert one.would.due == NOW + due * HOUR


def test_cases_older_than_a_month_count_while_they_are_worked_on():
    policy = make_always(fix_minutes=40 * 24 * 60)
    fixed(after=HOUR, opened_at=NOW - 31 * DAY)
    old = promised(opened_at=NOW - 31 * DAY)

    assert list(of_fix(tried(policy, fix_minutes=60))) == [old]


def test_what_was_missed_already_would_stay_as_it_is():
    policy = make_always()
    promised(opened_at=NOW - DAY)

    assert tried(policy, fix_minutes=6000).changed == []


def test_of_more_cases_than_can_be_asked_the_newest_are(monkeypatch):
    monkeypatch.setattr(policies, "MOST", 2)
    policy = make_always()
    _first, *newest = [promised(opened_at=NOW + i * HOUR) for i in range(3)]

    result = tried(policy, fix_minutes=60)

    assert (result.tried, result.cut) == (2, True)
    assert list(of_fix(result)) == newest[::-1]


def test_what_is_behind_a_wall_is_not_tried():
    policy = make_always()
    own = promised()
    promised(brand=make_brand("other"))

    walls = Walls(frozenset({own.brand_id}), frozenset({make_region().pk}))

    assert list(of_fix(tried(policy, walls=walls, fix_minutes=60))) == [own]


# What the trial says of open promises is what saving and recomputing makes of them

edits = st.fixed_dictionaries(
    {},
    optional={
        "order": st.sampled_from([5, 15, 25]),
        "band": st.sampled_from([None, 1, 2]),
        "segments": st.sampled_from([[], ["vip"]]),
        "reaction_minutes": st.sampled_from([None, 30, 400]),
        "eta_minutes": st.sampled_from([None, 60, 500]),
        "fix_minutes": st.sampled_from([None, 0, 90, 700]),
        "reopening": st.sampled_from(["continue", "restart"]),
        "office": st.booleans(),
    },
)
SETTINGS = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(name="lived")
def _lived() -> Policy:
    """Cases of three bands; some wait, some waited, some were reopened or fixed; their policy."""
    policy = make_always(10, band=1, eta_minutes=None)
    make_always(20, reaction_minutes=200)
    dispatcher = make_user("dispatcher")
    for band, segment in ((1, "vip"), (2, "mass"), (3, "vip")):
        promised(state="routed", band=band, segment=segment, accepted_at=None)
        waits = promised(band=band, segment=segment)
        transitions.wait(case_id=waits.pk, waits_for="parts", by=dispatcher, now=NOW + HOUR)
        waited = promised(state="fixing", eta_at=NOW + DAY, band=band, segment=segment)
        transitions.wait(case_id=waited.pk, waits_for="parts", by=dispatcher, now=NOW + HOUR)
        transitions.resume(case_id=waited.pk, by=dispatcher, now=NOW + 2 * HOUR)
        again = fixed(after=HOUR, band=band, segment=segment)
        transitions.reopen(case_id=again.pk, note="x", by=dispatcher, now=NOW + 3 * HOUR)
    recompute_promises(now=NOW + 5 * HOUR)
    return policy


def open_ones() -> dict[tuple[int, str], tuple[Any, bool]]:
    sla.mark_breaches(now=LATER)
    running = Clock.objects.running().filter(case__state__in=policies.WORKING)
    return {
        (clock.case_id, clock.target): (clock.due_at, clock.breached_at is not None)
        for clock in running
    }


def told(result: Attempt) -> dict[tuple[int, str], tuple[Any, bool]]:
    """What would be open by the trial, of what changes."""
    return {
        (case.pk, one.target.value): (one.would.due, one.would.verdict == Verdict.MISSED)
        for case, moved in result.changed
        for one in moved
    }


@SETTINGS
@given(edits)
def test_saving_and_recomputing_gives_what_the_trial_said(lived, edit):
    with transaction.atomic():
        edit = dict(edit)
        if edit.pop("office", False):
            edit["working_time"] = make_working_time()
        before = open_ones()

        result = tried(lived, **edit)
        typed(lived, **edit).save()
        recompute_promises(now=LATER)

        after = open_ones()
        said = told(result)
        moved = {key for key in {*before, *after} if before.get(key) != after.get(key)}
        assert moved <= set(said)
        assert {key: said[key] for key in said if key in after} == {
            key: after[key] for key in said if key in after
        }
        transaction.set_rollback(True)


def test_policies_in_each_others_places_promise_what_moving_them_does():
    first, second = make_always(1, band=1), make_always(2, band=1, fix_minutes=60)
    promised(band=1)
    present = policies_in_force()

    changed = exchanged(present, first.pk, second.pk)
    (one,) = of_fix(attempt(present, changed, walls=NO_WALLS, now=LATER)).values()

    assert (one.was.policy, one.would.policy) == (first.pk, second.pk)
    assert (one.was.due, one.would.due) == (NOW + 10 * HOUR, NOW + HOUR)


# The pages


@pytest.fixture(name="chief")
def _chief(signed_in, settings):
    settings.LANGUAGE_CODE = "en"
    return signed_in("administrator")


def written(policy: Policy, **fields: Any) -> dict[str, Any]:
    return {
        "order": policy.order,
        "name": policy.name,
        "working_time": policy.working_time_id,
        "fix_minutes": 600,
        "segments_share": 50,
        "reopening": "continue",
        "policy": policy.pk,
        **fields,
    }


def test_the_page_says_what_compliance_would_have_been(chief):
    policy = make_always()
    for hours in (1, 2, 3):
        fixed(after=hours * HOUR, opened_at=timezone.now() - 5 * HOUR)

    page = chief.post(TRY, written(policy, fix_minutes=90)).content.decode()

    assert "Compliance would have been 33.3 % instead of 100.0 %." in page
    assert "3 of 3 cases would have other promises." in page
    policy.refresh_from_db()
    assert policy.fix_minutes == 600


def test_what_cannot_be_tried_is_said(chief):
    answer = chief.post(TRY, written(make_always(), order=""))

    assert answer.status_code == 400
    assert "cannot be tried" in answer.content.decode()


def test_the_policys_page_offers_the_trial(chief):
    policy = make_always()

    page = chief.get(reverse("admin:spots_policy_change", args=[policy.pk])).content.decode()

    assert TRY in page


@pytest.mark.parametrize("role", ["agent", "dispatcher", "engineer", "supervisor", "planner"])
def test_only_who_edits_policies_tries_and_moves_them(signed_in, role):
    policy = make_always(1, band=1)
    make_always(2)
    move = reverse("admin:spots_policy_move", args=[policy.pk, "down"])
    reader = signed_in(role)

    assert reader.post(TRY, written(policy)).status_code == 403
    assert reader.get(move).status_code in (403, 404)
    assert reader.post(move).status_code in (403, 404)


@pytest.mark.parametrize("count", [1, 12])
def test_a_trial_takes_the_same_queries_however_many_cases(
    chief, django_assert_max_num_queries, count
):
    policy = make_always()
    for number in range(count):
        fixed(after=HOUR, opened_at=timezone.now() - 5 * HOUR)
        make_always(number + 20, band=1)

    with django_assert_max_num_queries(12):  # two of them read the policy itself
        result = tried(policy, fix_minutes=30, now=timezone.now())
    assert len(result.changed) == count
    Policy.objects.exclude(pk=policy.pk).delete()
    with django_assert_max_num_queries(24):
        page = chief.post(TRY, written(policy, fix_minutes=30))
    assert page.status_code == 200


def orders() -> list[str]:
    return list(Policy.objects.order_by("order").values_list("name", flat=True))


def test_moving_a_policy_shows_what_it_changes_and_then_does_it(chief):
    first, second = make_always(1, band=1), make_always(2, band=1, fix_minutes=60)
    promised(band=1, opened_at=timezone.now() - HOUR / 2)
    address = reverse("admin:spots_policy_move", args=[second.pk, "up"])

    page = chief.get(address).content.decode()
    assert "1 of 1 case would have other promises." in page
    assert orders() == ["policy 1", "policy 2"]

    assert chief.post(address).status_code == 302
    assert orders() == ["policy 2", "policy 1"]
    assert set(Policy.objects.values_list("order", flat=True)) == {1, 2}
    for policy in (first, second):
        assert [one.order for one in policy.history.order_by("history_id")] in ([1, 2], [2, 1])
        newest = policy.history.latest("history_id")
        assert newest.history_user.role == "administrator"


@pytest.mark.parametrize(
    ("order", "way", "words"),
    [
        (1, "up", "“policy 1” is asked first."),
        (2, "down", "“policy 2” is asked last."),
        (1, "down", "“policy 2” takes every case"),
        (2, "up", "“policy 2” takes every case"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_move_that_leaves_a_policy_unasked_is_refused_with_words(
    chief, order, way, words, method
):
    rows = {1: make_always(1, band=1), 2: make_always(2)}
    address = reverse("admin:spots_policy_move", args=[rows[order].pk, way])

    page = getattr(chief, method)(address, follow=True).content.decode()

    assert words in page
    assert orders() == ["policy 1", "policy 2"]


def test_a_policy_that_ever_promised_is_not_deleted(chief):
    used, other = make_always(1, band=1), make_always(2, fix_minutes=60)
    case = promised(band=1)
    used.band = 4
    used.save()
    recompute_promises(now=NOW + HOUR)
    assert set(Clock.objects.filter(case=case).values_list("policy", flat=True)) == {other.pk}

    answer = chief.post(reverse("admin:spots_policy_delete", args=[used.pk]), {"post": "yes"})

    assert Policy.objects.filter(pk=used.pk).exists()
    assert any("ledger" in line for line in answer.context["protected"])


def test_the_versions_of_a_policy_are_listed_with_what_changed(chief):
    policy = make_always()
    policy.fix_minutes = 90
    policy.save()

    page = chief.get(reverse("admin:spots_policy_history", args=[policy.pk])).content.decode()

    assert "600" in page
    assert "90" in page
