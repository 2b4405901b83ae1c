"""Regrouping by hand: what is offered, what it would come to, and that this is what is done."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from spots.cases import transitions
from spots.models import Case
from tests.factories import CENTRE, make_complaint, make_policy, make_spot, make_team, make_user
from tests.spots.cases.transitions.test_several import make_row, members

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"
    with override("en"):
        yield


@pytest.fixture
def spot() -> Case:
    """Three complaints here and two some 600 m east."""
    spot = make_spot(place="Station Road", state="routed", team=make_team())
    ids = make_row() + make_row(2, east=0.01)
    transitions.attach_several(
        case_id=spot.pk, complaint_ids=ids, by=make_user(), now=timezone.now()
    )
    return spot


def make_near(**fields: object) -> Case:
    centre = Point(CENTRE[0] + 0.05, CENTRE[1], srid=4326)
    spot = make_spot(centre=centre, place="Mill Lane", state="routed", **fields)
    transitions.attach_several(
        case_id=spot.pk, complaint_ids=make_row(2, east=0.05), by=make_user(), now=timezone.now()
    )
    return spot


def page_of(spot: Case) -> str:
    return reverse("admin:spots_spot_regroup", args=[spot.pk])


def east(spot: Case) -> str:
    return ",".join(str(pk) for pk in sorted(members(spot))[3:])


def agreed(client, spot: Case, **said: object):
    """Look at what it comes to, and agree to it at once."""
    shown = client.post(page_of(spot), said)
    seen = shown.context_data["seen"]
    return client.post(page_of(spot), {**said, "seen": seen, "step": "confirm"})


def test_the_page_shows_members_free_complaints_near_by_and_neighbours(signed_in, spot):
    now = timezone.now()
    near = make_near()
    (free,) = make_row(1, east=0.02, occurred_at=now)
    make_row(1, east=0.02, occurred_at=now - timedelta(days=8))
    make_row(1, east=2.0, occurred_at=now)
    make_row(1, east=0.02, occurred_at=now, withdrawn_at=now, corrected_at=now)

    shown = signed_in().get(page_of(spot)).context_data

    listed = {one.id: one.free for one in shown["candidates"]}
    assert listed == {**dict.fromkeys(members(spot), False), free: True}
    assert [(one.number, one.name) for one in shown["neighbours"]] == [(near.pk, "Mill Lane")]
    assert len(shown["drawing"]["dots"]) == 6


def test_the_page_tells_nothing_of_who_complained(signed_in, spot):
    complaint = make_complaint(text="Звоните Анне", address="ул. Тайная, 7")
    transitions.attach(
        case_id=spot.pk, complaint_id=complaint.pk, by=make_user(), now=timezone.now()
    )

    text = signed_in().get(page_of(spot)).content.decode()

    for told in ("Анне", "Тайная", complaint.customer.phone[-7:]):
        assert told not in text


def test_looking_at_what_it_comes_to_changes_nothing(signed_in, spot):
    make_policy()
    before = (members(spot), spot.events.count(), Case.objects.count())

    shown = signed_in().post(page_of(spot), {"action": "split", "complaints": east(spot)})

    whole, part = shown.context_data["parts"]
    assert (whole.before.complaints, whole.after.complaints) == (5, 3)
    assert (part.number, part.before, part.after.complaints) == (None, None, 2)
    assert (part.after.state, part.after.team) == ("routed", "Radio")
    assert part.after.promised_since == spot.opened_at
    assert whole.after.outline != whole.before.outline
    assert (members(spot), spot.events.count(), Case.objects.count()) == before


@pytest.mark.parametrize(
    ("action", "own", "others"),
    [
        pytest.param("split", 3, 2, id="split off"),
        pytest.param("detach", 3, 2, id="taken out"),
        pytest.param("move", 3, 4, id="moved"),
        pytest.param("take_in", 7, 0, id="the other merged into this"),
        pytest.param("join", 0, 7, id="this merged into the other"),
    ],
)
def test_what_was_agreed_to_is_done_and_can_be_undone(signed_in, spot, action, own, others):
    near = make_near()
    client = signed_in()
    said = {"action": action, "complaints": east(spot), "other": near.pk, "note": "as seen"}

    answer = agreed(client, spot, **said)

    assert answer.status_code == 302
    assert len(members(spot)) == own
    made = Case.objects.filter(split_from=spot).first()
    if action != "detach":
        assert len(members(made or near)) == others
    event = spot.events.latest("pk")
    assert (event.note, event.by.role) == ("as seen", "dispatcher")

    page = client.get(reverse("admin:spots_spot_change", args=[spot.pk])).content.decode()
    undo = reverse("admin:spots_spot_undo", args=[spot.pk, event.pk])
    assert undo in page
    client.post(undo, {"seen": client.get(undo).context_data["seen"]})
    assert len(members(spot)) == 5
    assert len(members(near)) == 2
    assert (
        undo not in client.get(reverse("admin:spots_spot_change", args=[spot.pk])).content.decode()
    )


def test_free_complaints_are_attached(signed_in, spot):
    free = make_row(2, east=0.02)
    ids = ",".join(map(str, free))

    agreed(signed_in(), spot, action="attach", complaints=ids)

    assert set(free) <= members(spot)


def test_what_changed_since_it_was_looked_at_is_told_and_nothing_is_done(signed_in, spot):
    client = signed_in()
    said = {"action": "split", "complaints": east(spot)}
    seen = client.post(page_of(spot), said).context_data["seen"]
    transitions.attach(
        case_id=spot.pk, complaint_id=make_complaint().pk, by=None, now=timezone.now()
    )
    confirm = {**said, "step": "confirm"}

    shown = client.post(page_of(spot), {**confirm, "seen": seen})

    assert f"№ {spot.pk}: complaints was 5, is now 6" in shown.context_data["changes"]
    assert Case.objects.count() == 1
    client.post(page_of(spot), {**confirm, "seen": shown.context_data["seen"]})
    assert Case.objects.count() == 2


@pytest.mark.parametrize("seen", ["", "nonsense"])
def test_what_was_never_looked_at_is_not_done(signed_in, spot, seen):
    said = {"action": "split", "complaints": east(spot), "step": "confirm", "seen": seen}

    shown = signed_in().post(page_of(spot), said)

    assert shown.context_data["changes"]
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"action": "split"}, id="no complaints"),
        pytest.param({"action": "join"}, id="no other spot"),
        pytest.param({"action": "split", "complaints": "1,x"}, id="no numbers"),
        pytest.param({"action": "burn", "complaints": "1"}, id="no such thing to do"),
    ],
)
def test_what_lacks_something_comes_back(signed_in, spot, said):
    shown = signed_in().post(page_of(spot), said)

    assert shown.status_code == 200
    assert shown.context_data["form"].errors
    assert b"regroup-form" in shown.content


def test_a_refusal_is_a_message_and_the_choice_is_kept(signed_in, spot):
    every = ",".join(map(str, members(spot)))

    shown = signed_in().post(page_of(spot), {"action": "split", "complaints": every})

    assert "not all" in str([str(one) for one in get_messages(shown.wsgi_request)])
    assert every in shown.content.decode()


def test_an_ended_spot_is_not_regrouped(signed_in):
    spot = make_spot(state="dismissed")

    answer = signed_in().get(page_of(spot))

    assert answer.url == reverse("admin:spots_spot_change", args=[spot.pk])


def test_who_may_not_dispatch_is_offered_no_undo(signed_in, spot):
    page = reverse("admin:spots_spot_change", args=[spot.pk])

    for role, offered in (("engineer", False), ("supervisor", True)):
        text = signed_in(role).get(page).content.decode()
        assert ("/undo/" in text) == offered
        assert (page_of(spot) in text) == offered


def test_an_undo_that_comes_too_late_is_a_message(signed_in, spot):
    event = spot.events.latest("pk")
    transitions.accept(case_id=spot.pk, by=make_user("engineer"), now=timezone.now())

    answer = signed_in().post(reverse("admin:spots_spot_undo", args=[spot.pk, event.pk]))

    assert "accepted" in str([str(one) for one in get_messages(answer.wsgi_request)])
    assert len(members(spot)) == 5


def test_the_page_is_bounded_in_queries_and_complaints(
    signed_in, spot, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr("spots.cases.regroup.surroundings.MOST_COMPLAINTS", 4)
    client = signed_in()
    make_near()
    client.get(page_of(spot))

    with django_assert_max_num_queries(15):
        shown = client.get(page_of(spot))

    assert len(shown.context_data["candidates"]) == 4
    assert shown.context_data["hidden"] == 1
    assert "newest 4 of 5" in shown.content.decode()


def test_before_an_undo_one_sees_what_goes_back_where_and_what_cannot(signed_in, spot):
    make_policy()
    into, merged, by = make_near(team=make_team()), members(spot), make_user()
    transitions.merge(case_id=spot.pk, into_id=into.pk, by=by, now=timezone.now())
    gone, came = min(merged), make_complaint()
    transitions.detach(case_id=into.pk, complaint_id=gone, by=by, now=timezone.now())
    transitions.attach(case_id=into.pk, complaint_id=came.pk, by=None, now=timezone.now())
    event = into.events.filter(kind="merged").latest("pk")
    undo = reverse("admin:spots_spot_undo", args=[into.pk, event.pk])
    before = (members(into), into.events.count())
    client = signed_in()

    shown = client.get(undo).context_data

    back, other = shown["parts"]
    assert (back.number, back.before.state, back.after.state) == (spot.pk, "merged", "routed")
    assert (back.after.complaints, other.after.complaints) == (4, 3)
    told = shown["returns"]
    (way,) = told.going
    assert (way.source, way.target, way.many) == (into.pk, spot.pk, 4)
    assert {one.number for one in way.named} == merged - {gone}
    assert [one.number for one in told.away_named] == [gone]
    assert (told.staying, told.staying_in) == (1, into.pk)
    assert (members(into), into.events.count()) == before

    transitions.attach(case_id=into.pk, complaint_id=gone, by=by, now=timezone.now())
    again = client.post(undo, {"seen": shown["seen"]})
    assert again.context_data["changes"]
    assert (again.context_data["returns"].away, Case.objects.get(pk=spot.pk).state) == (0, "merged")


def test_what_can_no_longer_be_undone_says_why_and_shows_nothing(signed_in, spot):
    into = make_near(team=make_team())
    transitions.merge(case_id=spot.pk, into_id=into.pk, by=make_user(), now=timezone.now())
    transitions.accept(case_id=into.pk, by=make_user("engineer"), now=timezone.now())
    event = into.events.filter(kind="merged").latest("pk")

    answer = signed_in().get(reverse("admin:spots_spot_undo", args=[into.pk, event.pk]))

    assert answer.status_code == 302
    (told,) = get_messages(answer.wsgi_request)
    assert "after it" in str(told)
