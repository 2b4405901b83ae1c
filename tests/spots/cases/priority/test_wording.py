"""The parts of a priority in words, and how the spot's page draws them."""

from dataclasses import replace

import pytest
from django.utils import translation

from spots.cases import transitions
from spots.cases.priority.formula import SCALES, Facts, Scale, Weights, priority_of
from spots.cases.priority.wording import bars_of, part_in_words, signed
from tests.factories import NOW, make_complaint, make_customer, make_spot, make_weights

FACTS = Facts(subscribers=430, places=[("Hospital", 3), ("School", 1)])


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        ("customers", 34, "34 customers"),
        ("segment:vip", 3, "3 of them in segment “vip”"),
        ("share", 0.079, "7.9 % of 430 subscribers here"),
        ("severity", 4.0, "severity of the topic: 4 of 5"),
        ("ltv", 256_500, "lifetime value of the customers: 256,500"),
        ("again", 1, "1 customer complained again"),
        ("growth", 12, "12 new customers in the last hour"),
        ("age", 30.5, "first complaint 1 d 6 h ago"),
        ("places", 4.0, "reaches important places: Hospital, School"),
        ("unhappy", 2, "2 customers were not content with the fix"),
        ("churn", 1.44, "likely to leave: about 1.4 of the customers"),
        ("debt", 1500.5, "overdue debt of the customers: 1,500"),
    ],
)
def test_a_part_in_words(code, value, words):
    with translation.override("en"):
        assert part_in_words(code, value, FACTS) == words


def test_customers_are_told_with_those_beside_them_who_do_not_count():
    with translation.override("en"):
        told = part_in_words("customers", 34, replace(FACTS, unproven=200))

    assert told == "34 customers (without 200 whom only a form or a letter names)"


def test_every_part_of_the_formula_has_words():
    everything = Facts(
        customers={"": 1, "vip": 2},
        subscribers=9,
        ltv=1,
        again=1,
        grew=1,
        age_hours=1,
        places=[("a", 1)],
        unhappy=1,
        churn=0.1,
        debt=1,
    )
    scales = {**SCALES, "debt": Scale(20, 50_000)}
    parts = priority_of(everything, Weights(segments={"vip": 2}, scales=scales)).parts

    assert len(parts) == len(SCALES) + 2  # severity, and what a segment adds
    assert all(part_in_words(part.code, part.value, everything) for part in parts)


@pytest.mark.parametrize(("points", "shown"), [(4.04, "+4"), (-0.5, "−0.5"), (0.04, "0")])
def test_points_have_a_sign(points, shown):
    with translation.override("en"):
        assert signed(points) == shown


def test_bars_are_as_long_as_their_points_and_tell_what_lowers():
    bars = bars_of([["customers", 9, 40.0], ["segment:test", 3, -10.0]], FACTS)

    assert [(bar.percent, bar.lowers, bar.belongs) for bar in bars] == [
        (100, False, False),
        (25, True, True),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["administrator", "engineer"])
def test_the_spot_page_draws_the_parts_and_names_the_version(signed_in, role):
    version = make_weights()
    spot = make_spot(complaints=[make_complaint(customer=make_customer(ltv=50_000))])
    transitions.refresh_priorities(now=NOW)

    with translation.override("en"):
        page = signed_in(role).get(
            f"/admin/spots/spot/{spot.pk}/change/", headers={"accept-language": "en"}
        )

    why = page.content.decode().partition('id="why"')[2].partition("</section>")[0]
    assert why.count("why-bar") == 5  # customers, severity, value, growth, age
    assert str(version.since.year) in why
    link = f"/admin/spots/priorityweights/{version.pk}/change/"
    assert (link in why) == (role == "administrator")
