"""Places where spots return: measured, decided about, linked, shown and given out."""

import csv
import io
import json
from datetime import timedelta

import pyogrio
import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from heatmaps_project.models import Proposal, ProposalStep
from heatmaps_project.supervision.planning import transitions
from heatmaps_project.supervision.planning.states import Kind
from spots.models import Membership, NetworkEvent
from tests.factories import (
    CENTRE,
    NOW,
    make_answer,
    make_brand,
    make_complaint,
    make_customer,
    make_event,
    make_invitation,
    make_measurement,
    make_network_event,
    make_proposal,
    make_region,
    make_site,
    make_spot,
    make_survey,
    make_user,
)

pytestmark = pytest.mark.django_db

LIST = "admin:heatmaps_project_proposal_changelist"
SCENARIO = "admin:heatmaps_project_proposal_scenario"
DAY = timedelta(days=1)


def three_spots(*, lon: float = CENTRE[0], complaints: int = 2, **of) -> list:
    """Spots at one place, a month apart, each with its complaints."""
    made = []
    for number in range(3):
        at = NOW - (20 + 31 * number) * DAY
        told = [
            make_complaint(lon=lon, occurred_at=at, received_at=at, **of) for _ in range(complaints)
        ]
        made.append(
            make_spot(
                complaints=told,
                centre=Point(lon, CENTRE[1], srid=4326),
                opened_at=at,
                started_at=at,
                place=f"place {lon}",
                **of,
            )
        )
    return made


def test_a_place_is_found_measured_and_counted_once_however_often():
    spots = three_spots()
    make_complaint(occurred_at=NOW - DAY)  # of no spot

    for _ in range(3):
        assert transitions.measure_all(now=NOW) == 1

    row = Proposal.objects.get()
    assert row.cases == sorted(spot.pk for spot in spots)
    assert (row.spots, row.complaints, row.share) == (3, 6, pytest.approx(6 / 7))
    assert row.place == "place 37.6"
    assert row.steps.get().kind == Kind.FOUND


def test_many_places_ask_no_more_than_one_and_each_has_the_nearest_site_of_its_brand():
    three_spots()
    make_site("far", lon=CENTRE[0] + 0.02)
    make_site("near", lon=CENTRE[0] + 0.01)
    theirs = make_site("theirs")
    theirs.brand = make_brand("rival")
    theirs.save()
    found_one, knew_one = _queries_of_measuring(), _queries_of_measuring()
    for east in (0.2, 0.4):
        three_spots(lon=CENTRE[0] + east)
    found_two, knew_three = _queries_of_measuring(), _queries_of_measuring()

    rows = Proposal.objects.select_related("site").order_by("centre")
    assert {row.place: row.site and row.site.code for row in rows} == {
        f"place {CENTRE[0]}": "near",
        f"place {CENTRE[0] + 0.2}": None,
        f"place {CENTRE[0] + 0.4}": None,
    }
    assert [row.steps.get().kind for row in rows] == [Kind.FOUND] * 3
    assert knew_three == knew_one
    assert found_two <= found_one + 1  # what is new and what is known are written apart


def _queries_of_measuring():
    with CaptureQueriesContext(connection) as queries:
        transitions.measure_all(now=NOW)
    return len(queries)


def test_dismissed_and_merged_spots_do_not_count():
    first, *_rest = three_spots()
    first.state, first.dismissed_for = "dismissed", "not_network"
    first.save()

    assert transitions.measure_all(now=NOW) == 0


def test_two_spots_are_enough_where_the_second_followed_a_fix():
    one = make_spot(opened_at=NOW - 60 * DAY)
    make_event(one, "fixed", at=NOW - 50 * DAY)
    make_spot(opened_at=NOW - 40 * DAY)

    transitions.measure_all(now=NOW)

    assert Proposal.objects.get().came_back == 1


def test_brands_have_places_of_their_own():
    three_spots()
    three_spots(brand=make_brand("rival"))

    assert transitions.measure_all(now=NOW) == 2
    assert set(Proposal.objects.values_list("brand__code", flat=True)) == {"demo", "rival"}


