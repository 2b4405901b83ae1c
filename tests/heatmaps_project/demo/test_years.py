"""The demo's years before: storms of faults, and when something is done after each."""

from datetime import timedelta

import pytest

from heatmaps_project.demo import work
from heatmaps_project.demo.history import FAULTS, faults_of, storms_of
from heatmaps_project.demo.leads import lead
from heatmaps_project.demo.office import open_office
from heatmaps_project.models import Launch, Player
from spots.models import Certificate
from tests.factories import NOW

HOUR = timedelta(hours=1)


def test_a_year_has_a_storm_a_fortnight_and_the_last_days_are_as_they_are_without():
    storms = storms_of(1)

    assert len(storms) == 26
    assert min(storms) > work.DAYS * 24
    assert faults_of(0) == [*FAULTS]
    assert faults_of(1)[: len(FAULTS)] == [*FAULTS]
    began = {fault.began_h_ago for fault in faults_of(1)[len(FAULTS) :]}
    assert {storm for storm in storms if storm not in began} == set()
    assert {(-storm) % 24 for storm in storms} > {0, 7, 14, 21}  # at all hours of the day


def test_each_moment_comes_once_and_each_hour_of_the_last_days():
    began = NOW - timedelta(days=374)
    moments = work.moments(storms_of(1), began=began, now=NOW)

    assert moments == sorted(set(moments))
    assert (moments[0] > began, moments[-1]) == (True, NOW)
    assert moments[-240:] == [NOW - n * HOUR for n in reversed(range(240))]
    assert len(moments) < 600  # else seeding a year is no matter of minutes


@pytest.mark.django_db
def test_leads_set_up_everything_once_however_often():
    brand, region = open_office(now=NOW - timedelta(days=50))

    for _ in range(2):
        lead(brand, region, now=NOW)

    certificates = Certificate.objects.filter(brand=brand)
    assert certificates.count() == 5
    assert certificates.filter(until__lt=NOW.date()).count() == 1  # the page shows one that ran out
    assert Player.objects.count() == 3
    assert Launch.objects.get().items.count() == 3
