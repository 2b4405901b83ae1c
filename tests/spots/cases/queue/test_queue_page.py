"""The queue in the admin: what each role sees, finds, and does to several spots at once."""

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from spots.models import Case, Event
from spots.sla import transitions as sla
from tests.factories import (
    NOW,
    make_brand,
    make_policy,
    make_region,
    make_spot,
    make_team,
    make_topic,
    make_user,
    make_working_time,
)

pytestmark = pytest.mark.django_db

QUEUE = "/admin/spots/spot/"


def shown(client: Client, query: str = "") -> list[int]:
    """The numbers of the spots on the page, in its order."""
    answer = client.get(QUEUE + query)
    assert answer.status_code == 200
    return [spot.pk for spot in answer.context["cl"].result_list]


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("dispatcher", True),
        ("engineer", True),
        ("agent", True),
        ("supervisor", True),
        ("planner", True),
        ("administrator", True),
        ("", False),
    ],
)
def test_who_sees_the_queue(signed_in, role, sees):
    spot = make_spot()
    client = signed_in(make_user(role))

    for page in (QUEUE, f"{QUEUE}{spot.pk}/change/"):
        assert client.get(page).status_code == (200 if sees else 403)


def test_the_most_urgent_spot_that_is_worked_on_comes_first(signed_in):
    calm, urgent = make_spot(priority=10), make_spot(priority=90)
    make_spot(priority=99, state="closed", ended_at=NOW)

    assert shown(signed_in()) == [urgent.pk, calm.pk]


def test_a_spot_of_several_topics_says_so(signed_in):
    make_spot(topic=None)

    client = signed_in(make_user("dispatcher", language="en"))

    assert "several topics" in client.get(QUEUE).content.decode()


def test_a_spot_behind_a_wall_is_neither_listed_nor_found(signed_in):
    own = make_spot()
    foreign = [
        make_spot(brand=make_brand("other")),
        make_spot(region=make_region("tver", lon=36)),
    ]
    client = signed_in()

    assert shown(client, "?state=all") == [own.pk]
    for spot in foreign:
        page = f"{QUEUE}{spot.pk}/"
        assert client.get(page + "change/").status_code == 404
        assert client.post(page + "move/dismiss/", {"note": "x"}).status_code == 404
    chosen = {"action": "accept_chosen", "_selected_action": [spot.pk for spot in foreign]}
    client.post(QUEUE, chosen)
    assert not Event.objects.exists()


def test_filters_leave_what_is_asked_for(signed_in):
    me = make_user("engineer")
    team = make_team()
    team.members.add(me)
    mine = make_spot(engineer=me, team=team, state="accepted")
    my_teams = make_spot(team=team, state="routed", band=1)
    fixed = make_spot(state="fixed", fixed_at=NOW, topic=make_topic("slow"))
    client = signed_in(me)

    assert shown(client, "?mine=me") == [mine.pk]
    assert set(shown(client, "?mine=team")) == {mine.pk, my_teams.pk}
    assert shown(client, "?state=fixed") == [fixed.pk]
    assert shown(client, "?state=watched") == [fixed.pk]
    assert shown(client, f"?state=all&topic={fixed.topic_id}") == [fixed.pk]
    assert shown(client, "?state=all&mine=nobody") == [fixed.pk]
    assert shown(client, "?band=1") == [my_teams.pk]
    assert set(shown(client, f"?team={team.pk}")) == {mine.pk, my_teams.pk}
    assert len(shown(client, f"?state=all&region={make_region().pk}&_facets=True")) == 3


@pytest.mark.parametrize("query", ["?band=9", "?team=x", "?team=99999999999999999999", "?state=x"])
def test_a_filter_that_makes_no_sense_filters_nothing(signed_in, query):
    spot = make_spot()

    assert shown(signed_in(), query) == [spot.pk]


