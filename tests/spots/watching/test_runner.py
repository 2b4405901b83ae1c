"""Detection on the database: what the engine says becomes cases, once."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point

from complaints.models import Complaint, Customer
from spots.cases import transitions as cases
from spots.cases.models import Case
from spots.watching import learning, reading, runner, transitions
from spots.watching.models import Arrival, LearntBaseline, Sighting, Watch
from tests.factories import (
    CENTRE,
    NOW,
    make_brand,
    make_cause,
    make_complaint,
    make_spot,
    make_topic,
    make_user,
)
from tests.spots.watching.bursts import burst

pytestmark = pytest.mark.django_db


def test_complaints_that_gather_become_one_spot_with_members_outline_and_evidence(watch):
    members = burst(8)

    runner.look(watch.pk, now=NOW)

    spot = Case.objects.get()
    assert spot.customers == 8
    assert {member.complaint_id for member in spot.memberships.all()} == {m.pk for m in members}
    assert all(spot.outline.covers(member.point) for member in members)
    assert spot.evidence["customers"] >= 4
    assert spot.evidence["expected"] < 1
    assert Sighting.objects.get().case == spot


def test_made_up_names_open_no_spot_and_join_one_that_is_there(watch):
    forged = [one for ago in (40, 35, 30) for one in burst(8, ago=timedelta(minutes=ago))]
    Complaint.objects.filter(pk__in=[one.pk for one in forged]).update(proven=False)

    runner.look(watch.pk, now=NOW)
    assert not Case.objects.exists()

    burst(8, ago=timedelta(minutes=39))
    runner.look(watch.pk, now=NOW + timedelta(minutes=5))

    spot = Case.objects.get()
    assert spot.evidence["customers"] == 8
    assert spot.memberships.filter(complaint__proven=True).count() == 8
    assert spot.memberships.filter(complaint__in=forged).exists()


def test_employees_count_like_everybody_else(watch):
    burst(8)
    Customer.objects.update(segment="employee")

    runner.look(watch.pk, now=NOW)

    assert Case.objects.get().customers == 8


def test_what_another_learnt_meanwhile_is_not_learnt_again(watch, monkeypatch):
    Watch.objects.update(baseline=None)
    before, reads = LearntBaseline.objects.count(), []

    def read(*args, **asked):
        reads.append(asked)
        if len(reads) == 1:
            learning.learn_first(watch.pk, now=NOW)
        return history(*args, **asked)

    history = reading.history
    monkeypatch.setattr(reading, "history", read)
    learning.learn_first(watch.pk, now=NOW)

    assert len(reads) == 2
    assert LearntBaseline.objects.count() == before + 1


def test_usual_complaints_make_no_spot(watch):
    runner.look(watch.pk, now=NOW)

    assert not Case.objects.exists()
    assert Arrival.objects.count() > 0


def test_looking_again_changes_nothing(watch):
    burst(8)
    runner.look(watch.pk, now=NOW)
    before = Case.objects.values().get()

    for second in (0, 1, 2):
        runner.look(watch.pk, now=NOW + timedelta(seconds=second))

    assert Case.objects.values().get() == before


@pytest.mark.parametrize("forgetful", [False, True], ids=["same process", "another process"])
def test_later_complaints_join_the_spot_that_is_there(watch, forgetful):
    burst(8)
    runner.look(watch.pk, now=NOW)
    if forgetful:
        runner.forget()
    late = burst(3, ago=timedelta(minutes=-5))

    runner.look(watch.pk, now=NOW + timedelta(minutes=10))

    spot = Case.objects.get()
    assert spot.customers == 11
    assert spot.memberships.filter(complaint__in=late).count() == 3


def test_many_short_looks_find_what_one_long_look_finds(watch):
    burst(8)
    for minutes in range(-45, 1, 3):
        runner.look(watch.pk, now=NOW + timedelta(minutes=minutes))

    assert Case.objects.get().customers == 8


def test_a_standstill_is_made_up_for_hour_by_hour(watch):
    runner.look(watch.pk, now=NOW - timedelta(hours=5))
    burst(8, ago=timedelta(hours=4))

    runner.look(watch.pk, now=NOW)

    spot = Case.objects.get()
    assert NOW - timedelta(hours=4) < spot.opened_at <= NOW - timedelta(hours=3)


def test_a_spot_goes_quiet_and_its_case_stays_in_work(watch):
    burst(8)
    runner.look(watch.pk, now=NOW)

    runner.look(watch.pk, now=NOW + timedelta(hours=12))

    spot = Case.objects.get()
    assert spot.quiet_since is not None
    assert spot.state == "detected"


def test_complaints_that_a_person_has_put_elsewhere_stay_there(watch):
    members = burst(8)
    other = make_spot(complaints=members[:1], centre=Point(*CENTRE, srid=4326))

    runner.look(watch.pk, now=NOW)

    spot = Case.objects.exclude(pk=other.pk).get()
    assert spot.customers == 7
    assert other.memberships.get(until=None).complaint_id == members[0].pk


def test_a_dismissed_spot_is_left_alone(watch):
    burst(8)
    runner.look(watch.pk, now=NOW)
    spot = Case.objects.get()
    cases.dismiss(case_id=spot.pk, dismissed_for="test", by=make_user(), now=NOW)
    burst(3, ago=timedelta(minutes=-5))

    runner.look(watch.pk, now=NOW + timedelta(minutes=10))

    spot.refresh_from_db()
    assert (spot.state, spot.customers) == ("dismissed", 8)


def test_a_look_that_fails_half_way_leaves_nothing(watch, monkeypatch):
    burst(8)
    broken = RuntimeError("the process dies here")

    def fail(*args, **kwargs):
        raise broken

    with monkeypatch.context() as patch:
        patch.setattr(transitions, "book_look", fail)
        with pytest.raises(RuntimeError):
            runner.look(watch.pk, now=NOW)
    assert not Case.objects.exists()
    assert not Arrival.objects.exists()

    runner.look(watch.pk, now=NOW)

    assert Case.objects.get().customers == 8


def test_complaints_with_no_usable_place_make_no_spot(watch):
    for number in range(12):
        at = NOW - timedelta(minutes=number)
        make_complaint(precision="locality", occurred_at=at, received_at=at)

    runner.look(watch.pk, now=NOW)

    assert not Case.objects.exists()


def test_a_spot_whose_complaints_are_all_elsewhere_is_not_opened_and_stops_nothing(watch):
    other = make_spot(complaints=burst(8), centre=Point(*CENTRE, srid=4326))

    assert runner.look(watch.pk, now=NOW) > 0

    assert Case.objects.get() == other
    watch.refresh_from_db()
    assert watch.looked_at == NOW


def test_a_watch_that_cannot_be_looked_at_keeps_no_other_waiting(watch):
    burst(8)
    broken = Watch.objects.create(
        brand=make_brand("other"), region=watch.region, rule=watch.rule, state={"a": 1}
    )

    runner.look_everywhere(now=NOW)

    assert Case.objects.get().customers == 8
    broken.refresh_from_db()
    assert broken.looked_at is None


def test_a_fixed_spot_that_had_gone_quiet_is_open_again_when_complaints_come_back(watch):
    burst(8)
    runner.look(watch.pk, now=NOW)
    make_spot_fixed(Case.objects.get())
    runner.look(watch.pk, now=NOW + timedelta(hours=12))
    assert Case.objects.get().quiet_since is not None
    burst(8, ago=timedelta(hours=-12, minutes=-5))

    runner.look(watch.pk, now=NOW + timedelta(hours=13))

    spot = Case.objects.get()
    assert (spot.state, spot.quiet_since, spot.customers) == ("reopened", None, 16)


def make_spot_fixed(spot: Case) -> None:
    Case.objects.filter(pk=spot.pk).update(
        state="fixed", cause=make_cause(), fix_kind="accident", fixed_at=NOW, eta_at=NOW
    )


def test_complaints_of_a_spot_that_a_person_merged_go_to_the_case_it_lives_on_in(watch):
    burst(8)
    runner.look(watch.pk, now=NOW)
    spot = Case.objects.get()
    other = make_spot(centre=Point(*CENTRE, srid=4326))
    cases.merge(case_id=spot.pk, into_id=other.pk, by=make_user(), now=NOW)
    late = burst(3, ago=timedelta(minutes=-5))

    runner.look(watch.pk, now=NOW + timedelta(minutes=10))

    assert other.memberships.filter(complaint__in=late, until=None).count() == 3


def test_a_spot_keeps_its_topic_when_topics_are_added_while_it_grows(watch):
    burst(8)
    runner.look(watch.pk, now=NOW)
    runner.forget()
    make_topic("another")
    burst(3, ago=timedelta(minutes=-5))

    runner.look(watch.pk, now=NOW + timedelta(minutes=10))

    watch.refresh_from_db()
    keys = {group["peak"]["key"] for group in watch.state["fold"]["groups"]}
    assert keys <= {0, len(watch.state["topics"])}
    assert Case.objects.get().customers == 11


def test_a_spot_of_several_topics_is_of_none(watch):
    members = burst(8)
    Complaint.objects.filter(pk__in=[m.pk for m in members[::2]]).update(topic=make_topic("other"))

    runner.look(watch.pk, now=NOW)

    assert Case.objects.get().topic is None
