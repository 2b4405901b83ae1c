"""The share of complex complaints: recounted naively, within walls, down to the rows."""

from datetime import timedelta
from random import Random

import pytest
import time_machine
from django.urls import reverse

from complaints.models import Complaint
from heatmaps_project.supervision.complexity.reading import Line, Trend
from heatmaps_project.supervision.shares import Share
from spots.models import ComplexMark, Membership, Routing, Tie
from tests.factories import (
    NOW,
    make_brand,
    make_complaint,
    make_complaints,
    make_customer,
    make_customers,
    make_region,
    make_site,
    make_spot,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db
PAGE, ROWS = reverse("complexity"), reverse("complexity-rows")
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def make_months() -> None:
    """Complaints of few customers over half a year, some of them in cases of every kind."""
    dice = Random(4)
    customers = make_customers([{}] * 40)
    topics = [make_topic(code) for code in ("a", "b", "c")]
    brands, regions = [make_brand(), make_brand("other")], [make_region(), None]
    rows = make_complaints(
        {
            "customer": dice.choice([*customers, None]),
            "topic": dice.choice(topics),
            "brand": dice.choice(brands),
            "region": dice.choice(regions),
            "received_at": (at := NOW - timedelta(hours=dice.randrange(24 * 180))),
            "occurred_at": at,
            "withdrawn_at": NOW if dice.random() < 0.1 else None,
        }
        for _ in range(400)
    )
    by = make_user("engineer")
    sites = [make_site(code) for code in ("A", "B")]
    for number in range(6):
        spot = make_spot(complaints=rows[20 * number : 20 * number + 8])
        if number == 1:
            ComplexMark.objects.create(case=spot, made_at=NOW, made_by=by)
        if number == 2:
            ComplexMark.objects.create(
                case=spot, made_at=NOW, made_by=by, ended_at=NOW, ended_by=by
            )
        for site in sites[: number - 2]:
            Tie.objects.create(case=spot, site=site, made_at=NOW, made_by=by)


def complex_by_hand(one: Complaint) -> set[str]:
    """Why a complaint is complex, by the words of the definition."""
    why = set()
    if one.customer_id is not None:
        lately = Complaint.objects.filter(
            customer=one.customer_id,
            withdrawn_at=None,
            received_at__gt=one.received_at - WEEK,
            received_at__lte=one.received_at,
        )
        told = list(lately.values_list("topic", flat=True))
        why |= {"topics"} if len(set(told)) >= 2 else set()
        why |= {"repeats"} if told.count(one.topic_id) >= 3 else set()
    for member in Membership.objects.filter(complaint=one, until=None):
        sites = Tie.objects.filter(case=member.case, ended_at=None).exclude(site=None)
        why |= {"sites"} if sites.count() >= 2 else set()
        teams = set(Routing.objects.filter(case=member.case).values_list("to_team", flat=True))
        why |= {"teams"} if len(teams) >= 2 else set()
        marks = ComplexMark.objects.filter(case=member.case, ended_at=None)
        why |= {"marked"} if marks.exists() else set()
    return why


def test_every_number_is_that_recounted_row_by_row(signed_in):
    make_months()
    client = signed_in(make_user("supervisor", language="en"))
    page = client.get(PAGE, {"days": 90}).context
    found: Trend = page["found"]
    since = page["scope"].since()
    rows = Complaint.objects.filter(
        received_at__gte=since, received_at__lt=NOW, withdrawn_at=None, brand=make_brand()
    )
    judged = {one.pk: complex_by_hand(one) for one in rows}

    whole = [why for why in judged.values() if why]
    assert found.whole.share == Share(len(whole), len(judged))
    for reason in ("topics", "repeats", "sites", "marked"):
        count = sum(reason in why for why in judged.values())
        assert found.whole.by_reason[reason] == count > 0, reason
    for lines in (found.weeks, found.brands, found.regions):
        assert sum((line.share for line in lines), Share(0, 0)) == found.whole.share
    shown = client.get(ROWS, {"days": 90}).context["rows"]
    assert {row["complaint"] for row in shown} == {pk for pk, why in judged.items() if why}
    of_weeks = 0
    for line in found.weeks:
        if line.share.part:
            one = client.get(ROWS, {"days": 90, "week": f"{line.monday:%Y-%m-%d}"}).context
            assert len(one["rows"]) == line.share.part
            of_weeks += len(one["rows"])
    assert of_weeks == len(whole)


def test_a_rise_is_proven_or_refused_against_as_many_days_before():
    def line(part, whole):
        return Line("", Share(part, whole), {})

    assert Trend(line(60, 100), Share(20, 100), [], [], []).change.proven
    assert not Trend(line(21, 100), Share(20, 100), [], [], []).change.proven
    assert Trend(line(9, 9), Share(20, 100), [], [], []).change is None


def test_it_is_within_walls_and_filters_and_comes_as_a_file(signed_in):
    customer, stranger = make_customer(), make_customer(brand=make_brand("other"))
    for one, brand in ((customer, make_brand()), (stranger, make_brand("other"))):
        for topic in ("a", "b"):
            make_complaint(
                customer=one,
                brand=brand,
                topic=make_topic(topic),
                received_at=NOW - timedelta(hours=3 if topic == "a" else 2),
            )
    client = signed_in(make_user("supervisor", language="en"))

    page = client.get(PAGE)

    assert page.context["found"].whole.share == Share(1, 2)
    assert [line.name for line in page.context["found"].brands] == [make_brand().name]
    for wrong in (
        {"brand": make_brand("other").pk},
        {"days": 7},
        {"week": "2026-02-31"},
        {"week": "9999-12-27"},
    ):
        assert client.get(ROWS, wrong).status_code == 404
    lines = b"".join(client.get(PAGE, {"as": "csv"}).streaming_content).decode().splitlines()
    assert lines[1].startswith("in all;;1;2;50")
    rows = b"".join(client.get(ROWS, {"as": "csv"}).streaming_content).decode().splitlines()
    assert len(rows) == 2
    assert rows[1].endswith(";several topics")


@pytest.mark.parametrize("count", [1, 30])
def test_the_queries_do_not_grow_with_the_rows(signed_in, django_assert_max_num_queries, count):
    client = signed_in(make_user("supervisor", language="en"))
    for _ in range(count):
        customer = make_customer()
        for topic in ("a", "b"):
            make_spot(complaints=[make_complaint(customer=customer, topic=make_topic(topic))])

    with django_assert_max_num_queries(28):
        client.get(PAGE)
    with django_assert_max_num_queries(28):
        client.get(ROWS)
