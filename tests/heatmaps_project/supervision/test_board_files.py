"""The boards as files: the numbers and rows of the page, behind the same doors, and no formula."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from complaints.models import MonthlyFact
from tests.factories import (
    NOW,
    make_answer,
    make_complaint,
    make_customer,
    make_fixed_spot,
    make_invitation,
    make_survey,
    make_team,
    make_user,
)
from tests.heatmaps_project.supervision.test_boards import lived, make_clock
from tests.table_files import table_of

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FORMULA = "=HYPERLINK(1)"
FORMS = ("csv", "xlsx")


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(name="reader")
def supervisor(signed_in):
    return signed_in(make_user("administrator", language="en"))


@pytest.fixture(name="work")
def _work():
    """A spot fixed in time, one that was not, a promise missed, of a team with a formula's name."""
    team = make_team(name=FORMULA)
    opened = NOW - 5 * DAY
    lived(opened, ("fixed", opened + HOUR), team=team)
    late = lived(opened, ("fixed", opened + 2 * DAY), team=team)
    make_clock(late, due_at=NOW - HOUR)
    make_complaint(resolved_at=NOW - HOUR)


@pytest.mark.parametrize("form", FORMS)
def test_the_wall_says_each_number_its_interval_and_its_target(reader, work, form):
    header, *lines = table_of(reader.get(reverse("wall"), {"as": form}))

    shown = [one for one, _has_rows in reader.get(reverse("wall")).context["numbers"]]
    assert header[:4] == ["figure", "definition, version", "count", "share: part"]
    assert len(lines) == len(shown) == 5
    assert lines[0][3:6] == ["1", "2", "50.0"]
    low, high = shown[0].share.interval
    assert [float(cell) for cell in lines[0][6:9]] == [round(low, 2), round(high, 2), 40]
    assert lines[2][2:4] == ["1", ""]
    assert lines[2][-1] == "target missed"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("page", "asked", "column"),
    [
        ("morning", {}, 6),
        ("morning", {"of": "queues"}, 0),
        ("manager", {}, 0),
        ("figures", {}, 0),
    ],
)
def test_a_team_whose_name_is_a_formula_is_neutralised(reader, work, page, asked, column, form):
    _header, *lines = table_of(reader.get(reverse(page), {"as": form, **asked}))

    assert f"'{FORMULA}" in {line[column] for line in lines}


@pytest.mark.parametrize("form", FORMS)
def test_the_rows_behind_a_number_are_those_of_its_page(reader, work, form):
    _header, *lines = table_of(reader.get(reverse("wall-rows", args=["in-a-day"]), {"as": form}))

    shown = reader.get(reverse("wall-rows", args=["in-a-day"])).context["rows"]
    assert [(line[0], line[3]) for line in lines] == [
        (row.label, str(int(row.counts))) for row in shown
    ]
    assert lines[0][1] == "2026-03-20 13:00:00"  # Moscow


def test_the_manager_and_detection_tell_counts_and_intervals(reader, work):
    managed = table_of(reader.get(reverse("manager"), {"as": "csv"}))
    quality = table_of(reader.get(reverse("quality"), {"as": "csv"}))

    assert managed[1][:9] == ["in all", "2", "1", "2", "2", "1", "2", "50.0", managed[1][8]]
    assert quality[0][:3] == ["topic", "opened", "false: part"]
    assert [line[1] for line in quality[1:]] == ["2"]


def test_the_survey_board_holds_the_column_asked_for_and_counts_of_few(reader):
    survey, spot = make_survey("touch"), make_fixed_spot(make_customer())
    for score in [10] * 9 + [0]:
        of = make_customer(segment="=vip")
        make_answer(score, invitation=make_invitation(survey=survey, case=spot, customer=of))

    header, whole, line = table_of(reader.get(reverse("board"), {"as": "csv", "by": "segment"}))

    assert header[:5] == ["segment", "NPS", "NPS: at least", "NPS: at most", "answers, NPS"]
    assert whole[0] == "in all"
    assert line[:2] + line[4:6] == ["'=vip", "80.0", "10", ""]


def test_what_customers_are_worth_is_a_file_too(reader):
    for _ in range(10):
        month = date(2026, 2, 1)
        MonthlyFact.objects.create(customer=make_customer(), month=month, revenue=100, left=False)

    header, line = table_of(reader.get(reverse("value"), {"as": "xlsx"}))

    assert header[:3] == ["last rating before", "complaints before", "customers"]
    assert line[2] == "10" and line[6] == "100.0"


def test_no_other_kind_of_file_and_none_for_whoever_may_not_see_the_page(reader, signed_in):
    assert reader.get(reverse("wall"), {"as": "exe"}).status_code == 404
    agent = signed_in("agent")
    assert agent.get(reverse("manager"), {"as": "csv"}).status_code == 403
    assert agent.get(reverse("wall-rows", args=["missed"]), {"as": "csv"}).status_code == 403
