"""Two people on one spot: the second sees what the first did, and chooses."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test import Client

from spots.cases import transitions
from spots.cases.comments.transitions import comment
from spots.cases.transitions import UnseenError, move_as_seen
from spots.models import Case, Event
from tests.factories import NOW, make_complaint, make_event, make_spot, make_team, make_user

pytestmark = pytest.mark.django_db

DISMISSED = {"dismissed_for": "other", "note": "a concert"}


def spot_in_work(**fields: object) -> Case:
    return make_spot(complaints=[make_complaint()], state="routed", team=make_team(), **fields)


def move(spot: Case, name: str) -> str:
    return f"/admin/spots/spot/{spot.pk}/move/{name}/"


def seen_on(client: Client, spot: Case) -> str:
    page = client.get(f"/admin/spots/spot/{spot.pk}/change/").content.decode()
    numbers = set(re.findall(r'name="seen" value="(\d+)"', page))
    assert len(numbers) == 1
    return numbers.pop()


def test_the_second_of_two_is_told_what_the_first_did_and_nothing_is_done(signed_in):
    spot, client = spot_in_work(), signed_in()
    seen = seen_on(client, spot)
    first = make_user("engineer", first_name="Анна", last_name="Ким")
    transitions.accept(case_id=spot.pk, by=first, now=NOW)

    answer = client.post(move(spot, "dismiss"), {**DISMISSED, "seen": seen})

    page = answer.content.decode()
    spot.refresh_from_db()
    assert (answer.status_code, spot.state) == (409, "accepted")
    box = page[page.index('id="meanwhile"') :].partition("</section>")[0]
    assert "Анна Ким" in box
    assert "a concert" in box
    assert move(spot, "dismiss") in box
    assert page.count(move(spot, "dismiss")) == 1


def test_who_has_read_it_may_do_it_anyway(signed_in):
    spot, client = spot_in_work(), signed_in()
    seen = seen_on(client, spot)
    event = comment(case_id=spot.pk, text="wait", by=make_user("engineer"), now=NOW)
    page = client.post(move(spot, "dismiss"), {**DISMISSED, "seen": seen}).content.decode()

    assert f'name="seen" value="{event.pk}"' in page
    answer = client.post(move(spot, "dismiss"), {**DISMISSED, "seen": event.pk})

    spot.refresh_from_db()
    assert (answer.status_code, spot.state) == (302, "dismissed")


def test_what_is_not_possible_any_more_is_not_offered_anyway(signed_in):
    spot, client = spot_in_work(), signed_in()
    seen = seen_on(client, spot)
    transitions.accept(case_id=spot.pk, by=make_user("engineer"), now=NOW)

    answer = client.post(move(spot, "accept"), {"seen": seen})

    assert answer.status_code == 409
    assert move(spot, "accept") not in answer.content.decode()
    assert 'id="meanwhile"' in answer.content.decode()


def test_a_form_that_lacks_something_tells_of_it_too(signed_in):
    spot, client = spot_in_work(), signed_in()
    seen = seen_on(client, spot)
    transitions.accept(case_id=spot.pk, by=make_user("engineer"), now=NOW)

    answer = client.post(move(spot, "dismiss"), {"dismissed_for": "", "seen": seen})

    assert answer.status_code == 409
    assert "case-error" in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "by_person", "became", "told"),
    [
        ("grew", False, "", False),
        ("quiet", False, "", False),
        ("attached", True, "", False),
        ("verifying", False, "verifying", True),
        ("commented", True, "", True),
        ("detached", True, "", True),
    ],
)
def test_growth_is_no_conflict_and_a_change_of_state_is(kind, by_person, became, told):
    spot, reader = spot_in_work(), make_user("dispatcher")
    seen = make_event(spot, "opened", at=NOW).pk
    make_event(spot, kind, at=NOW, by=make_user("agent") if by_person else None, became=became)

    def dismiss() -> Case:
        said = {"dismissed_for": "test", "by": reader, "now": NOW}
        return move_as_seen(transitions.dismiss, case_id=spot.pk, seen=seen, **said)

    if told:
        with pytest.raises(UnseenError):
            dismiss()
    else:
        assert dismiss().state == "dismissed"


def test_ones_own_doing_is_no_news(signed_in):
    spot, reader = spot_in_work(), make_user("dispatcher")
    client = signed_in(reader)
    seen = seen_on(client, spot)
    transitions.accept(case_id=spot.pk, by=reader, now=NOW)

    client.post(move(spot, "dismiss"), {**DISMISSED, "seen": seen})

    spot.refresh_from_db()
    assert spot.state == "dismissed"


@pytest.mark.parametrize("seen", ["", "x", "-1", "٣", "9" * 30])
def test_a_number_that_is_none_stops_nobody(signed_in, seen):
    spot, client = spot_in_work(), signed_in()
    transitions.accept(case_id=spot.pk, by=make_user("engineer"), now=NOW)

    client.post(move(spot, "dismiss"), {**DISMISSED, "seen": seen})

    spot.refresh_from_db()
    assert spot.state == "dismissed"


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_the_same_moment_one_is_made():
    spot = spot_in_work()
    seen = make_event(spot, "opened", at=NOW).pk
    gate = Barrier(2, timeout=60)

    def route(team: str) -> str:
        gate.wait()
        said = {"team": make_team(team), "reason": "not_ours", "by": make_user(), "now": NOW}
        try:
            move_as_seen(transitions.route, case_id=spot.pk, seen=seen, **said)
        except UnseenError:
            return "told"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(route, ("power", "radio")))

    assert outcomes == ["done", "told"]
    assert Event.objects.filter(case=spot, kind="routed").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["move", "comment"])
def test_a_spot_that_somebody_holds_is_said_to_be_busy_and_the_form_is_kept(signed_in, what):
    spot, client = spot_in_work(), signed_in()
    taken, over = Barrier(2, timeout=60), Barrier(2, timeout=60)

    def hold() -> None:
        try:
            with transaction.atomic():
                Case.objects.select_for_update().get(pk=spot.pk)
                taken.wait()
                over.wait()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        taken.wait()
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        if what == "move":
            answer = client.post(move(spot, "dismiss"), DISMISSED)
        else:
            sent = {"text": "a concert"}
            answer = client.post(f"/admin/spots/spot/{spot.pk}/comment/", sent)
        over.wait()
        held.result()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")

    page = answer.content.decode()
    spot.refresh_from_db()
    assert (answer.status_code, spot.state) == (409 if what == "move" else 400, "routed")
    assert "nothing was done" in page or "ничего не сделано" in page.lower() or "Try again" in page
    assert "a concert" in page
