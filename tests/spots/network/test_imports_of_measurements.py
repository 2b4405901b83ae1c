"""Surveys of network quality and counters of cells out of files."""

import pytest

from spots.models import Measurement
from tests.factories import CENTRE, make_brand, make_measurement, make_site
from tests.spots.network.uploads import applied, checked, csv, reasons, undone

pytestmark = pytest.mark.django_db

SURVEYS = "id;lon;lat;score;at\nA1;37,6;55,75;3;20.03.2026 10:00\nA2;37,61;55,76;9;2026-03-21\n"
COUNTERS = "site;cell;at;attempts;failures\nM1;1;2026-03-20;1000;30\nM1;2;2026-03-20;500;0\n"


def told(kind: str) -> list[tuple[str, int, int]]:
    rows = Measurement.objects.filter(kind=kind).order_by("external_id")
    return list(rows.values_list("external_id", "tried", "failed"))


def test_each_answer_counts_once_and_is_poor_up_to_six():
    row = applied(csv(SURVEYS), "surveys")

    assert reasons(row) == []
    assert told("survey") == [("A1", 1, 1), ("A2", 1, 0)]
    assert Measurement.objects.get(external_id="A1").at.hour == 7  # Moscow's clock
    assert checked(csv(SURVEYS), "surveys").count("unchanged") == 2


def test_a_file_that_replaces_leaves_other_kinds_and_brands_and_is_undone_as_a_whole():
    make_measurement(external_id="old")
    counter = make_measurement("counter", tried=9)
    rival = make_measurement(brand=make_brand("rival"))

    row = applied(csv(SURVEYS), "surveys", mode="replace")
    assert {key for key, *_ in told("survey")} == {"A1", "A2", rival.external_id}
    undone(row)

    assert {key for key, *_ in told("survey")} == {"old", rival.external_id}
    assert told("counter") == [(counter.external_id, 9, 1)]


def test_counters_stand_where_their_site_does_and_are_corrected_by_a_later_file():
    make_site("M1")
    applied(csv(COUNTERS), "counters")

    applied(csv(COUNTERS.replace("1000;30", "1000;60")), "counters")

    assert [(tried, failed) for _key, tried, failed in told("counter")] == [(1000, 60), (500, 0)]
    assert {row.point.coords for row in Measurement.objects.all()} == {CENTRE}


@pytest.mark.parametrize(
    ("kind", "line", "reason"),
    [
        ("surveys", "A1;37,6;55,75;11;2026-03-20", "“score” is no number from 0 to 10."),
        ("surveys", "A1;37,6;55,75;5;2027-03-20", "“at” is in the future."),
        ("surveys", ";37,6;55,75;5;2026-03-20", "“external_id” is missing."),
        ("surveys", "A1;0;0;5;2026-03-20", "It lies outside the world: is its coordinate system"),
        ("counters", "M9;1;2026-03-20;10;1", "There is no site “M9”."),
        ("counters", "M1;1;2026-03-20;10;11", "It failed more often than it was tried."),
        ("counters", "M1;1;2026-03-20;0;0", "“attempts” is no number from 1 to 1e+09."),
        ("counters", "M1;1;2026-03-20;1,5;1", "“attempts” is no whole number."),
        ("counters", "M1;1;2026-03-20;10;1\nM1;1;2026-03-20;20;2", "The same stands in line 2"),
    ],
)
def test_what_makes_no_sense_is_refused(kind, line, reason):
    make_site("M1")
    head = {"surveys": SURVEYS, "counters": COUNTERS}[kind].splitlines()[0]

    [refused] = reasons(checked(csv(f"{head}\n{line}"), kind))

    assert refused.startswith(reason)
