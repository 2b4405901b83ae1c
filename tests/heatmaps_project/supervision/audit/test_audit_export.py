"""The audit as files: what the page shows, and no formula. NOW is 13:00 in Moscow."""

import pytest
import time_machine
from django.urls import reverse

from tests.factories import NOW, make_brand, make_team, make_user
from tests.heatmaps_project.supervision.audit.worked import DAY, HOUR, promised
from tests.table_files import table_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_one_in_the_afternoon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(name="client_")
def supervisor(signed_in):
    return signed_in(make_user("supervisor", language="en"))


def lines(client, what, form, **asked):
    return table_of(client.get(reverse("audit-file", args=[what, form]), asked))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_broken_promises_and_all_that_fell_due(client_, form):
    promised(NOW - DAY, fixed=NOW - DAY + 3 * HOUR, team=make_team())
    promised(NOW - HOUR / 2)

    header, *broken = lines(client_, "broken", form)

    assert header[:4] == ["case", "clock", "promise", "what became of it"]
    assert [line[2:8] for line in broken] == [
        ["reaction", "late", "2026-03-24 14:00:00", "2026-03-24 16:00:00", "", "120.0"],
        ["cause and term", "late", "2026-03-24 15:00:00", "2026-03-24 16:00:00", "", "60.0"],
    ] or [line[7] for line in broken] == ["120", "60"]
    assert len(lines(client_, "all", form)) == 1 + 3


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_name_that_is_a_formula_is_neutralised(client_, form, start):
    promised(NOW - DAY, team=make_team(name=f"{start}1+cmd|' /C calc'!A0"))

    (_header, line, *_more) = lines(client_, "broken", form)

    assert line[10] == f"'{start}1+cmd|' /C calc'!A0"


def test_filters_walls_and_the_moment_hold_for_files(client_):
    promised(NOW - DAY, brand=make_brand("rival"))
    promised(NOW - DAY, fixed=NOW - HOUR)

    assert len(lines(client_, "broken", "csv")) == 1 + 3
    assert len(lines(client_, "broken", "csv", target="fix")) == 1 + 1
    (_header, line) = lines(client_, "broken", "csv", target="fix", as_of="2026-03-25T11:00")
    assert line[3] == "missed"


@pytest.mark.parametrize("asked", [{"team": "777"}, {"first": "x"}])
def test_what_makes_no_sense_is_not_found(client_, asked):
    address = reverse("audit-file", args=["broken", "csv"])

    assert client_.get(address, asked).status_code == 404
