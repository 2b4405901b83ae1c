"""Who of a team is there: shifts in their own time zone, absences, deputies, and walls."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from spots.models import Absence, Team
from spots.routing.staff import Staff, staff_of
from tests.factories import (
    NOW,
    make_absence,
    make_brand,
    make_duty,
    make_region,
    make_team,
    make_topic,
    make_user,
    make_working_time,
)

pytestmark = pytest.mark.django_db

NIGHT = {
    "zone": "Asia/Yekaterinburg",  # UTC+5
    "week": {str(day): [["00:00", "08:00"], ["20:00", "24:00"]] for day in range(7)},
}


def staff(team: Team, now: datetime = NOW) -> Staff:
    return staff_of(team, brand_id=make_brand().pk, region_id=make_region().pk, now=now)


def on_duty(team: Team, now: datetime) -> bool:
    return staff(team, now).members[0].on_duty


@pytest.mark.parametrize(
    ("utc_hour", "there"), [(15, True), (2, True), (3, False), (14, False), (23, True)]
)
def test_a_shift_is_of_its_own_time_zone_and_passes_midnight(utc_hour, there):
    person = make_user("engineer")
    make_duty(person, working_time=make_working_time("nights", **NIGHT))

    at = datetime(2026, 3, 25, utc_hour, 30, tzinfo=UTC)
    assert on_duty(make_team(members=(person,)), at) == there


def test_without_shifts_one_is_always_on_duty_and_knows_everything():
    plain, always = make_user("engineer"), make_user("engineer")
    make_duty(always, working_time=None, technologies=["4G"], topics=[make_topic()])

    one, other = staff(make_team(members=(plain, always))).members

    assert (one.on_duty, one.technologies, one.topics) == (True, frozenset(), frozenset())
    assert other.on_duty
    assert (other.technologies, other.topics) == (frozenset({"4G"}), {make_topic().pk})


def test_a_calendar_that_makes_no_sense_has_no_shift():
    person = make_user("engineer")
    make_duty(person, working_time=make_working_time("broken", week={"0": [["x", "y"]]}))

    assert not on_duty(make_team(members=(person,)), NOW)


def test_an_absence_counts_from_its_beginning_until_its_end():
    person, deputy = make_user("engineer"), make_user("engineer")
    absence = make_absence(person, deputy=deputy)
    team = make_team(members=(person,))

    def away(at):
        return staff(team, at).members[0].away

    assert [away(absence.since), away(absence.until - timedelta(seconds=1))] == [True, True]
    assert [away(absence.since - timedelta(seconds=1)), away(absence.until)] == [False, False]
    found = staff(team)
    assert found.members[0].deputy == deputy.pk
    assert [one.id for one in found.deputies] == [deputy.pk]


def test_who_left_or_does_not_see_the_brand_and_region_is_given_nothing():
    left = make_user("engineer", is_active=False)
    elsewhere = make_user("engineer", everywhere=False)
    elsewhere.brands.add(make_brand())
    elsewhere.regions.add(make_region("tver", lon=36))
    here = make_user("engineer")
    make_absence(here, deputy=elsewhere)

    found = staff(make_team(members=(left, elsewhere, here)))

    assert [one.id for one in found.members] == [here.pk]
    assert found.deputies == []


@pytest.mark.parametrize("count", [1, 12])
def test_a_team_takes_the_same_queries_however_many_they_are(django_assert_max_num_queries, count):
    people = [make_user("engineer") for _ in range(count)]
    for person in people:
        make_duty(person, topics=[make_topic()])
        make_absence(person, deputy=make_user("engineer"))
    team = make_team(members=tuple(people))

    with django_assert_max_num_queries(8):  # two of them are the brand and region of the test
        assert len(staff(team).members) == count


def test_the_database_refuses_absences_that_overlap_end_early_or_are_ones_own_deputy():
    person = make_user("engineer")
    make_absence(person)

    for wrong in (
        {"since": NOW, "until": NOW + timedelta(days=1)},
        {"since": NOW + timedelta(days=30), "until": NOW + timedelta(days=30)},
        {"since": NOW + timedelta(days=30), "until": NOW + timedelta(days=31), "deputy": person},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Absence.objects.create(user=person, **wrong)
    make_absence(person, since=NOW + timedelta(days=7), until=NOW + timedelta(days=8))
    make_absence(make_user("engineer"))
