"""As of a moment the audit gives what it gave then, whatever has been learnt since."""

import pytest
from django.db.models import Max, Min

from heatmaps_project.supervision.audit import breaches
from heatmaps_project.supervision.audit.figures import audit
from heatmaps_project.supervision.audit.promises import promises_of
from spots.cases import transitions as cases
from spots.models import BandChange, Clock, LedgerEntry, Policy
from spots.sla import transitions as sla
from spots.sla.matching import Facts
from spots.sla.models import Target
from tests.factories import NOW, make_policy, make_spot, make_team
from tests.heatmaps_project.supervision.audit.worked import DAY, HOUR, policy, promised, scope

pytestmark = pytest.mark.django_db
LATER = NOW + 5 * DAY


def shown(**fields):
    """All that the page shows of the last month."""
    promises = promises_of(scope(**fields))
    return audit(promises), breaches.listed(promises, page=1)


def kept():
    return promised(NOW - DAY, fixed=NOW - DAY + HOUR / 2)


def late():
    return promised(NOW - DAY, fixed=NOW - DAY + 9 * HOUR)


def missed():
    return promised(NOW - DAY)


def running():
    return promised(NOW - HOUR / 2)


def paused():
    spot = promised(NOW - 3 * HOUR)
    sla.pause(case_id=spot.pk, reason="", by=None, now=NOW - HOUR)
    return spot


def fixed_since(spot):
    sla.satisfy(case_id=spot.pk, target=Target.FIX, by=None, now=NOW + HOUR)


def heard_of_late(spot):
    """It had stood still from its beginning on, and somebody says so only now."""
    opened = spot.opened_at
    sla.pause(case_id=spot.pk, reason="", by=None, now=NOW + HOUR, at=opened + HOUR / 4)
    sla.resume(case_id=spot.pk, by=None, now=NOW + HOUR, at=NOW - HOUR / 4)


def done_earlier_than_known(spot):
    opened = spot.opened_at
    for target in (Target.REACTION, Target.ETA, Target.FIX):
        sla.satisfy(case_id=spot.pk, target=target, by=None, now=NOW + HOUR, at=opened)


def stopped_since(spot):
    sla.stop(case_id=spot.pk, reason="", by=None, now=NOW + HOUR)


def reopened_since(spot):
    sla.reopen(case_id=spot.pk, by=None, now=NOW + HOUR)


def begun_anew_since(spot):
    Policy.objects.update(reopening="restart")
    sla.reopen(case_id=spot.pk, by=None, now=NOW + HOUR)


def promised_by_another_policy(spot):
    make_policy(0, name="generous", fix_minutes=99999, working_time=policy().working_time)
    facts = Facts("spot", spot.brand_id, spot.region_id, spot.topic_id, spot.band)
    standing = {spot.pk: sla.Standing(facts, {})}
    sla.promise_anew(standing, reason="", by=None, now=NOW + HOUR)


def swept(_spot):
    sla.mark_breaches(now=LATER)


@pytest.mark.parametrize("begin", [kept, late, missed, running, paused])
@pytest.mark.parametrize(
    "since",
    [
        fixed_since,
        heard_of_late,
        done_earlier_than_known,
        stopped_since,
        reopened_since,
        begun_anew_since,
        promised_by_another_policy,
        swept,
    ],
)
def test_what_was_learnt_later_changes_nothing_of_then(begin, since):
    spot = begin()
    then = shown()

    since(spot)
    promised(NOW + HOUR)
    sla.mark_breaches(now=LATER)

    assert shown(travels=True) == then


@pytest.mark.parametrize("begin", [kept, late, missed, running, paused])
@pytest.mark.parametrize("since", [heard_of_late, reopened_since, promised_by_another_policy])
def test_a_clock_tells_when_its_ledger_began_and_grew_last(begin, since):
    since(begin())
    sla.mark_breaches(now=LATER)

    told = LedgerEntry.objects.values_list("clock").annotate(Min("recorded_at"), Max("recorded_at"))
    clocks = Clock.objects.values_list("pk", "recorded_from", "recorded_until")
    assert set(clocks) == set(told) != set()


def test_the_day_after_shows_what_was_learnt():
    """Else the test above would prove nothing."""
    spot = missed()
    then = shown()

    done_earlier_than_known(spot)

    assert shown() != then


def test_who_had_a_case_then_answers_for_it():
    radio, core = make_team("radio"), make_team("core")
    spot = make_spot(opened_at=NOW - 2 * DAY)
    cases.route(case_id=spot.pk, team=radio, by=None, now=NOW - 2 * DAY)
    promised_of(spot)
    then = shown()
    assert [line.value for line in then[0].by["team"]] == [radio.pk]

    cases.route(case_id=spot.pk, team=core, by=None, now=NOW + HOUR)

    assert shown(travels=True) == then
    assert [line.value for line in shown()[0].by["team"]] == [core.pk]


def test_who_had_a_case_that_runs_on_answers_for_it_too():
    radio, core = make_team("radio"), make_team("core")
    spot = make_spot(opened_at=NOW - HOUR / 2)
    cases.route(case_id=spot.pk, team=radio, by=None, now=NOW - HOUR / 2)
    promised_of(spot)
    then = shown()
    assert [(line.value, line.all.open) for line in then[0].by["team"]] == [(radio.pk, 3)]

    cases.route(case_id=spot.pk, team=core, by=None, now=NOW + HOUR / 8)

    assert shown(travels=True) == then


def test_how_urgent_a_case_was_then_is_told_of_it():
    for ago in (DAY, HOUR / 2):  # one whose promises fell due, and one whose promises run on
        promised_of(make_spot(opened_at=NOW - ago, state="accepted", band=1))
    then = shown()
    assert [line.value for line in then[0].by["band"]] == [1]

    cases.refresh_priorities(now=NOW + HOUR / 8)
    for left in BandChange.objects.all():
        BandChange.objects.create(case_id=left.case_id, at=NOW + HOUR, was=3)  # and once more

    assert shown(travels=True) == then
    assert shown()[0].by["band"] != then[0].by["band"]


def promised_of(spot):
    policy()
    sla.start(
        case_id=spot.pk,
        brand_id=spot.brand_id,
        region_id=spot.region_id,
        topic_id=spot.topic_id,
        band=spot.band,
        now=spot.opened_at,
    )


def test_a_case_routed_for_the_first_time_since_was_nobodys():
    spot = missed()
    then = shown()

    cases.route(case_id=spot.pk, team=make_team("core"), by=None, now=NOW + HOUR)

    assert shown(travels=True) == then


def test_a_policy_deleted_since_changes_nothing_of_then():
    missed()
    unused = make_policy(order=77, name="unused")
    then = shown()

    unused.delete()
    Policy.objects.update(name="renamed", fix_minutes=1)

    assert shown(travels=True) == then
