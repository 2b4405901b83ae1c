"""Versions of the weights: previewed, followed, compared, taken up again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from spots.cases import transitions
from spots.cases.priority.preview import preview
from spots.models import Case, PriorityWeights
from tests.factories import (
    NOW,
    make_complaint,
    make_customer,
    make_important_place,
    make_spot,
    make_user,
    make_weights,
)
from tests.scene import make_far, make_rival, make_scene

pytestmark = pytest.mark.django_db

ADD = "/admin/spots/priorityweights/add/"


def given(**changed):
    """What a browser sends of the form with the defaults of the installation."""
    row, numeric = PriorityWeights(since=NOW), ("_at_most", "_half_at", "_from")
    names = [field.name for field in PriorityWeights._meta.fields]
    numbers = {name: getattr(row, name) for name in names if name.endswith(numeric)}
    day = {"since_0": "2026-03-25", "since_1": "10:00"}
    return {**numbers, **day, "note": "", "segments": '{"vip": 3}', **changed}


def errors_of(answer):
    return answer.context["adminform"].form.errors


@pytest.fixture(name="queue")
def _queue():
    """A crowd of five, two VIP customers, and one beside a hospital; weighed at NOW."""
    crowd = [make_complaint() for _ in range(5)]
    rich = [make_complaint(customer=make_customer(segment="vip")) for _ in range(2)]
    alone = make_complaint(lon=38.0)
    cases = {
        "crowd": make_spot(complaints=crowd, place="crowd"),
        "vip": make_spot(complaints=rich, place="vip"),
        "alone": make_spot(complaints=[alone], place="alone", centre=alone.point, started_at=NOW),
    }
    make_important_place(lon=38.0)
    transitions.refresh_priorities(now=NOW)
    return cases


def order():
    return list(Case.objects.working().order_by("-priority", "pk").values_list("pk", "band"))


def test_a_new_version_starts_from_the_one_in_force_and_keeps_who_made_it_and_why(signed_in):
    make_weights(customers_at_most=77)
    author = make_user("administrator")
    client = signed_in(author)

    form = client.get(ADD).context["adminform"].form
    assert form.initial["customers_at_most"] == 77
    answer = client.post(ADD, given(note="VIP first", growth_at_most=80))

    assert answer.status_code == 302, errors_of(answer)
    newest = PriorityWeights.objects.latest("since")
    assert (newest.by, newest.note) == (author, "VIP first")
    assert (newest.growth_at_most, newest.segments) == (80, {"vip": 3})


def test_versions_are_followed_by_newer_ones_and_never_changed(signed_in):
    old = make_weights(customers_at_most=77)
    client = signed_in("administrator")

    client.post(f"/admin/spots/priorityweights/{old.pk}/change/", given())
    client.post(f"/admin/spots/priorityweights/{old.pk}/delete/", {"post": "yes"})

    old.refresh_from_db()
    assert old.customers_at_most == 77


@pytest.mark.parametrize("number", ["²", "7" * 40, "-1", "x"])
def test_what_is_no_number_of_a_version_asks_for_none(signed_in, number):
    row = make_weights()
    client = signed_in("administrator")

    answers = [
        client.get("/admin/spots/priorityweights/add/", {"from": number}),
        client.get(f"/admin/spots/priorityweights/{row.pk}/change/", {"against": number}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("segments", '{"vip": -1}'),
        ("segments", '{"vip": "much"}'),
        ("segments", "[1, 2]"),
        ("customers_at_most", -1),
        ("severity_at_most", -1),
        ("customers_half_at", 0),
        ("p1_from", 60),
        ("p2_from", 30),
    ],
)
@pytest.mark.parametrize("button", ["_save", "_preview"])
def test_weights_that_would_turn_priorities_upside_down_are_refused(
    signed_in, field, value, button
):
    answer = signed_in("administrator").post(ADD, given(**{field: value, button: "1"}))

    assert errors_of(answer)
    assert "preview" not in answer.context
    assert not PriorityWeights.objects.exists()


def test_a_preview_saves_nothing_and_keeps_what_was_typed(signed_in, queue):
    client = signed_in("administrator")

    answer = client.post(ADD, given(note="try", places_at_most=500, _preview="1"))

    assert answer.status_code == 200
    assert not PriorityWeights.objects.exists()
    form = answer.context["adminform"].form
    assert (form["note"].value(), form["places_at_most"].value()) == ("try", "500")
    assert not form.errors
    page = answer.content.decode()
    assert page.index("crowd") > page.index("alone")


def test_a_preview_shows_ranks_bands_and_the_parts_that_differ(queue):
    now_in_force, later = PriorityWeights(since=NOW), PriorityWeights(since=NOW)
    later.places_at_most, later.p1_from = 500, 200

    made = preview(now_in_force.weights, later.weights, walls=make_user().walls, now=NOW)

    first = made.lines[0]
    assert (first.case_id, first.rank_before, first.rank_after) == (queue["alone"].pk, 2, 1)
    assert first.rise == 1
    assert (first.before.band, first.after.band) == (4, 1)
    assert [(part.code, part.before, part.after) for part in first.differences] == [
        ("places", 20, 250)
    ]
    assert [line.differences for line in made.lines[1:]] == [(), ()]
    assert (made.cases, made.moved, made.is_cut) == (3, 1, False)
    assert {band: (was, is_) for band, was, is_ in made.bands}[1] == (0, 1)


def test_a_preview_is_what_saving_then_does(queue):
    numbers = {"segments": {"vip": 9}, "places_at_most": 60, "p2_from": 60, "p3_from": 40}
    proposed = PriorityWeights(since=NOW, **numbers)
    made = preview(
        PriorityWeights(since=NOW).weights, proposed.weights, walls=make_user().walls, now=NOW
    )
    before = order()

    proposed.save()
    transitions.refresh_priorities(now=NOW)

    assert order() == [(line.case_id, line.after.band) for line in made.lines] != before
    for line in made.lines:
        assert Case.objects.get(pk=line.case_id).priority == round(line.after.points, 1)


def test_a_preview_shows_nothing_from_behind_a_wall():
    for make in (make_scene, make_rival, make_far):
        make()
    transitions.refresh_priorities(now=NOW)
    weights = PriorityWeights(since=NOW).weights

    made = preview(weights, weights, walls=make_user("supervisor").walls, now=NOW)

    assert {line.place for line in made.lines} == {"place of home"}
    everywhere = preview(weights, weights, walls=make_user("administrator").walls, now=NOW)
    assert everywhere.cases == 3 * made.cases


def test_a_preview_of_very_many_cases_is_cut_and_says_so(queue, monkeypatch):
    monkeypatch.setattr("spots.cases.priority.preview.MOST", 2)
    weights = PriorityWeights(since=NOW).weights

    made = preview(weights, weights, walls=make_user("administrator").walls, now=NOW)

    assert (made.cases, made.is_cut) == (2, True)


def test_a_preview_takes_the_same_queries_for_any_number_of_cases(
    signed_in, django_assert_max_num_queries
):
    client = signed_in("administrator")
    for _ in range(30):
        make_spot(complaints=[make_complaint()])

    with django_assert_max_num_queries(15):
        answer = client.post(ADD, given(_preview="1"))
    assert len(answer.context["rows"]) == 30


def test_the_list_says_which_version_counts_and_takes_few_queries(
    signed_in, django_assert_max_num_queries
):
    client = signed_in("administrator")
    for days in range(12):
        make_weights(since=timezone.now() - timedelta(days=days - 2), by=make_user(), note="why")

    with django_assert_max_num_queries(15):
        answer = client.get("/admin/spots/priorityweights/")

    assert [row.is_in_force for row in answer.context["cl"].result_list] == [
        number == 2 for number in range(12)
    ]


def test_a_version_is_compared_with_the_one_in_force_or_with_any_other(signed_in, queue):
    old = make_weights(since=NOW - timedelta(days=9), growth_at_most=11)
    middle = make_weights(since=NOW - timedelta(days=5), growth_at_most=22)
    newest = make_weights(since=NOW - timedelta(days=1), growth_at_most=33)
    client = signed_in("administrator")

    def compared(version, query=""):
        answer = client.get(f"/admin/spots/priorityweights/{version.pk}/change/{query}")
        return [(before, after) for _name, before, after in answer.context["values"]]

    assert compared(old) == [("33", "11")]
    assert compared(newest) == [("22", "33")]  # the one in force with the one before
    assert compared(old, f"?against={middle.pk}") == [("22", "11")]
    assert compared(old, "?against=x") == [("33", "11")]


def test_an_old_version_is_taken_up_again_as_a_new_one(signed_in):
    old = make_weights(since=NOW - timedelta(days=9), growth_at_most=11)
    make_weights(growth_at_most=22)
    client = signed_in("administrator")
    page = client.get(f"/admin/spots/priorityweights/{old.pk}/change/").content.decode()

    assert f"{ADD}?from={old.pk}" in page
    initial = client.get(f"{ADD}?from={old.pk}").context["adminform"].form.initial
    assert initial["growth_at_most"] == 11
    assert initial["since"] > old.since
    assert client.get(f"{ADD}?from=none").context["adminform"].form.initial["growth_at_most"] == 22


def test_a_version_page_takes_few_queries(signed_in, django_assert_max_num_queries, queue):
    versions = [make_weights(since=NOW - timedelta(days=n)) for n in range(1, 9)]
    client = signed_in("administrator")

    with django_assert_max_num_queries(15):
        client.get(f"/admin/spots/priorityweights/{versions[3].pk}/change/")
