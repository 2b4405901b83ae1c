"""Who is told what and when. NOW is Wednesday, 13:00 in Moscow; two hours of work are promised."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from spots.escalation import transitions
from spots.escalation.sweeping import escalate
from spots.models import Clock, Firing, Letter, Notice
from spots.sla import transitions as sla
from spots.sla.matching import Facts
from spots.sla.models import Target
from tests.factories import (
    NOW,
    make_absence,
    make_brand,
    make_duty,
    make_policy,
    make_region,
    make_rung,
    make_spot,
    make_team,
    make_user,
    make_working_time,
)

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ALWAYS = {str(day): [["00:00", "24:00"]] for day in range(7)}


@pytest.fixture(name="lead")
def _lead():
    return make_user("engineer", username="lead", email="lead@example.org")


@pytest.fixture(name="clock")
def _clock(lead):
    """Two hours to fix, counted round the clock."""
    return promised(make_team(lead=lead))


def promised(team, **fields):
    always = make_working_time("always", week=ALWAYS)
    make_policy_once(always)
    spot = make_spot(team=team, **fields)
    facts = Facts("spot", spot.brand_id, spot.region_id, spot.topic_id, 2)
    standing = sla.Standing(facts, {Target.FIX.value: NOW})
    sla.promise_anew({spot.pk: standing}, by=None, now=NOW)
    return Clock.objects.get(case=spot, target=Target.FIX)


def make_policy_once(working_time):
    if not Clock.policy.field.related_model.objects.exists():
        minutes = {"reaction_minutes": None, "eta_minutes": None, "fix_minutes": 120}
        make_policy(10, working_time=working_time, **minutes)


def told(user=None):
    rows = Notice.objects.filter(state="told")
    return (rows.filter(user=user) if user else rows).count()


def states():
    return sorted(Notice.objects.values_list("state", flat=True))


def test_the_lead_is_told_when_the_stage_is_reached_and_not_before(clock, lead):
    make_rung(75)

    escalate(now=NOW + 89 * MINUTE)
    assert not Firing.objects.exists()

    escalate(now=NOW + 91 * MINUTE)
    firing = Firing.objects.get()
    notice = firing.notices.get()
    assert (firing.clock_id, firing.reached_at) == (clock.pk, NOW + 90 * MINUTE)
    assert (notice.user, notice.state, notice.told_at) == (lead, "told", NOW + 91 * MINUTE)


def test_a_sweep_that_comes_late_or_twice_notes_what_one_in_time_would_have(clock):
    for percent in (50, 75, 90, None):
        make_rung(percent)
    promise_instead(clock, minutes=60, now=NOW + 80 * MINUTE)
    assert clock.due_version == 2  # due after an hour: passed 20 minutes before

    for _ in range(2):
        escalate(now=NOW + DAY)

    found = Firing.objects.order_by("reached_at").values_list("rung__percent", "due_version")
    assert list(found) == [(50, 1), (None, 2)]
    assert list(Firing.objects.order_by("reached_at").values_list("reached_at", flat=True)) == [
        NOW + HOUR,
        NOW + 80 * MINUTE,
    ]


def promise_instead(clock, *, minutes, now):
    policy, case = clock.policy, clock.case
    policy.fix_minutes = minutes
    policy.save()
    facts = Facts("spot", case.brand_id, case.region_id, case.topic_id, 2)
    sla.promise_anew({case.pk: sla.Standing(facts, {Target.FIX.value: NOW})}, by=None, now=now)
    clock.refresh_from_db()


def test_what_was_solved_meanwhile_is_told_to_nobody(clock, lead):
    make_rung(75)
    make_duty(lead, working_time=make_working_time())
    escalate(now=NOW + 6 * HOUR)  # 19:00: the lead's day is over
    assert states() == ["waiting"]

    sla.satisfy(case_id=clock.case_id, target=Target.FIX, by=None, now=NOW + 8 * HOUR)
    escalate(now=NOW + 21 * HOUR)

    assert states() == ["dropped"]
    assert not Letter.objects.exists()


def test_a_quiet_night_stays_quiet_and_the_morning_brings_one_letter(lead):
    team = make_team(lead=lead)
    make_duty(lead, working_time=make_working_time())  # 9:00 to 18:00
    make_rung(75)
    make_rung(None)
    clocks = [promised(team) for _ in range(3)]
    evening = NOW + 4 * HOUR + 30 * MINUTE  # 17:30; all is reached at 19:30
    for clock in clocks:
        sla.pause(case_id=clock.case_id, reason="site", by=None, now=NOW)
        sla.resume(case_id=clock.case_id, by=None, now=evening)

    for quarter in range(58):  # until 8:45, over midnight
        escalate(now=evening + HOUR + quarter * 15 * MINUTE)
        assert told() == 0
    opening = NOW + 20 * HOUR
    for minute in range(-2, 30):
        escalate(now=opening + minute * MINUTE)

    assert states() == ["told"] * 6
    letter = Letter.objects.get()
    assert letter.notices.count() == 6
    assert letter.due_at == opening
    assert "6" in letter.subject


def test_who_is_away_has_a_deputy_told(clock, lead):
    deputy = make_user("engineer")
    make_absence(lead, deputy=deputy)
    make_rung(75)

    escalate(now=NOW + 2 * HOUR)

    notice = Notice.objects.get()
    assert (notice.user, notice.instead_of, notice.state) == (deputy, lead, "told")


def test_what_waits_for_somebody_who_is_away_by_the_morning_goes_to_the_deputy(clock, lead):
    deputy = make_user("engineer")
    make_duty(lead)
    make_rung(75)
    escalate(now=NOW + 6 * HOUR)
    make_absence(lead, now=NOW + 10 * HOUR, deputy=deputy)

    for _ in range(2):
        escalate(now=NOW + 20 * HOUR)

    notice = Notice.objects.get()
    assert (notice.user, notice.instead_of, notice.state) == (deputy, lead, "told")


def test_deputies_of_each_other_who_are_both_away_are_told_on_their_return(clock, lead):
    other = make_user("engineer")
    make_absence(lead, deputy=other)
    make_absence(other, deputy=lead)
    make_rung(75)

    escalate(now=NOW + 2 * HOUR)
    assert states() == ["waiting"]

    assert Notice.objects.get().due_at == NOW + 7 * DAY


def test_what_nobody_answers_climbs_to_the_next_stage_at_once(clock, lead):
    head = make_user("supervisor")
    make_rung(50, climb_minutes=30)
    make_rung(90, receiver="person", person=head)
    make_rung(None, receiver="person", person=head)

    for minute in (61, 90, 91, 92, 100):
        escalate(now=NOW + minute * MINUTE)

    climbed = Firing.objects.get(rung__percent=90)
    assert climbed.reached_at == NOW + 91 * MINUTE
    assert climbed.climbed_from.rung.percent == 50
    assert told(head) == 1

    escalate(now=NOW + 110 * MINUTE)  # its own moment was at 108
    assert Firing.objects.count() == 2


def test_what_was_acknowledged_does_not_climb(clock, lead):
    make_rung(50, climb_minutes=30)
    make_rung(90, receiver="members")
    escalate(now=NOW + 61 * MINUTE)

    notice = Notice.objects.get()
    for _ in range(2):
        transitions.acknowledge(notice_ids=[notice.pk], by=lead, now=NOW + 70 * MINUTE)
    escalate(now=NOW + 100 * MINUTE)

    firing = Firing.objects.get()
    assert (firing.acknowledged_by, firing.acknowledged_at) == (lead, NOW + 70 * MINUTE)
    assert states() == ["acknowledged"]


def test_somebody_elses_notice_is_not_acknowledged(clock):
    make_rung(50)
    escalate(now=NOW + 61 * MINUTE)

    count = transitions.acknowledge(
        notice_ids=[Notice.objects.get().pk], by=make_user("supervisor"), now=NOW + 70 * MINUTE
    )

    assert count == 0
    assert states() == ["told"]


def test_where_there_is_nobody_to_tell_the_next_stage_hears_of_it_at_once(lead):
    head = make_user("supervisor")
    make_rung(50, receiver="lead", climb_minutes=30)
    make_rung(90, receiver="person", person=head)
    promised(make_team("empty", members=()))

    escalate(now=NOW + 61 * MINUTE)

    assert told(head) == 1
    assert Notice.objects.count() == 1


def test_a_case_without_an_engineer_is_its_leads_and_a_team_without_one_everybodys(lead):
    make_rung(50, receiver="engineer")
    engineers = (make_user("engineer"), make_user("engineer"))
    promised(make_team("led", lead=lead))
    promised(make_team("unled", members=engineers))
    promised(make_team("led"), engineer=engineers[0])

    escalate(now=NOW + 61 * MINUTE)

    assert told(lead) == 1
    assert [told(engineer) for engineer in engineers] == [2, 1]


def test_nobody_is_told_of_a_case_behind_their_walls(lead):
    make_rung(50, receiver="members")
    stranger = make_user("engineer", everywhere=False)
    stranger.brands.add(make_brand("rival"))
    stranger.regions.add(make_region())
    promised(make_team("mixed", members=(stranger, lead)))

    escalate(now=NOW + 61 * MINUTE)

    assert list(Notice.objects.values_list("user", flat=True)) == [lead.pk]


def test_who_has_left_by_the_morning_is_told_nothing(clock, lead):
    make_duty(lead)
    make_rung(75)
    escalate(now=NOW + 6 * HOUR)
    lead.brands.clear()

    escalate(now=NOW + 20 * HOUR)

    assert states() == ["dropped"]
    assert not Letter.objects.exists()


def test_a_ladder_that_names_the_policy_wins_over_the_one_of_all_others(clock):
    make_rung(50)
    special = make_rung(60, ladder="special")
    special.ladder.policies.add(clock.policy)

    escalate(now=NOW + 80 * MINUTE)

    assert [firing.rung for firing in Firing.objects.all()] == [special]


def test_an_edited_ladder_is_noticed_and_does_not_tell_of_what_is_past(clock):
    make_rung(75)
    escalate(now=NOW + 70 * MINUTE)
    make_rung(50)
    later = make_rung(60)
    later.percent = 65
    later.save()
    transitions.put_in_force(now=NOW + 75 * MINUTE)

    escalate(now=NOW + 76 * MINUTE)
    assert not Firing.objects.exists()
    escalate(now=NOW + 80 * MINUTE)
    escalate(now=NOW + 95 * MINUTE)

    assert [*Firing.objects.order_by("pk").values_list("rung__percent", flat=True)] == [65, 75]


def test_a_due_time_that_moved_away_takes_back_what_waits_for_the_morning(clock, lead):
    make_duty(lead)
    make_rung(75)
    promise_instead(clock, minutes=480, now=NOW)
    escalate(now=NOW + 6 * HOUR)
    promise_instead(clock, minutes=2880, now=NOW + 7 * HOUR)

    escalate(now=NOW + 20 * HOUR)

    assert states() == ["dropped"]


@pytest.mark.django_db(transaction=True)
def test_two_machines_at_once_note_and_tell_once(lead):
    team = make_team(lead=lead, members=tuple(make_user("engineer") for _ in range(3)))
    for _ in range(12):
        promised(team)
    make_rung(50, receiver="members", climb_minutes=5)
    make_rung(75)
    errors = []

    def work(minutes):
        try:
            for minute in minutes:
                escalate(now=NOW + minute * MINUTE)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    for minutes in ((61, 66), (67, 91), (92, 93)):
        threads = [Thread(target=work, args=(minutes,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    escalate(now=NOW + 94 * MINUTE)

    assert errors == []
    assert Firing.objects.count() == 24
    assert told() == 12 * 4
    in_letters = [pk for letter in Letter.objects.all() for pk in letter.notices.values_list("pk")]
    assert len(in_letters) == len(set(in_letters)) == 48