def test_a_spot_is_found_by_its_place_and_by_its_number(signed_in):
    spot, other = make_spot(place="Тверь, Лесная улица"), make_spot(place="Тверь, улица Мира")
    client = signed_in()

    assert shown(client, "?q=лесная") == [spot.pk]
    assert shown(client, f"?q=№ {other.pk}") == [other.pk]
    assert shown(client, "?q=99999999999999999999") == []


def test_several_spots_are_accepted_at_once_and_each_refusal_is_told(signed_in):
    team = make_team()
    routed = [make_spot(state="routed", team=team) for _ in range(2)]
    detected = make_spot()
    chosen = [spot.pk for spot in [*routed, detected]]

    answer = signed_in("engineer").post(
        QUEUE, {"action": "accept_chosen", "_selected_action": chosen}
    )

    assert Case.objects.filter(state="accepted").count() == 2
    lines = answer.context["lines"]
    assert {line.case_id: line.done for line in lines} == {
        **{spot.pk: True for spot in routed},
        detected.pk: False,
    }
    assert f"№ {detected.pk}" in lines[0].text


def test_several_spots_are_routed_to_a_team_at_once(signed_in):
    team, spots = make_team(), [make_spot(), make_spot()]
    chosen = {"action": "route_chosen", "_selected_action": [spot.pk for spot in spots]}
    client = signed_in()

    client.post(QUEUE, chosen)
    assert not Event.objects.exists()
    client.post(QUEUE, {**chosen, "team": team.pk})

    assert Case.objects.filter(team=team, state="routed").count() == 2


def test_who_may_not_dispatch_has_no_such_action(signed_in):
    spot, team = make_spot(), make_team()
    chosen = {"action": "route_chosen", "_selected_action": [spot.pk], "team": team.pk}

    signed_in("engineer").post(QUEUE, chosen)

    spot.refresh_from_db()
    assert spot.state == "detected"


def test_nothing_else_is_there_to_add_change_or_delete(signed_in):
    spot = make_spot()
    client = signed_in(make_user("administrator", is_superuser=True))

    for page in ("add/", f"{spot.pk}/delete/", f"{spot.pk}/history/"):
        assert client.get(QUEUE + page).status_code in (301, 302, 404)
    client.post(f"{QUEUE}{spot.pk}/change/", {"state": "closed"})
    client.post(QUEUE, {"action": "delete_selected", "_selected_action": [spot.pk], "post": "yes"})
    spot.refresh_from_db()
    assert spot.state == "detected"


@pytest.mark.parametrize("role", ["dispatcher", "administrator"])
def test_the_queue_takes_the_same_queries_however_long_it_is(
    role, signed_in, django_assert_max_num_queries
):
    make_policy(reaction_minutes=30)
    make_team("duty", catch_all=True)
    client, team, me = signed_in(role), make_team(), make_user("engineer")

    def fill(count: int) -> None:
        for _ in range(count):
            spot = make_spot(team=team, engineer=me, state="accepted", eta_at=timezone.now())
            sla.start(
                case_id=spot.pk,
                brand_id=spot.brand_id,
                region_id=spot.region_id,
                topic_id=spot.topic_id,
                band=4,
                now=NOW,
            )

    for count in (3, 27):
        fill(count)
        with django_assert_max_num_queries(16):  # one of them, who floods, once a minute
            answer = client.get(QUEUE)
        assert answer.content.decode().count("case-late") >= count


def test_the_time_left_to_the_next_promise_is_shown_in_words_and_colour(signed_in):
    make_policy(reaction_minutes=34, working_time=make_working_time())
    spot = make_spot(state="routed", team=make_team())
    with time_machine.travel(NOW, tick=False):
        sla.start(
            case_id=spot.pk,
            brand_id=spot.brand_id,
            region_id=spot.region_id,
            topic_id=spot.topic_id,
            band=4,
            now=NOW,
        )
        page = signed_in(make_user("dispatcher", language="en")).get(QUEUE).content.decode()

    assert "34 min left" in page
    assert "case-soon" in page
