"""Which cases are complex, who says so, and to whom they go."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from spots.cases import transitions
from spots.cases.complexity.reading import why_complex
from spots.cases.complexity.transitions import mark, unmark
from spots.cases.routing.corrections import suggestions_for
from spots.cases.routing.deciding import facts_of
from spots.cases.ties.transitions import tie
from spots.cases.transitions import IllegalMoveError
from spots.cases.transitions.giving import routed_by_rules
from spots.models import ComplexMark, Event, Routing
from spots.routing.facts import Facts
from tests.factories import (
    NOW,
    make_complaint,
    make_customer,
    make_duty,
    make_routing_rule,
    make_site,
    make_spot,
    make_team,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def told(customer, *topics, ago_days=1.0, **fields):
    """Complaints of a customer before the one of `make_complaint`."""
    for topic in topics:
        at = NOW - timedelta(days=ago_days)
        make_complaint(customer=customer, topic=make_topic(topic), received_at=at, **fields)


@pytest.mark.parametrize(
    ("before", "fields", "why"),
    [
        pytest.param((), {}, set(), id="the first complaint"),
        pytest.param(("voice",), {}, {"topics"}, id="another topic"),
        pytest.param(("voice",), {"ago_days": 7.1}, set(), id="long ago"),
        pytest.param(("voice",), {"withdrawn_at": NOW}, set(), id="withdrawn"),
        pytest.param(("no_signal",), {}, set(), id="told twice"),
        pytest.param(("no_signal",) * 2, {}, {"repeats"}, id="told three times"),
        pytest.param(("no_signal", "no_signal", "voice"), {}, {"repeats", "topics"}, id="both"),
    ],
)
def test_a_case_is_complex_by_what_its_customer_told_before(before, fields, why):
    customer = make_customer()
    told(customer, *before, **fields)
    told(make_customer(), "voice", "data")  # of somebody else
    complaint = make_complaint(customer=customer, topic=make_topic("no_signal"))
    told(customer, "data", ago_days=-1)  # told later

    assert why_complex(make_spot(kind="single", complaints=[complaint]).pk) == why


def test_a_spot_is_complex_if_half_of_its_complaints_are():
    hard = make_customer()
    told(hard, "voice")
    members = [make_complaint(customer=hard), make_complaint(), make_complaint()]

    assert why_complex(make_spot(complaints=members[:2]).pk) == {"topics"}
    assert why_complex(make_spot(complaints=[make_complaint(), *members[2:]]).pk) == set()
    assert why_complex(make_spot().pk) == set()


def test_several_sites_and_teams_make_it_complex_but_not_a_lack_of_people():
    spot, by = make_spot(), make_user("dispatcher")
    made = [tie(case_id=spot.pk, site_id=make_site(c).pk, by=by, now=NOW) for c in ("A", "B")]
    assert why_complex(spot.pk) == {"sites"}

    teams = [make_team(code) for code in ("radio", "core", "power")]
    for team, reason in ((teams[0], "not_ours"), (teams[1], "overload"), (teams[2], "nobody")):
        transitions.route(case_id=spot.pk, team=team, reason=reason, note="x", by=by, now=NOW)
    assert why_complex(spot.pk) == {"sites"}
    transitions.route(
        case_id=spot.pk, team=teams[1], reason="other_cause", note="x", by=by, now=NOW
    )
    assert why_complex(spot.pk) == {"sites", "teams"}
    assert len(made) == 2


def test_a_person_marks_a_case_on_its_page_once_and_takes_it_off(signed_in):
    spot, by = make_spot(), make_user("engineer", language="en")
    client = signed_in(by)
    page = reverse("admin:spots_spot_change", args=[spot.pk])
    address = reverse("admin:spots_spot_complex", args=[spot.pk])

    client.post(address, {"note": " "})
    assert not ComplexMark.objects.exists()
    for _ in range(2):
        client.post(address, {"note": "two vendors"})
    assert "marked by a person" in client.get(page).content.decode()
    assert why_complex(spot.pk) == {"marked"}
    for _ in range(2):
        client.post(address, {"ends": "1"})

    assert why_complex(spot.pk) == set()
    assert "Mark as complex" in client.get(page).content.decode()
    kinds = Event.objects.filter(case=spot, by=by).order_by("pk").values_list("kind", "note")
    assert list(kinds) == [("complex", "two vendors"), ("plain", "")]
    only = ComplexMark.objects.get()
    assert (only.made_by, only.ended_by) == (by, by)
    with pytest.raises(IntegrityError), transaction.atomic():
        for _ in range(2):
            ComplexMark.objects.create(case=spot, made_at=NOW, made_by=by)


def test_who_may_not_and_what_has_ended_is_refused():
    ended = make_spot(state="closed", fixed_at=NOW, ended_at=NOW)
    with pytest.raises(IllegalMoveError):
        mark(case_id=make_spot().pk, note="x", by=make_user("agent"), now=NOW)
    for move in (
        lambda: mark(case_id=ended.pk, note="x", by=make_user("engineer"), now=NOW),
        lambda: unmark(case_id=ended.pk, by=make_user("engineer"), now=NOW),
    ):
        with pytest.raises(IllegalMoveError):
            move()


def test_complex_cases_go_to_the_team_and_to_the_people_who_take_them():
    adept, novice = make_user("engineer"), make_user("engineer")
    make_duty(novice, working_time=None, complex_cases=False)
    pool = make_team("experts", members=(novice, adept), strategy="least_loaded")
    make_routing_rule("experts", order=1, complex_only=True)
    make_routing_rule("radio", order=2)
    customer = make_customer()
    told(customer, "voice")
    hard = make_spot(complaints=[make_complaint(customer=customer)])
    plain = make_spot(complaints=[make_complaint()])

    for spot in (hard, plain):
        routed_by_rules(spot, by=None, now=NOW)

    assert (hard.team, hard.engineer) == (pool, adept)
    assert plain.team.code == "radio"
    told_why = Routing.objects.get(case=hard)
    assert told_why.because == ["complexity"]
    assert Facts.from_json(told_why.facts).complexity == {"topics"}
    # A mark offers the pool, with the reason; nobody's work is taken away by itself.
    mark(case_id=plain.pk, note="two vendors", by=adept, now=NOW)
    plain.refresh_from_db()
    assert plain.team.code == "radio"
    assert [one.team for one in suggestions_for(plain, now=NOW)] == [pool]


def test_facts_on_record_from_before_are_read_as_of_no_complex_case():
    kept = facts_of(make_spot()).as_json()
    del kept["complexity"]

    assert Facts.from_json(kept).complexity == frozenset()
