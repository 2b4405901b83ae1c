"""Counters and priority of stored cases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point

from complaints.geocoding.models import Address, Locality, Street
from complaints.models import Complaint
from heatmaps_project.models import User
from spots.cases import transitions
from spots.cases.priority.formula import Facts, Weights, priority_of
from spots.cases.priority.measures import MOST_PLACES, measured
from spots.cases.states import State
from spots.models import Case, Membership
from tests.factories import (
    CENTRE,
    NOW,
    make_brand,
    make_complaint,
    make_customer,
    make_important_place,
    make_spot,
    make_topic,
    make_user,
    make_weights,
)

pytestmark = pytest.mark.django_db

OLD = NOW - timedelta(hours=5)


def facts_of(case, *, now=NOW) -> Facts:
    return measured([case.pk], now=now)[case.pk][0]


def join(case: Case, *complaints: Complaint, by: User | None = None) -> None:
    for complaint in complaints:
        Membership.objects.create(case=case, complaint=complaint, since=NOW, by=by)


def make_houses(*subscribers: int, lon: float = CENTRE[0], lat: float = CENTRE[1]) -> None:
    point = Point(lon, lat, srid=4326)
    town = Locality.objects.create(name="town", key=f"town {lon}", point=point)
    street = Street.objects.create(locality=town, name="street", key="street", point=point)
    for number, people in enumerate(subscribers, start=1):
        Address.objects.create(
            street=street,
            house=str(number),
            house_key=str(number),
            number=number,
            point=point,
            subscribers=people,
        )


def test_members_are_counted_by_distinct_customer_and_segment():
    vip = make_customer(segment="vip", ltv=90_000, churn_risk=0.5, debt=100)
    complaints = [make_complaint(customer=vip), make_complaint(customer=vip)]
    other = make_customer(ltv=1000, churn_risk=0.25, debt="50.50")
    complaints += [make_complaint(customer=other), make_complaint(customer=None)]
    complaints += [make_complaint(customer=None), make_complaint(withdrawn_at=NOW)]
    case, empty = make_spot(complaints=complaints), make_spot()

    found = measured([case.pk, empty.pk], now=NOW)

    facts, number = found[case.pk]
    assert facts.customers == {"vip": 1, "mass": 1, "": 2}
    assert (number, facts.everybody, facts.again) == (5, 4, 1)
    assert (facts.ltv, facts.churn, facts.debt) == (91_000, 0.75, 150.5)
    assert found[empty.pk] == (Facts(severity=4, places=[]), 0)


def test_what_anybody_may_send_from_the_ground_of_a_spot_moves_it_before_no_other():
    worst, known = make_topic("worst", severity=5), make_customer(ltv=1000)
    told = make_complaint(customer=known, topic=make_topic("mild", severity=2), occurred_at=OLD)
    spot = make_spot(complaints=[told], topic=None)
    before = facts_of(spot)
    forms = {"topic": worst, "proven": False}
    rich = {"segment": "vip", "ltv": 90_000, "churn_risk": 0.9, "debt": 500}
    join(spot, make_complaint(customer=known, **forms))
    join(spot, *(make_complaint(customer=make_customer(**rich), **forms) for _ in range(3)))
    join(spot, make_complaint(customer=None, **forms))

    facts, number = measured([spot.pk], now=NOW)[spot.pk]

    assert (number, facts.unproven) == (6, 4)
    assert replace(facts, unproven=0) == before


def test_what_a_person_put_into_a_case_and_what_is_a_case_by_itself_counts():
    form = {"topic": make_topic("worst", severity=5), "proven": False}
    spot, single = make_spot(topic=None), make_spot(topic=None, kind="single", outline=None)
    join(spot, make_complaint(**form), by=make_user())
    join(single, make_complaint(**form))

    for case in (spot, single):
        facts = facts_of(case)
        assert (facts.everybody, facts.unproven, facts.severity) == (1, 0, 5)


def test_only_customers_who_are_new_in_the_last_hour_are_growth():
    long_known = make_customer()
    complaints = [
        make_complaint(customer=long_known, occurred_at=OLD),
        make_complaint(customer=long_known, occurred_at=NOW - timedelta(minutes=5)),
        make_complaint(occurred_at=NOW - timedelta(minutes=59)),
        make_complaint(occurred_at=NOW - timedelta(minutes=61)),
    ]
    case = make_spot(complaints=complaints)

    assert facts_of(case).grew == 1
    assert facts_of(case, now=NOW + timedelta(hours=2)).grew == 0


def test_a_case_of_one_topic_is_as_severe_as_that_and_of_several_as_the_worst():
    complaints = [make_complaint(topic=make_topic(f"t{n}", severity=n)) for n in (1, 2, 5)]

    of_one = make_spot(complaints=complaints, topic=make_topic("t2"))
    assert facts_of(of_one).severity == 2
    of_one.topic = None
    of_one.save()
    assert facts_of(of_one).severity == 5


def test_subscribers_are_those_of_the_houses_inside_the_outline():
    make_houses(40, 60)
    make_houses(1000, lon=CENTRE[0] + 0.1)

    assert facts_of(make_spot(complaints=[make_complaint()])).subscribers == 100


def test_important_places_count_in_the_outline_and_as_far_from_it_as_their_radius():
    edge = CENTRE[0] + 0.005  # of make_spot's outline; 0.001° are 63 m here
    make_important_place(name="inside", weight=2)
    make_important_place(name="near", lon=edge + 0.002, radius_m=200)
    make_important_place(name="too far", lon=edge + 0.006, radius_m=200)
    make_important_place(name="far and wide", lon=edge + 0.06, radius_m=5000, weight=1)
    make_important_place(name="another brand's", brand=make_brand("other"))
    make_important_place(name="no longer", active=False)

    places = facts_of(make_spot()).places

    assert places == [("near", 3), ("inside", 2), ("far and wide", 1)]


def test_a_single_case_reaches_the_places_around_its_point():
    make_important_place()

    assert facts_of(make_spot(kind="single", outline=None)).places == [("Больница", 3)]


def test_of_very_many_places_the_weightiest_count():
    for number in range(MOST_PLACES + 5):
        make_important_place(name=str(number), weight=1 + number / 10)

    places = facts_of(make_spot()).places

    assert len(places) == MOST_PLACES
    assert places[0] == ("14", pytest.approx(2.4))


def test_a_case_keeps_the_facts_the_parts_and_the_version_it_was_weighed_by():
    version = make_weights(segments={"vip": 3})
    case = make_spot(complaints=[make_complaint(customer=make_customer(segment="vip"))], unhappy=2)

    transitions.refresh_priorities(now=NOW)

    case.refresh_from_db()
    facts = Facts.stored(case.priority_facts)
    expected = priority_of(facts, version.weights)
    assert (facts.unhappy, facts.age_hours, facts.grew) == (2, 1, 1)
    assert case.weights == version
    assert case.priority == round(expected.points, 1)
    assert [code for code, _value, _points in case.priority_parts] == [
        part.code for part in expected.parts
    ]


def test_without_any_version_cases_are_weighed_by_the_defaults():
    case = make_spot(complaints=[make_complaint()])

    transitions.refresh_priorities(now=NOW)

    case.refresh_from_db()
    assert case.weights is None
    expected = priority_of(Facts.stored(case.priority_facts), Weights())
    assert case.priority == round(expected.points, 1) > 0


def test_overdue_debt_counts_once_an_operator_says_what_it_is_worth():
    case = make_spot(complaints=[make_complaint(customer=make_customer(debt=50_000))])
    transitions.refresh_priorities(now=NOW)
    case.refresh_from_db()
    before = case.priority

    make_weights(debt_at_most=30)
    transitions.refresh_priorities(now=NOW)

    case.refresh_from_db()
    assert case.priority == pytest.approx(before + 15)


def test_cases_that_are_worked_on_grow_more_urgent_as_they_age():
    make_weights(age_at_most=100, age_half_at=4, growth_at_most=0)
    working = make_spot(complaints=[make_complaint()], started_at=NOW)
    closed = make_spot(state=State.CLOSED, ended_at=NOW, started_at=NOW)

    assert transitions.refresh_priorities(now=NOW) == 1
    working.refresh_from_db()
    before = working.priority
    transitions.refresh_priorities(now=NOW + timedelta(hours=4))

    working.refresh_from_db()
    closed.refresh_from_db()
    assert working.priority == pytest.approx(before + 50)
    assert closed.priority == 0


def test_a_complaint_that_joins_is_counted_in_the_same_transaction():
    first, second = make_complaint(), make_complaint()
    case = make_spot(complaints=[first])
    transitions.refresh_priorities(now=NOW)
    before = Case.objects.get(pk=case.pk)

    case = transitions.attach(case_id=case.pk, complaint_id=second.pk, by=None, now=NOW)

    stored = Case.objects.get(pk=case.pk)
    assert stored.customers == before.customers + 1 == 2
    assert stored.priority > before.priority


def test_a_sweep_over_many_cases_takes_the_same_queries(django_assert_num_queries):
    for _ in range(12):
        make_spot(complaints=[make_complaint()])

    # One full batch and one empty, each in a transaction (2); read, weights, four measures, store.
    with django_assert_num_queries(2 + 7 + 2 + 1):
        assert transitions.refresh_priorities(now=NOW, batch=100) == 12
    with django_assert_num_queries(2 + 6 + 2 + 1):  # nothing has changed: nothing is written
        assert transitions.refresh_priorities(now=NOW, batch=100) == 12
    assert transitions.refresh_priorities(now=NOW, batch=5) == 12


def test_the_newest_weights_that_have_begun_to_count_are_in_force():
    make_weights(since=NOW - timedelta(days=2), p1_from=500)
    version = make_weights(since=NOW)
    make_weights(since=NOW + timedelta(seconds=1), p1_from=400)
    case = make_spot(complaints=[make_complaint()])

    transitions.refresh_priorities(now=NOW)

    assert Case.objects.get(pk=case.pk).weights == version


def test_unhappy_customers_make_a_case_more_urgent_without_counting_its_members_again():
    case = make_spot(complaints=[make_complaint()])
    transitions.refresh_priorities(now=NOW)
    before = Case.objects.get(pk=case.pk)

    transitions.hear_unhappy(case_id=case.pk, customers=5, now=NOW)

    after = Case.objects.get(pk=case.pk)
    assert (after.unhappy, after.customers) == (5, before.customers)
    assert after.priority == pytest.approx(before.priority + 10)
    assert ["unhappy", 5, 10.0] in after.priority_parts
