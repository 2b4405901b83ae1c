"""The business case: what its intervals prove, what they refuse, and the document it is."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from complaints.customers.walls import NO_WALLS
from feedback.surveys.scores import Estimate, Nps
from heatmaps_project.supervision.before_after import effects
from heatmaps_project.supervision.before_after.claims import Claim, claims, spans
from heatmaps_project.supervision.before_after.effects import Rate
from heatmaps_project.supervision.boards.spans import spread
from heatmaps_project.supervision.shares import Share
from spots.models import Membership
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_complaint,
    make_customer,
    make_event,
    make_fixed_spot,
    make_invitation,
    make_region,
    make_spot,
    make_survey,
    make_user,
)
from tests.heatmaps_project.supervision.test_boards import lived
from tests.table_files import table_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOSCOW = ZoneInfo("Europe/Moscow")
TURNED = date(2026, 3, 15)
BEFORE, AFTER = NOW - 15 * DAY, NOW - 5 * DAY  # moments of either span
PAGE = reverse("before-after")


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


def case(days=30, walls=NO_WALLS):
    of = spans(turned_on=TURNED, days=days, walls=walls, now=NOW, zone=MOSCOW)
    with translation.override("en"):
        return {str(one.name): one for one in claims(of)}


def test_the_spans_are_whole_days_and_the_second_ends_now_at_the_latest():
    of = spans(turned_on=TURNED, days=7, walls=NO_WALLS, now=NOW, zone=MOSCOW)
    cut = spans(turned_on=TURNED, days=30, walls=NO_WALLS, now=NOW, zone=MOSCOW)

    turned = datetime(2026, 3, 15, tzinfo=MOSCOW)
    moment = timedelta(microseconds=1)
    assert (of.before.since(), of.before.now) == (turned - 7 * DAY, turned - moment)
    assert (of.after.since(), of.after.now) == (turned, turned + 7 * DAY - moment)
    assert (cut.after.since(), cut.after.now, cut.after.days) == (turned, NOW, 11)
    with pytest.raises(ValueError, match="2026"):
        spans(turned_on=date(2026, 4, 1), days=7, walls=NO_WALLS, now=NOW, zone=MOSCOW)


@pytest.mark.parametrize(
    ("before", "after", "bounds"),
    [
        pytest.param(Share(100, 1000), Share(40, 1000), (43, 72), id="it fell"),
        pytest.param(Share(100, 1000), Share(95, 1000), (-24, 27), id="not proven"),
        pytest.param(Share(50, 1000), Share(0, 1000), (84, 100), id="to nothing"),
        pytest.param(Share(40, 1000), Share(100, 1000), (-256, -75), id="it rose"),
    ],
)
def test_by_how_much_of_itself_a_share_fell(before, after, bounds):
    found = effects.fall_of_share(before, after)

    assert (round(found.low), round(found.high)) == pytest.approx(bounds, abs=2)
    assert found.value == pytest.approx(100 * (1 - after.part / before.part))


def test_of_too_few_and_of_nothing_nothing_is_said():
    assert effects.fall_of_share(Share(1, 9), Share(1, 100)) is None
    assert effects.fall_of_share(Share(0, 100), Share(1, 100)) is None
    assert effects.fall_of_rate(Rate(5, 9), Rate(5, 100)) is None
    assert effects.points(Share(1, 9), Share(5, 100)) is None
    assert effects.times_faster(spread([HOUR] * 9), spread([HOUR] * 100)) is None
    assert effects.times_faster(None, spread([HOUR] * 100)) is None
    assert effects.times_faster(spread([timedelta()] * 20), spread([HOUR] * 20)) is None


def test_a_rate_fell_and_a_median_is_so_many_times_smaller():
    fell = effects.fall_of_rate(Rate(4000, 1000), Rate(3000, 1000))
    faster = effects.times_faster(
        spread([n * HOUR for n in range(1, 401)]), spread([n * HOUR / 3 for n in range(1, 401)])
    )

    assert fell.value == 25 and 20 < fell.low < 25 < fell.high < 30
    assert faster.value == pytest.approx(3) and 2 < faster.low < 3 < faster.high < 4


@pytest.mark.django_db
def test_a_complaint_alone_is_measured_only_if_it_never_was_in_a_spot():
    for solved, hours in ((BEFORE, 8), (AFTER, 2)):
        for n in range(20):
            received = solved - (hours + n % 3) * HOUR
            make_complaint(received_at=received, resolved_at=solved)
            was_in = make_complaint(received_at=solved - 90 * HOUR, resolved_at=solved)
            until = solved - 50 * HOUR
            Membership.objects.create(
                case=make_spot(), complaint=was_in, since=solved - 80 * HOUR, until=until
            )

    line = case()["time of a complaint alone"]

    assert (line.before.value, line.after.value) == (9, 3)
    assert line.change.value == 3
    assert line.judged == "met" and line.change_is_proven


@pytest.mark.django_db
def test_steps_of_people_count_and_those_of_the_engine_do_not():
    by = make_user("engineer")
    for solved, steps in ((BEFORE, 8), (AFTER, 4)):
        for _ in range(20):
            spot = make_spot(opened_at=solved - HOUR, complaints=[])
            make_complaint(resolved_at=solved)
            for _ in range(steps // 2):
                make_event(spot, "commented", at=solved, by=by, facts={"minutes": 15})
                make_event(spot, "routed", at=solved, by=by)
            make_event(spot, "grew", at=solved)
            make_event(spot, "routed", at=solved)

    found = case()

    line = found["work on a complaint"]
    assert (line.before.value, line.after.value, line.change.value) == (8, 4, 50)
    assert line.judged == "met"
    handed = found["hand-overs of a complaint"]
    assert (handed.before.value, handed.after.value, handed.judged) == (4, 2, "met")
    minutes = found["minutes of work on a complaint"]
    assert (minutes.before.value, minutes.after.value, minutes.judged) == (60, 30, "none")


@pytest.mark.django_db
def test_a_rise_is_proven_or_refused_by_its_interval():
    survey, spot = make_survey("touch"), make_fixed_spot(make_customer())
    for at, scores in ((BEFORE, [0] * 30 + [10] * 10), (AFTER, [0] * 18 + [10] * 22)):
        for score in scores:
            of = make_invitation(survey=survey, case=spot, customer=make_customer())
            make_answer(score, invitation=of, at=at)
    for at, hours in ((BEFORE, 48), (AFTER, 1)):
        for _ in range(12):
            lived(at, ("fixed", at + hours * HOUR))

    found = case()

    assert found["NPS at touch points"].change.value == pytest.approx(60)
    assert found["NPS at touch points"].judged == "met"
    assert found["NPS at touch points"].before == Nps(10, 30, 40).estimate
    assert found["spots fixed within a day"].judged == "met"
    assert found["CSAT"].judged == "none" and found["CSAT"].change is None


@pytest.mark.parametrize(
    ("change", "judged"),
    [((60, 51, 69), "met"), ((60, 49, 69), "open"), ((40, 30, 49), "missed"), (None, "none")],
)
def test_a_target_is_met_only_where_the_whole_interval_is(change, judged):
    found = change and Estimate(*change)
    one = Claim("it", "how", "%", None, None, found, "%", target=50, of_change=True)

    assert one.judged == judged


def test_a_fall_is_shown_below_nought_and_a_rise_above():
    change = Estimate(60, 51, 69)
    fell = Claim("it", "how", "", None, None, change, "%", 50, of_change=True, of_fall=True)
    rose = replace(fell, change=Estimate(-56, -80, -30))

    assert fell.shown_change == Estimate(-60, -69, -51)
    assert rose.shown_change == Estimate(56, 30, 80)
    assert fell.shown_target == -50


@pytest.mark.django_db
def test_the_case_is_a_page_a_document_on_paper_and_a_table(signed_in):
    client = signed_in(make_user("supervisor", language="en"))
    asked = {"turned_on": "2026-03-15", "days": 30}

    page = client.get(PAGE, asked)
    document = client.get(PAGE, {**asked, "as": "html"})
    paper = client.get(PAGE, {**asked, "as": "pdf"})
    header, *lines = table_of(client.get(PAGE, {**asked, "as": "xlsx"}))

    assert "too little to say" in page.content.decode()
    assert "15 March 2026" in document.content.decode()
    assert "sandbox" in document["Content-Security-Policy"]
    assert paper.content.startswith(b"%PDF")
    assert header[:3] == ["what", "measured in", "before"]
    assert len(lines) == len(page.context["claims"]) == 11
    assert {line[-1] for line in lines} == {"nothing to count yet"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"turned_on": "2026-04-01"}, {"days": 5}, {"as": "exe"}, {"turned_on": "yesterday"}]
)
def test_what_makes_no_sense_is_not_there(signed_in, wrong):
    assert signed_in("supervisor").get(PAGE, wrong).status_code == 404


@pytest.mark.django_db
def test_another_brand_is_behind_its_wall(client):
    reader = make_user("supervisor", everywhere=False)
    reader.brands.add(make_brand())
    reader.regions.add(make_region())
    rival = make_brand("rival")
    for _ in range(10):
        lived(AFTER, ("fixed", AFTER + HOUR), brand=rival)

    assert case()["spots fixed within a day"].after is not None
    assert case(walls=reader.walls)["spots fixed within a day"].after is None
