"""Conversations are drawn once, listened to by somebody else once, and stay behind their walls."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse

from complaints import turns
from complaints.customers.walls import NO_WALLS
from complaints.models import MonthlyFact
from heatmaps_project.desk.contacts import contacts
from heatmaps_project.desk.in_turn import COUNTING
from heatmaps_project.models import Criterion, LookupOutcome, Review, Sample, Score
from spots.models import Clock
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_complaint,
    make_criterion,
    make_customer,
    make_invitation,
    make_lookup,
    make_policy,
    make_region,
    make_review,
    make_spot,
    make_user,
)
from tests.scene import make_far, make_rival, make_scene

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_now(db):
    with time_machine.travel(NOW, tick=False):
        yield


def held(agent, customer=None, *, ago: timedelta = 3 * DAY, case=None, **fields):
    """A conversation that led to a case."""
    walls = {"brand": make_brand(), "region": make_region()}
    lookup = make_lookup(agent, customer=customer, at=NOW - ago, **{**walls, **fields})
    if case:
        LookupOutcome.objects.create(
            lookup=lookup,
            outcome="attached",
            at=lookup.at + timedelta(seconds=90),
            case=case,
            complaint=make_complaint(customer=customer),
            tell=True,
        )
    return lookup


def read(**fields):
    span = {"since": NOW - 30 * DAY, "until": NOW, "now": NOW, **fields}
    return {one.call: one for one in contacts(NO_WALLS, **span)}


def test_what_came_of_a_conversation_is_read_as_it_is_defined():
    agent, other = make_user("agent"), make_user("agent")
    again, happy, gone, quiet = (make_customer() for _ in range(4))
    broken, whole = make_spot(state="routed"), make_spot(state="routed")
    due = NOW - timedelta(hours=1)
    policy = make_policy()
    for case, satisfied in ((broken, None), (whole, due)):
        Clock.objects.create(
            case=case,
            target="fix",
            policy=policy,
            minutes=60,
            started_at=due - DAY,
            due_at=due,
            satisfied_at=satisfied,
        )
    first = held(agent, again, ago=9 * DAY)
    held(agent, again, ago=2 * DAY)
    rated = held(agent, happy, case=whole)
    invitation = make_invitation(customer=happy, agent=agent)
    make_answer(4, invitation=invitation, at=NOW - DAY)
    make_answer(1, invitation=make_invitation(customer=quiet, agent=other), at=NOW - DAY)
    left = held(agent, gone, case=broken)
    month = NOW.date().replace(day=1)
    MonthlyFact.objects.create(customer=gone, month=month, revenue=1, left=True)
    still = held(agent, quiet)
    late = held(agent, again, ago=20 * DAY)  # eleven days before the next
    nobody = held(agent, None)

    found = read()

    def told(lookup):
        one = found[lookup.call]
        return (one.again, one.rating, one.broken, one.leaving)

    assert told(first) == (True, None, False, False)
    assert told(rated) == (False, 4, False, False)
    assert told(left) == (False, None, True, True)
    assert told(still) == told(late) == told(nobody) == (False, None, False, False)
    assert found[rated.call].ended == rated.at + timedelta(seconds=90)
    assert (found[rated.call].has_case, found[still.call].has_case) == (True, False)
    assert set(read(agents=[other.pk])) == set()
    assert set(read(brand=make_brand("other").pk)) == set()


@pytest.mark.parametrize("who", [{"segment": "employee"}, {"of_stranger": True}])
def test_who_is_in_no_figure_of_satisfaction_rates_no_conversation(who):
    agent, caller = make_user("agent"), make_customer(segment=who.get("segment", ""))
    lookup = held(agent, caller)
    strange = who.get("of_stranger", False)
    invitation = make_invitation(customer=caller, agent=agent, of_stranger=strange)
    make_answer(1, invitation=invitation, at=NOW - DAY)

    assert read()[lookup.call].rating is None


def drawing(**fields):
    since = (NOW - 7 * DAY).date().isoformat()
    return {"since": since, "until": NOW.date().isoformat(), "size": 3, "seed": 7, **fields}


def test_a_second_click_draws_nothing_more_and_the_lookups_may_go(signed_in):
    agent = make_user("agent")
    for n in range(5):
        held(agent, make_customer(), ago=timedelta(hours=n + 1))
    client = signed_in("supervisor")

    for _ in range(2):
        client.post(reverse("reviews"), drawing())

    assert Review.objects.count() == 3
    assert Sample.objects.count() == 1
    client.post(reverse("reviews"), drawing(seed=8, size=5))
    assert Review.objects.count() == 5
    page = client.get(reverse("review", args=[Review.objects.first().pk]))
    assert [one.call for one in page.context["lookups"]] == [page.context["row"].call]
    old = make_review(brand=make_brand(), region=make_region())  # its lookups are forgotten
    assert list(client.get(reverse("review", args=[old.pk])).context["lookups"]) == []


def test_nothing_is_drawn_while_conversations_are_counted_for_others(signed_in, monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE_S", 0.01)
    held(make_user("agent"))
    client = signed_in(make_user("supervisor", language="en"))

    with COUNTING.taken():
        page = client.post(reverse("reviews"), drawing())

    assert "Others are counting conversations right now." in page.content.decode()
    assert page.context["form"]["seed"].value() == "7"
    assert not Review.objects.exists()
    client.post(reverse("reviews"), drawing())
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"size": 0}, {"size": 501}, {"seed": -1}, {"until": "2020-01-01"}, {"since": "2020-01-01"}],
)
def test_what_cannot_be_drawn_is_refused(signed_in, wrong):
    held(make_user("agent"))

    answer = signed_in("supervisor").post(reverse("reviews"), drawing(**wrong))

    assert answer.status_code == 200 and answer.context["form"].errors
    assert not Review.objects.exists()


def test_a_conversation_is_reviewed_once_by_somebody_else_without_phones(signed_in):
    one, two = make_criterion("one"), make_criterion("two")
    row = make_review(brand=make_brand(), region=make_region())
    address = reverse("review", args=[row.pk])
    client = signed_in("supervisor")
    said = {
        f"criterion_{one.pk}": 4,
        f"criterion_{two.pk}": "",
        "note": "Call +7 926 123-45-12 back.",
        "recording": "https://acd.example.org/r/17",
    }

    assert client.post(address, {"note": "nothing scored"}).status_code == 200
    for wrong in ({"recording": "javascript:alert(1)"}, {f"criterion_{one.pk}": 6}):
        assert client.post(address, {**said, **wrong}).status_code == 200
    assert not Score.objects.exists()
    client.post(address, said)
    client.post(address, {**said, f"criterion_{one.pk}": 1})

    row.refresh_from_db()
    assert list(Score.objects.values_list("criterion", "score")) == [(one.pk, 4)]
    assert (row.note, row.by.role) == ("Call ••• back.", "supervisor")
    page = client.get(reverse("reviews"))
    assert [(of.reviews, of.means) for of in page.context["agents"]] == [(1, [4])]
    assert Criterion.objects.filter(name_en="Found the right answer").count() <= 1


def test_nobody_reviews_their_own(signed_in):
    boss = make_user("supervisor")
    row = make_review(boss, brand=make_brand(), region=make_region())
    said = {f"criterion_{make_criterion().pk}": 5}

    signed_in(boss).post(reverse("review", args=[row.pk]), said)

    assert not Score.objects.exists()
    with pytest.raises(IntegrityError):
        Review.objects.filter(pk=row.pk).update(by=boss, reviewed_at=NOW)


def test_conversations_behind_a_wall_are_not_there(signed_in):
    home, rival, far = make_scene(), make_rival(), make_far()
    client = signed_in("supervisor")
    held(make_user("agent"), brand=rival.brand)

    client.post(reverse("reviews"), drawing())
    shown = {row.pk for row, _risks in client.get(reverse("reviews")).context["waiting"]}

    assert home.review.pk in shown
    assert not {rival.review.pk, far.review.pk} & shown
    assert not Review.objects.filter(brand=rival.brand).exclude(pk=rival.review.pk).exists()
    for scene in (rival, far):
        address = reverse("review", args=[scene.review.pk])
        assert client.get(address).status_code == 404
        assert client.post(address, {}).status_code == 404


def test_the_queries_of_the_page_do_not_grow(signed_in, django_assert_max_num_queries):
    walls = {"brand": make_brand(), "region": make_region()}
    for n in range(8):
        row = make_review(**walls)
        if n % 2:
            Review.objects.filter(pk=row.pk).update(by=make_user("supervisor"), reviewed_at=NOW)
            Score.objects.create(review=row, criterion=make_criterion(), score=3)
    client = signed_in("supervisor")

    with django_assert_max_num_queries(20):
        client.get(reverse("reviews"))