def test_what_surveys_and_cells_say_near_a_place_counts_in_it(signed_in):
    three_spots()
    three_spots(lon=CENTRE[0] + 0.3)
    for _ in range(30):
        make_measurement()
        make_measurement(failed=0, point=Point(CENTRE[0] + 0.3, CENTRE[1], srid=4326))
    make_measurement("counter", tried=1000, failed=50)
    make_measurement("counter", tried=9000, failed=9000, brand=make_brand("rival"))
    make_measurement("counter", tried=9000, failed=9000, at=NOW - 200 * DAY)

    transitions.measure_all(now=NOW + DAY)

    worse, better = Proposal.objects.order_by("-worth")
    assert worse.centre.x < better.centre.x
    assert worse.factors["heard"] > 1 > better.factors["heard"]
    assert [worse.factors[name] for name in ("poor", "surveyed", "failures", "attempts")] == [
        *(30, 30, 50, 1000)
    ]
    planner = signed_in(make_user("planner", language="en"))
    page = planner.get(reverse("admin:heatmaps_project_proposal_change", args=[worse.pk]))
    assert "(30 poor answers of 30)" in page.content.decode()


def test_who_is_in_no_figure_of_satisfaction_sets_no_mood_of_a_place():
    spots = three_spots()
    told = [Membership.objects.filter(case=spot).first().complaint for spot in spots]
    of_us = make_customer(segment="employee")
    told[0].customer = of_us
    told[0].save()
    survey = make_survey("touch")  # asks 0 to 10
    for customer, strange in (
        (of_us, False),
        (told[1].customer, True),
        (told[2].customer, False),
    ):
        invitation = make_invitation(customer=customer, survey=survey, of_stranger=strange)
        make_answer(0, invitation=invitation, at=NOW - DAY)

    transitions.measure_all(now=NOW)

    factors = Proposal.objects.get().factors
    assert (factors["answered"], factors["detractors"]) == (1, 1)


def test_a_place_that_went_quiet_stays_with_its_history():
    three_spots()
    transitions.measure_all(now=NOW)

    transitions.measure_all(now=NOW + 200 * DAY)

    row = Proposal.objects.get()
    assert (row.recurs, row.spots, row.worth) == (False, 0, 0)


def test_a_decision_is_a_step_with_its_author_and_a_refused_one_none():
    planner, agent = make_user("planner"), make_user("supervisor")
    row = make_proposal()

    transitions.move(proposal_id=row.pk, kind=Kind.STUDY, note="", by=planner, now=NOW)
    for by, kind in ((agent, Kind.PLAN), (planner, Kind.FINISH), (planner, Kind.REJECT)):
        with pytest.raises(transitions.RefusedError):
            transitions.move(proposal_id=row.pk, kind=kind, note="", by=by, now=NOW)

    row.refresh_from_db()
    step = row.steps.get()
    assert (row.state, step.kind, step.by) == ("studied", Kind.STUDY, planner)


def test_what_is_done_is_proposed_anew_when_spots_come_back():
    three_spots()
    transitions.measure_all(now=NOW)
    planner, row = make_user("planner"), Proposal.objects.get()
    for kind in (Kind.PLAN, Kind.FINISH):
        transitions.move(proposal_id=row.pk, kind=kind, note="", by=planner, now=NOW)

    transitions.measure_all(now=NOW + DAY)
    row.refresh_from_db()
    assert row.state == "done"
    make_spot(opened_at=NOW + 2 * DAY)
    transitions.measure_all(now=NOW + 3 * DAY)

    row.refresh_from_db()
    assert (row.state, row.done_at) == ("proposed", None)
    assert row.steps.order_by("-pk")[0].kind == Kind.RETURNED


def test_a_linked_building_plan_becomes_as_urgent_as_the_place():
    planner = make_user("planner")
    plan = make_network_event(kind="build", title="mast 17")
    foreign = make_network_event(brand=make_brand("rival"), title="theirs")
    row = make_proposal(band=4)
    given = {"proposal_id": row.pk, "by": planner, "now": NOW}
    for _ in range(2):
        transitions.link(event_id=plan.pk, **given)
    with pytest.raises(transitions.RefusedError):
        transitions.link(event_id=foreign.pk, **given)
    assert row.links.get().band == 4

    three_spots()
    transitions.measure_all(now=NOW)

    linked = row.links.get()
    row.refresh_from_db()
    assert (linked.band, row.band) == (1, 1)  # all complaints of the region are there
    assert "P4 → P1" in row.steps.get(kind=Kind.RAISED).note
    transitions.unlink(event_id=plan.pk, **given)
    assert not row.links.exists()


