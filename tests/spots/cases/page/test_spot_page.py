"""The page of a spot: what it says to whom, and its moves."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from spots.cases import transitions
from spots.cases.states import MOVES, State
from spots.models import Case, Event, NetworkEvent, Site
from tests.factories import (
    NOW,
    make_brand,
    make_cause,
    make_complaint,
    make_customer,
    make_policy,
    make_spot,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db

SAID = {
    "accept": {},
    "diagnose": {},
    "plan": {"eta_in": "120"},
    "wait": {"waits_for": "access", "waits_until": "2199-01-02T10:00"},
    "resume": {},
    "fix": {"note": "done"},
    "route": {},
    "reopen": {"note": "again"},
    "dismiss": {"dismissed_for": "other", "note": "a concert"},
}
FROM = {
    "accept": "routed",
    "diagnose": "accepted",
    "plan": "diagnosing",
    "wait": "fixing",
    "resume": "waiting",
    "fix": "fixing",
    "route": "detected",
    "reopen": "fixed",
    "dismiss": "routed",
}
TO = {"resume": "accepted"}  # where the table leaves it to what was before
MAY = {
    "agent": set(),
    "dispatcher": set(SAID),
    "engineer": {"accept", "diagnose", "plan", "wait", "resume", "fix"},
    "supervisor": {"route", "reopen", "dismiss"},
    "planner": set(),
    "administrator": set(),
}


def spot_for(move: str) -> Case:
    fields = {"state": FROM[move], "team": make_team(), "fixed_at": NOW}
    if FROM[move] in ("fixing", "fixed"):
        fields |= {"cause": make_cause(), "eta_at": NOW}
    return make_spot(complaints=[make_complaint()], **fields)


def said(move: str) -> dict[str, object]:
    more = {
        "plan": lambda: {"cause": make_cause().pk},
        "route": lambda: {"team": make_team("power").pk, "reason": "not_ours"},
    }
    return SAID[move] | more.get(move, dict)()


def page_of(client: Client, spot: Case) -> str:
    answer = client.get(f"/admin/spots/spot/{spot.pk}/change/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", MAY)
def test_a_move_is_offered_to_who_may_make_it_and_refused_to_the_others(signed_in, role):
    client = signed_in(role)

    for move in SAID:
        spot = spot_for(move)
        address = f"/admin/spots/spot/{spot.pk}/move/{move}/"
        offered = address in page_of(client, spot)
        answer = client.post(address, said(move))

        spot.refresh_from_db()
        may = move in MAY[role]
        assert offered == may, move
        assert spot.state == (TO.get(move, MOVES[move].target) if may else FROM[move])
        assert Event.objects.filter(case=spot).exists() == may
        assert len(list(get_messages(answer.wsgi_request))) == (0 if may else 1)


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_page_with_the_moves_of_its_own(signed_in, state):
    fields = {"team": make_team(), "cause": make_cause(), "eta_at": NOW, "fixed_at": NOW}
    if state == State.MERGED:
        fields["merged_into"] = make_spot()
    spot = make_spot(state=state, **fields)

    page = page_of(signed_in(), spot)

    for name, move in MOVES.items():
        assert (f"/move/{name}/" in page) == (name in SAID and state in move.sources)


def test_a_move_is_made_by_pressing_a_button_only(signed_in):
    spot = spot_for("accept")
    client = signed_in()

    assert client.get(f"/admin/spots/spot/{spot.pk}/move/accept/").status_code == 405
    assert client.post(f"/admin/spots/spot/{spot.pk}/move/close/").status_code == 404
    assert client.post("/admin/spots/spot/999999/move/accept/").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(f"/admin/spots/spot/{spot.pk}/move/accept/").status_code == 403


@pytest.mark.parametrize(
    ("move", "given"),
    [
        ("plan", {"eta_in": "120"}),
        ("plan", {"eta_in": ""}),
        ("plan", {"eta_in": "7"}),
        ("plan", {"eta_in": "", "eta_at": "soon"}),
        ("dismiss", {"dismissed_for": ""}),
        ("dismiss", {"dismissed_for": "other", "note": "   "}),
        ("wait", {"waits_for": ""}),
        ("wait", {"waits_for": "parts", "waits_until": "2020-01-02T10:00"}),
        ("reopen", {"note": ""}),
        ("route", {"team": "x"}),
    ],
)
def test_a_form_that_lacks_something_comes_back_with_what_was_typed(signed_in, move, given):
    spot = spot_for(move)

    answer = signed_in().post(
        f"/admin/spots/spot/{spot.pk}/move/{move}/", {"note": "typed", **given}
    )

    spot.refresh_from_db()
    assert (answer.status_code, spot.state) == (400, FROM[move])
    assert "case-error" in answer.content.decode()
    assert re.search(rf'id="move-{move}"\s+open', answer.content.decode())


def test_a_term_is_set_by_a_quick_choice_or_in_the_readers_own_time(signed_in):
    spot = spot_for("plan")
    client = signed_in(make_user("engineer", time_zone="Asia/Vladivostok"))
    address, cause = f"/admin/spots/spot/{spot.pk}/move/plan/", make_cause().pk

    client.post(address, {"cause": cause, "eta_in": "480"})
    spot.refresh_from_db()
    assert abs(spot.eta_at - timezone.now() - timedelta(hours=8)) < timedelta(minutes=1)

    client.post(address, {"cause": cause, "eta_in": "", "eta_at": "2199-01-02T10:00"})
    spot.refresh_from_db()
    assert spot.eta_at.isoformat() == "2199-01-02T00:00:00+00:00"


def test_a_term_in_the_past_is_refused_with_a_message(signed_in):
    spot = spot_for("plan")
    given = {"cause": make_cause().pk, "eta_in": "", "eta_at": "2020-01-02T10:00"}

    answer = signed_in().post(f"/admin/spots/spot/{spot.pk}/move/plan/", given, follow=True)

    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_what_customers_say_is_shown_without_what_tells_who_they_are(signed_in):
    customer = make_customer(phone="+79261234567")
    complaint = make_complaint(
        customer=customer, text="<b>Нет связи</b>, мой номер +7 926 123-45-67"
    )
    spot = make_spot(complaints=[complaint])

    page = page_of(signed_in("engineer"), spot)

    assert "&lt;b&gt;Нет связи" in page
    assert "1234567" not in page
    assert "123-45-67" not in page
    assert "***-**-67" in page


@pytest.mark.parametrize("role", ["agent", "planner"])
def test_who_may_not_see_complaints_sees_neither_words_nor_dots(signed_in, role):
    spot = make_spot(complaints=[make_complaint(text="Нет связи дома")])

    page = page_of(signed_in(role), spot)

    assert "Нет связи дома" not in page
    assert '"dots": []' in page


def test_the_page_explains_the_spot_in_words(signed_in):
    make_policy()
    case = transitions.open_spot(
        brand_id=make_brand().pk,
        region_id=make_spot().region_id,
        topic_id=None,
        complaint_ids=[make_complaint().pk for _ in range(3)],
        outline=make_spot().outline,
        started_at=NOW,
        evidence={"customers": 3, "hours": 2, "expected": 0.4},
        now=NOW,
    )
    with time_machine.travel(NOW):
        page = page_of(signed_in(make_user("dispatcher", language="en")), case)

    assert "3 customers in 2 h, where 0.4 would be usual" in page
    assert "Severity of the topic: 4 of 5" in page
    assert "1 h" in page
    assert "by itself" in page


def test_sites_and_outages_near_by_are_shown_and_no_far_or_foreign_ones(signed_in):
    spot = make_spot()
    near, far = spot.centre.clone(), spot.centre.clone()
    near.x, far.x = near.x + 0.01, far.x + 1
    for code, brand, point in (
        ("near-1", make_brand(), near),
        ("far-1", make_brand(), far),
        ("foreign-1", make_brand("other"), near),
    ):
        Site.objects.create(brand=brand, code=code, name="", point=point, technologies=["4G"])
    for title, days in (("fresh outage", 0), ("old outage", 30)):
        NetworkEvent.objects.create(
            brand=spot.brand,
            kind="outage",
            title=title,
            area=spot.outline,
            starts_at=spot.started_at - timedelta(days=days),
            ends_at=spot.started_at - timedelta(days=days) + timedelta(hours=1),
        )

    page = page_of(signed_in(), spot)

    assert "near-1" in page
    assert "fresh outage" in page
    for hidden in ("far-1", "foreign-1", "old outage"):
        assert hidden not in page


def test_growth_after_growth_is_one_line_of_the_timeline(signed_in):
    spot = make_spot()
    for _ in range(3):
        transitions.grow(
            case_id=spot.pk,
            complaint_ids=[make_complaint().pk, make_complaint().pk],
            outline=spot.outline,
            evidence={},
            now=NOW,
        )

    page = page_of(signed_in(make_user("engineer", language="en")), spot)

    assert "6 more complaints" in page
    assert "2 more complaints" not in page


def test_times_are_in_the_readers_zone_and_in_the_places(signed_in):
    spot = make_spot(opened_at=NOW)

    page = page_of(
        signed_in(make_user("dispatcher", language="en", time_zone="Asia/Yekaterinburg")), spot
    )

    assert "15:00 (13:00 there)" in page


def test_the_page_takes_the_same_queries_however_large_the_spot(
    signed_in, django_assert_max_num_queries
):
    client = signed_in()
    spots = [make_spot(complaints=[make_complaint() for _ in range(n)]) for n in (3, 40)]
    for spot in spots:
        for _ in range(spot.complaints):
            transitions.mark_quiet(case_id=spot.pk, now=NOW)
            transitions.mark_active(case_id=spot.pk, now=NOW)

    for spot in spots:
        with django_assert_max_num_queries(55):
            page_of(client, spot)
