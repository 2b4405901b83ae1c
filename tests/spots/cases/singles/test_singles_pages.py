"""The queue and the page of single cases, and the way to one from a complaint."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from spots.models import Case, Event, Policy, SingleRule
from tests.factories import (
    make_complaint,
    make_customer,
    make_policy,
    make_spot,
    make_team,
    make_user,
)
from tests.scene import make_far, make_rival, make_scene

pytestmark = pytest.mark.django_db


def make_single(**fields: object) -> Case:
    said = {"text": "Нет связи, мой номер +7 926 123-45-67", "channel": "shop"}
    customer = make_customer(phone="+79261234567")
    complaint = make_complaint(customer=customer, **said)
    row = {"kind": "single", "outline": None, "centre": complaint.point, "state": "routed"}
    return make_spot(complaints=[complaint], **{**row, "team": make_team(), **fields})


def page(name: str, *numbers: int) -> str:
    return reverse(f"admin:spots_singlecase_{name}", args=numbers)


def test_the_queue_shows_the_customer_masked_and_the_text_scrubbed(signed_in):
    make_single(place="Мытищи")
    make_spot(place="Химки")

    shown = signed_in().get(page("changelist")).content.decode()

    assert "Мытищи" in shown
    assert "Химки" not in shown
    assert "***-**-67" in shown
    assert "Нет связи" in shown
    assert "123-45-67" not in shown


def test_the_queue_takes_the_same_queries_however_many_rows(signed_in):
    client = signed_in()
    counts = []
    for more in (1, 8):
        for _ in range(more):
            make_single()
        client.get(page("changelist"))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(page("changelist"))
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 15


def test_the_page_has_the_spots_near_by_to_join_and_singles_to_make_a_spot_of(signed_in):
    case, other, spot = make_single(), make_single(), make_spot(state="routed")
    client = signed_in()

    shown = client.get(page("change", case.pk)).content.decode()

    assert page("join", case.pk, spot.pk) in shown
    assert f'name="cases" value="{other.pk}"' in shown
    assert page("move", case.pk, "accept") in shown
    assert "1234567" not in shown
    client.post(page("join", case.pk, spot.pk))
    case.refresh_from_db()
    assert case.merged_into == spot


def test_chosen_single_cases_become_a_spot_from_page_and_queue(signed_in):
    one, two, three, four = (make_single() for _ in range(4))
    client = signed_in()

    client.post(page("make_spot", one.pk), {"cases": [two.pk]})
    action = {"action": "make_spot_of_chosen", "_selected_action": [three.pk, four.pk]}
    client.post(page("changelist"), action)

    for pair in ((one, two), (three, four)):
        assert len({Case.objects.get(pk=case.pk).merged_into_id for case in pair} - {None}) == 1
    assert Case.objects.filter(kind="spot").count() == 2


def test_an_answer_is_written_down_and_an_empty_one_comes_back(signed_in):
    case, client = make_single(), signed_in("engineer")

    assert client.post(page("answer", case.pk), {"text": " "}).status_code == 400
    assert client.post(page("answer", case.pk), {"text": "Починим"}).status_code == 302

    assert Event.objects.get(case=case, kind="answered").note == "Починим"
    assert "Починим" in client.get(page("change", case.pk)).content.decode()


def test_a_complaint_is_handled_by_itself_from_its_page(signed_in):
    complaint, client = make_complaint(), signed_in()
    of_complaint = reverse("admin:complaints_complaint_change", args=[complaint.pk])
    assert page("open", complaint.pk) in client.get(of_complaint).content.decode()

    answer = client.post(page("open", complaint.pk))

    case = Case.objects.get(kind="single")
    assert answer["Location"] == page("change", case.pk)
    shown = client.get(of_complaint).content.decode()
    assert page("open", complaint.pk) not in shown
    assert f"№ {case.pk}" in shown
    as_a_spot = client.get(reverse("admin:spots_spot_change", args=[case.pk]))
    assert as_a_spot["Location"] == page("change", case.pk)


def test_an_engineer_is_not_offered_it_and_is_refused(signed_in):
    complaint, client = make_complaint(), signed_in("engineer")
    of_complaint = reverse("admin:complaints_complaint_change", args=[complaint.pk])

    assert page("open", complaint.pk) not in client.get(of_complaint).content.decode()
    client.post(page("open", complaint.pk))

    assert not Case.objects.exists()


@pytest.mark.parametrize("make", [make_rival, make_far])
def test_what_is_behind_a_wall_is_neither_opened_answered_joined_nor_taken_in(signed_in, make):
    here, there = make_scene(), make()
    foreign, own = there.rows["spots_singlecase"], here.rows["spots_singlecase"]
    client = signed_in(make_user())
    before = Event.objects.count()

    for address, said in (
        (page("open", there.rows["complaints_complaint"].pk), {}),
        (page("answer", foreign.pk), {"text": "x"}),
        (page("move", foreign.pk, "route"), {}),
        (page("comment", foreign.pk), {"text": "x"}),
        (page("join", foreign.pk, here.spot.pk), {}),
        (page("join", own.pk, there.spot.pk), {}),
        (page("make_spot", foreign.pk), {"cases": [own.pk]}),
        (page("file", foreign.pk, there.file.pk), {}),
    ):
        assert client.post(address, said).status_code == 404, address
    client.post(page("make_spot", own.pk), {"cases": [foreign.pk]})

    assert Event.objects.count() == before


def test_the_setting_is_one_row_that_keeps_its_history(signed_in):
    row, client = SingleRule.objects.get_or_create(pk=1)[0], signed_in("administrator")
    given = {"severity_from": "4", "segments": "vip, gold", "channels": ["call"]}

    answer = client.post(reverse("admin:spots_singlerule_change", args=[row.pk]), given)

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row.refresh_from_db()
    assert (row.severity_from, row.segments, row.channels) == (4, ["vip", "gold"], ["call"])
    assert row.history.exists()
    assert client.get(reverse("admin:spots_singlerule_changelist")).status_code == 200


def test_a_policy_asks_for_the_kind_of_case(signed_in):
    policy, client = make_policy(), signed_in("administrator")
    address = reverse("admin:spots_policy_change", args=[policy.pk])
    given = {
        **{"order": 1, "name": "x", "working_time": policy.working_time_id},
        **{"kind": "single", "reopening": "continue"},
    }

    answer = client.post(address, given)

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert Policy.objects.get().kind == "single"
    assert client.get(reverse("admin:spots_policy_changelist")).status_code == 200


def test_a_single_that_joined_a_spot_comes_back_by_an_undo_on_the_spots_page(signed_in):
    client, single, spot = signed_in(), make_single(), make_spot(state="routed", team=make_team())
    client.post(page("join", single.pk, spot.pk))
    on_spot = client.get(reverse("admin:spots_spot_change", args=[spot.pk])).content.decode()
    event = spot.events.get(kind="merged")

    undo = reverse("admin:spots_spot_undo", args=[spot.pk, event.pk])
    answer = client.post(undo, {"seen": client.get(undo).context_data["seen"]})

    assert f"/undo/{event.pk}/" in on_spot
    assert answer.status_code == 302
    single.refresh_from_db()
    assert (single.state, single.merged_into) == ("routed", None)


def test_the_page_of_a_single_that_joined_a_spot_offers_no_undo(signed_in):
    client, single, spot = signed_in(), make_single(), make_spot(state="routed", team=make_team())
    client.post(page("join", single.pk, spot.pk))

    assert "/undo/" not in client.get(page("change", single.pk)).content.decode()