def test_the_list_of_works_shows_the_priority_that_a_place_gives(signed_in):
    plan = make_network_event(kind="build", title="mast 17")
    make_proposal(band=2).links.create(event=plan, band=2, raised_at=NOW, by=make_user("planner"))

    page = signed_in("planner").get(reverse("admin:spots_networkevent_changelist"))

    assert "P2" in page.content.decode()
    assert NetworkEvent.objects.count() == 1


def test_the_database_refuses_to_change_a_step():
    step = ProposalStep.objects.create(proposal=make_proposal(), kind="found", at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalStep.objects.filter(pk=step.pk).update(note="no")


def test_the_list_ranks_open_places_and_asks_no_more_for_many(signed_in):
    client = signed_in(make_user("planner", language="en"))
    make_proposal(cell="a", worth=1, place="less")
    make_proposal(cell="b", worth=9, place="more")
    make_proposal(cell="c", worth=5, place="given up", state="rejected")

    def asked() -> tuple[int, str]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get(reverse(LIST))
        return len(queries), page.content.decode()

    asked()
    few, page = asked()
    for number in range(8):
        make_proposal(cell=f"m{number}")
    many, _page = asked()

    assert page.index("more") < page.index("less")
    assert "given up" not in page
    assert "data-places" in page  # the map of them
    assert many == few


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_of_a_place_tells_why_and_takes_decisions(signed_in, language):
    three_spots()
    transitions.measure_all(now=NOW)
    row = Proposal.objects.get()
    make_network_event(title="near by", starts_at=NOW)
    client = signed_in(make_user("planner", language=language))
    address = reverse("admin:heatmaps_project_proposal_change", args=[row.pk])

    page = client.get(address).content.decode()
    assert "near by" in page
    assert page.count("planning-keys") == 1

    decide = "admin:heatmaps_project_proposal_decide"
    client.post(reverse(decide, args=[row.pk, "plan"]), {"note": ""})
    refused = client.post(reverse(decide, args=[row.pk, "reject"]), {"note": ""}, follow=True)
    row.refresh_from_db()
    assert row.state == "planned"
    assert refused.status_code == 200
    assert client.post(reverse(decide, args=[row.pk, "returned"])).status_code == 404


def test_the_scenario_says_what_the_first_places_meet(signed_in):
    three_spots(complaints=3)
    three_spots(lon=37.7, complaints=2)
    for _ in range(5):
        make_complaint(occurred_at=NOW - DAY)
    transitions.measure_all(now=NOW)
    client = signed_in(make_user("planner", language="en"))

    both = client.get(reverse(SCENARIO))
    one = client.get(reverse(SCENARIO), {"first": 1})
    chosen = client.get(reverse(SCENARIO), {"chosen": str(Proposal.objects.ranked()[1].pk)})

    assert [page.context_data["met"].complaints for page in (both, one, chosen)] == [15, 9, 6]
    assert both.context_data["met"].all == 20
    assert "75" in both.content.decode()
    assert client.get(reverse(SCENARIO), {"first": "0"}).status_code == 404
    assert client.get(reverse(SCENARIO), {"chosen": "x"}).status_code == 404


def test_nothing_to_mend_is_said_in_words(signed_in):
    client = signed_in(make_user("planner", language="en"))

    for address in (reverse(LIST), reverse(SCENARIO)):
        assert "spots have returned nowhere" in client.get(address).content.decode()


def test_files_hold_what_the_list_shows_and_nothing_behind_a_wall(signed_in, tmp_path):
    make_proposal(place="=ours")
    make_proposal(cell="x", place="theirs", brand=make_brand("rival"))
    make_proposal(cell="y", place="far", region=make_region("far", lon=60, lat=56))
    make_proposal(cell="z", place="given up", state="rejected")
    client = signed_in("planner")

    def body(form: str, **asked) -> bytes:
        address = reverse("admin:heatmaps_project_proposal_file", args=[form])
        answer = client.get(address, asked)
        assert answer.status_code == 200
        return answer.getvalue()

    (feature,) = json.loads(body("geojson"))["features"]
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert feature["properties"]["place"] == "=ours"
    (line,) = csv.DictReader(io.StringIO(body("csv").decode("utf-8-sig")), delimiter=";")
    assert line["place"] == "'=ours"
    file = tmp_path / "places.gpkg"
    file.write_bytes(body("gpkg", view="all"))
    assert pyogrio.read_info(file)["features"] == 2
