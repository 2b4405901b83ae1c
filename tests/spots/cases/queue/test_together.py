"""One move for several spots: each goes its own way, and each is answered for."""

import pytest

from spots.cases.queue.together import MOST
from spots.models import Case, Event
from tests.factories import make_cause, make_region, make_spot, make_team

pytestmark = pytest.mark.django_db

QUEUE = "/admin/spots/spot/"


def move(client, name, spots, query="", headers=None, **said):
    chosen = {"action": f"{name}_chosen", "_selected_action": [spot.pk for spot in spots]}
    return client.post(QUEUE + query, {**chosen, **said}, headers=headers)


def lines(answer):
    return {line.case_id: line.done for line in answer.context["lines"]}


def test_what_a_move_wants_said_is_asked_once_and_counts_for_each(signed_in):
    team = make_team()
    ready = [make_spot(team=team, state="accepted") for _ in range(2)]
    routed = make_spot(team=team, state="routed")
    client = signed_in("engineer")

    asked = move(client, "plan", [*ready, routed])
    assert asked.context["form"].fields.keys() >= {"cause", "eta_at"}
    assert not Event.objects.exists()
    done = move(client, "plan", [*ready, routed], cause=make_cause().pk, eta_in="240")

    assert lines(done) == {ready[0].pk: True, ready[1].pk: True, routed.pk: False}
    assert Case.objects.filter(state="fixing", eta_at__isnull=False).count() == 2


def test_a_form_that_lacks_something_comes_back_and_moves_nothing(signed_in):
    spot = make_spot(team=make_team(), state="accepted")

    answer = move(signed_in("engineer"), "plan", [spot], eta_in="240", note="soon")

    assert answer.status_code == 400
    assert answer.context["form"].errors.keys() == {"cause"}
    assert not Event.objects.exists()


def test_the_line_of_a_routed_spot_says_whose_it_is_now(signed_in):
    spot, radio = make_spot(), make_team("radio")

    (line,) = move(signed_in(), "route", [spot], team=radio.pk).context["lines"]

    assert line.text.endswith(": Radio")


@pytest.mark.parametrize(
    ("name", "state", "said", "becomes"),
    [
        ("diagnose", "accepted", {}, "diagnosing"),
        ("wait", "accepted", {"waits_for": "parts"}, "waiting"),
        ("resume", "waiting", {}, "accepted"),
        ("dismiss", "routed", {"dismissed_for": "test"}, "dismissed"),
        ("reopen", "dismissed", {"note": "it is back"}, "reopened"),
    ],
)
def test_every_move_that_the_table_has_for_people_is_there_for_several(
    signed_in, name, state, said, becomes
):
    more = {"ended_at": "2026-03-02T12:00Z"} if state == "dismissed" else {}
    spots = [make_spot(team=make_team(), state=state, **more) for _ in range(2)]

    answer = move(signed_in(), name, spots, "?state=all", **said)

    assert set(lines(answer).values()) == {True}
    assert Case.objects.filter(state=becomes).count() == 2


def test_several_are_marked_as_fixed_with_one_note(signed_in):
    spots = [
        make_spot(team=make_team(), state="fixing", cause=make_cause(), eta_at="2026-03-02T12:00Z")
        for _ in range(2)
    ]

    move(signed_in("engineer"), "fix", spots, note="new antenna")

    assert Event.objects.filter(kind="fixed", note="new antenna").count() == 2


def test_a_spot_that_left_the_filter_meanwhile_is_answered_for(signed_in):
    spot = make_spot(state="closed", ended_at="2026-03-02T12:00Z", fixed_at="2026-03-02T11:00Z")

    answer = move(signed_in("engineer"), "accept", [spot])

    assert lines(answer) == {spot.pk: False}


def test_a_spot_behind_a_wall_is_not_there(signed_in):
    spot = make_spot(state="routed", team=make_team(), region=make_region("tver", lon=36))

    assert lines(move(signed_in(), "accept", [spot])) == {}
    assert not Event.objects.exists()


def test_more_than_two_hundred_at_once_are_refused_as_a_whole(signed_in):
    team = make_team()
    spots = [make_spot(state="routed", team=team) for _ in range(MOST + 1)]
    client = signed_in()

    answer = move(client, "accept", spots)

    assert answer.status_code == 302
    assert not Event.objects.exists()


def test_a_script_gets_the_same_lines(signed_in):
    spot = make_spot(state="routed", team=make_team())

    answer = move(signed_in("engineer"), "accept", [spot], headers={"accept": "application/json"})

    assert [(line["case_id"], line["done"]) for line in answer.json()["lines"]] == [(spot.pk, True)]


def test_a_number_that_no_spot_can_have_is_none_of_the_chosen(signed_in):
    spot = make_spot(team=make_team(), state="routed")
    chosen = {"action": "accept_chosen", "_selected_action": [spot.pk, "9" * 25]}

    answer = signed_in("engineer").post(QUEUE, chosen)

    assert lines(answer) == {spot.pk: True}
