"""Other operators' NPS, told by studies, stands beside our own and is never in it."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.csv_lines import FaultyLinesError, UnreadableFileError
from complaints.models import Brand
from feedback.models import Invitation
from feedback.surveys.scores import Estimate, Nps, difference, told_nps
from heatmaps_project.models import MarketScore
from heatmaps_project.supervision.market.market_lines import Told, told_in
from heatmaps_project.supervision.market.transitions import take_scores
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_customer,
    make_fixed_spot,
    make_invitation,
    make_survey,
    make_user,
)

HEAD = "quarter;operator;nps;answers;low;high\n"
THIS = date(NOW.year, 3 * ((NOW.month - 1) // 3) + 1, 1)
QUARTER = f"{THIS.year}-Q{(THIS.month + 2) // 3}"


def test_a_study_is_read_as_people_write_it():
    told = f"{HEAD}2026-Q1;Сосед;\u221221,5;1800;-26;-17\n2026-q4;Rival;4;950;;\n".encode()

    assert told_in(told) == {
        (date(2026, 1, 1), "Сосед"): Told(Decimal("-21.5"), 1800, Decimal(-26), Decimal(-17)),
        (date(2026, 10, 1), "Rival"): Told(Decimal(4), 950),
    }


def test_every_faulty_line_is_named_and_nothing_of_the_file_is_taken():
    rows = {
        **{
            "2026-Q5;A;1;9;;": "quarter",
            "0026-Q1;A;1;9;;": "quarter",
            "2026-03;A;1;9;;": "quarter",
        },
        **{"2026-Q1;;1;9;;": "operator", f"2026-Q1;{'A' * 61};1;9;;": "operator"},
        **{"2026-Q1;A;101;9;;": "nps", "2026-Q1;A;NaN;9;;": "nps", "2026-Q1;A;;9;;": "nps"},
        **{"2026-Q1;A;1;0;;": "answers", "2026-Q1;A;1;1.5;;": "answers"},
        **{"2026-Q1;A;1;9;0;": "interval", "2026-Q1;A;1;9;2;3": "interval"},
        **{"2026-Q1;A;1;9;;": "", "2026-Q1;A;2;9;;": "twice"},
    }
    with pytest.raises(FaultyLinesError) as refused:
        told_in((HEAD + "\n".join(rows)).encode())

    assert [(fault.line, fault.why) for fault in refused.value.faults] == [
        (line, why) for line, why in enumerate(rows.values(), 2) if why
    ]
    with pytest.raises(UnreadableFileError):
        told_in(b"what;when\n")


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_points_by_themselves_leave_an_interval_that_holds_whatever_made_them(up, down, passive):
    made = Nps(up, down, up + down + passive)
    told = told_nps(made.points or 0.0, made.answered)

    assert (told is None) == (made.estimate is None)
    if told and made.estimate:
        assert told.value == made.estimate.value
        assert told.low <= made.estimate.low + 1e-9
        assert told.high >= made.estimate.high - 1e-9
        if not passive:
            assert told.half == pytest.approx(made.estimate.half, abs=1e-9)


def test_a_difference_is_proven_only_beyond_both_intervals():
    assert difference(Estimate(10, 5, 15), Estimate(30, 25, 35)).proven
    assert not difference(Estimate(10, 0, 20), Estimate(20, 10, 30)).proven


def say_of_us_as_a_whole(*scores: int, brand: Brand | None = None) -> None:
    brand = brand or make_brand()
    sample, spot = make_survey("sample", per_day=10), make_fixed_spot(make_customer(brand=brand))
    for number, score in enumerate(scores):
        customer = make_customer(brand=brand)
        asked = make_invitation(survey=sample, customer=customer, case=spot, brand=brand)
        overall = {"event": None, "case": None, "touch": None, "occasion": f"day:{number}"}
        Invitation.objects.filter(pk=asked.pk).update(**overall, touch_point="sample")
        asked.refresh_from_db()
        make_answer(score, invitation=asked)


@pytest.mark.django_db
def test_a_study_stands_beside_our_own_scores_and_in_no_figure_of_them(signed_in):
    say_of_us_as_a_whole(*[10] * 17, *[9] * 18, *[0] * 5)
    with time_machine.travel(NOW, tick=False):
        admin = signed_in(make_user("administrator", language="en"))
        board = admin.get(reverse("board"), {"about": "overall"}).context["total"].nps
        for points in (70, -20):  # told again, it is as it was told last
            text = f"{HEAD}{QUARTER};Rival;{points};1800;{points - 4};{points + 4}\n"
            text += f"{QUARTER};Other;70;40;;\n{QUARTER};Few;50;9;;\n"
            file = SimpleUploadedFile("study.csv", text.encode())
            sent = {"brand": make_brand().pk, "study": "Institute", "file": file}
            assert admin.post(reverse("market-import"), sent).status_code == 302
        noted = LogEntry.objects.filter(object_id=make_brand().pk, user__role="administrator")
        assert [" ".join(one.change_message.split()[:11]) for one in noted] == [
            "A study of the market: 3 scores were taken. (study.csv, SHA-256"
        ] * 2
        sent["file"] = SimpleUploadedFile("study.csv", f"{HEAD}soon;Rival;1;9;;\n".encode())
        refused = admin.post(reverse("market-import"), sent).content.decode()
        assert "no quarter such as 2026-Q1" in refused.replace("&nbsp;", " ")
        planner = signed_in(make_user("planner", language="en"))
        [one] = planner.get(reverse("market")).context["quarters"]
        assert planner.get(reverse("market-import")).status_code == 403
        file = b"".join(planner.get(reverse("market"), {"as": "csv"}).streaming_content).decode()
        after = planner.get(reverse("board"), {"about": "overall"}).context["total"].nps

    assert one.first == THIS
    assert one.own == board == after == Nps(35, 5, 40)
    lines = {other.operator: (theirs, ahead) for other, theirs, ahead in one.lines()}
    assert list(lines) == ["Other", "Few", "Rival"]
    theirs, ahead = lines["Rival"]
    assert (theirs, round(ahead.value), ahead.proven) == (Estimate(-20, -24, -16), 95, True)
    assert not lines["Other"][1].proven
    assert lines["Few"] == (None, None)
    assert MarketScore.objects.count() == 3
    assert [line.split(";")[2:5] for line in file.splitlines()[1:]] == [
        *(["", "", "75.0"], ["Other", "Institute", "70.0"], ["Few", "Institute", ""]),
        ["Rival", "Institute", "-20.0"],
    ]


@pytest.mark.django_db
def test_another_brands_market_is_behind_its_wall(client):
    own, rival = make_brand(), make_brand("rival")
    told = {(THIS, f"Operator {n}"): Told(Decimal(n), 500) for n in range(9)}
    for brand in (own, rival):
        take_scores(told, brand=brand, study="Institute")
    say_of_us_as_a_whole(9, brand=own)
    say_of_us_as_a_whole(9, 9, brand=rival)
    client.force_login(
        make_user("planner"), backend="heatmaps_project.accounts.backends.RoleBackend"
    )
    with time_machine.travel(NOW, tick=False):
        found = client.get(reverse("market")).context["quarters"]

    assert [(one.brand, len(one.others), one.own.answered) for one in found] == [(own.name, 9, 1)]
