"""The audit's figures, over promises that were worked on. NOW is 13:00 in Moscow."""

from datetime import date, timedelta

import pytest

from complaints.customers.walls import Walls
from heatmaps_project.supervision.audit import breaches
from heatmaps_project.supervision.audit.figures import Audit, Counts, Line, audit
from heatmaps_project.supervision.audit.promises import promises_of
from heatmaps_project.supervision.audit.scope import Unit
from heatmaps_project.supervision.shares import Share
from spots.cases import transitions as cases
from spots.sla import transitions as sla
from tests.factories import (
    NOW,
    make_brand,
    make_cause,
    make_late_reason,
    make_region,
    make_team,
    make_topic,
    make_user,
)
from tests.heatmaps_project.supervision.audit.worked import DAY, HOUR, promised, scope

pytestmark = pytest.mark.django_db


def counted(**fields):
    return audit(promises_of(scope(**fields)))


def outcomes(counts):
    return {name: count for name, count in counts.by_outcome.items() if count}


def test_promises_are_counted_by_what_became_of_them():
    promised(NOW - DAY, fixed=NOW - DAY + HOUR)
    promised(NOW - DAY, fixed=NOW - DAY + 3 * HOUR)
    promised(NOW - DAY)
    promised(NOW - HOUR / 2)
    waits = promised(NOW - HOUR / 2)
    sla.pause(case_id=waits.pk, reason="", by=None, now=NOW - HOUR / 4)
    gone = promised(NOW - 2 * DAY)
    sla.stop(case_id=gone.pk, by=None, reason="test", now=NOW - 2 * DAY + 3 * HOUR)

    found = counted()

    assert {target: outcomes(counts) for target, counts in found.by_target.items()} == {
        "reaction": {"kept": 1, "late": 1, "missed": 2, "open": 1, "paused": 1},
        "eta": {"kept": 1, "late": 1, "missed": 2, "open": 1, "paused": 1},
        "fix": {"kept": 2, "missed": 1, "stopped": 1, "open": 1, "paused": 1},
    }
    assert found.by_target["fix"].share == Share(2, 3)
    assert found.all.share == Share(4, 11)


def test_a_promise_counts_on_the_day_of_the_reader_on_which_it_fell_due():
    midnight = NOW - 13 * HOUR  # Moscow's
    promised(midnight - HOUR, fixed=midnight - HOUR)  # reaction due at midnight, today
    promised(midnight - HOUR - timedelta.resolution, fixed=midnight - 2 * HOUR + HOUR / 2)
    today = NOW.date()

    found = counted(filters={"target": "reaction"})

    assert [(line.value, line.all.kept) for line in found.trend] == [
        (today - DAY, 1),
        (today, 1),
    ]
    assert counted(first=today, filters={"target": "reaction"}).all.kept == 1
    months = counted(unit=Unit.MONTH, filters={"target": "reaction"}).trend
    assert [(line.value, line.all.kept) for line in months] == [(today.replace(day=1), 2)]


def test_shares_are_told_by_every_dimension_the_worst_first():
    radio, core = make_team("radio"), make_team("core")
    engineer = make_user("engineer")
    promised(NOW - DAY, fixed=NOW - DAY, team=radio, engineer=engineer, band=1)
    promised(NOW - DAY, team=core, topic=make_topic("slow"), band=2)
    promised(NOW - DAY, fixed=NOW - DAY, brand=make_brand("rival"), region=make_region("far"))

    found = counted()

    shares = {line.value: line.all.share for line in found.by["team"]}
    assert shares == {radio.pk: Share(3, 3), core.pk: Share(0, 3), None: Share(3, 3)}
    assert found.by["team"][0].value == core.pk
    assert {line.value: line.all.share for line in found.by["engineer"]} == {
        engineer.pk: Share(3, 3),
        None: Share(3, 6),
    }
    assert [len(found.by[name]) for name in ("region", "topic", "brand", "policy", "band")] == [
        *(2, 2, 2, 1, 3),
    ]


def test_filters_and_walls_leave_what_they_say():
    radio, rival = make_team("radio"), make_brand("rival")
    here = promised(NOW - DAY, fixed=NOW - DAY, team=radio)
    promised(NOW - DAY, brand=rival)

    assert counted(filters={"team": radio.pk}).all.share == Share(3, 3)
    assert counted(filters={"team": 0}).all.share == Share(0, 3)
    assert counted(filters={"team": radio.pk, "target": "fix"}).all.share == Share(1, 1)
    walls = Walls(brands=frozenset({here.brand_id}), regions=None)
    assert counted(walls=walls).all.share == Share(3, 3)
    nowhere = Walls(brands=None, regions=frozenset())
    assert counted(walls=nowhere).all.share == Share(0, 0)


def test_time_used_is_told_in_tenths_of_what_was_promised():
    promised(NOW - DAY, fixed=NOW - DAY + HOUR)  # 100 %, 50 % and 25 %
    promised(NOW - DAY, fixed=NOW - DAY + 9 * HOUR)  # 900 %, 450 % and 225 %

    used = counted().used

    assert {tenth: count for tenth, count in enumerate(used) if count} == {2: 1, 5: 1, 10: 1, 20: 3}


def test_breaches_are_listed_newest_first_and_the_latest_are_the_worst():
    slow = promised(NOW - 2 * DAY, fixed=NOW - 2 * DAY + 7 * HOUR)
    missed = promised(NOW - 5 * HOUR)
    promised(NOW - DAY, fixed=NOW - DAY)
    fixes = promises_of(scope(filters={"target": "fix"}))

    worst, listed = breaches.listed(fixes, page=1)

    assert [row.case_id for row in listed] == [missed.pk, slow.pk]
    assert [(row.case_id, row.late) for row in worst] == [
        (slow.pk, 3 * HOUR),
        (missed.pk, HOUR),
    ]
    assert breaches.listed(fixes, page=2)[1] == []


def test_reasons_that_were_given_are_counted_as_known_at_the_moment():
    spot = promised(NOW - DAY)
    given(spot, make_late_reason(), now=NOW - HOUR)
    promised(NOW - DAY, fixed=NOW - 2 * HOUR)
    fixes = {"filters": {"target": "fix"}}

    assert counted(**fixes).reasons == [(None, 1), (make_late_reason().pk, 1)]
    assert breaches.listed(promises_of(scope(**fixes)), page=1)[0][0].reason is not None
    before = {**fixes, "as_of": NOW - 1.5 * HOUR, "travels": True}
    assert counted(**before).reasons == [(None, 1)]


def test_reasons_for_reacting_late_are_counted_with_those_for_fixing_late():
    spot, reason = promised(NOW - DAY, state="routed", team=make_team()), make_late_reason()
    now = NOW - HOUR
    cases.accept(case_id=spot.pk, late_reason=reason, by=make_user("engineer"), now=now)
    promised(NOW - DAY, fixed=NOW - HOUR)

    assert counted().reasons == [(None, 3), (reason.pk, 1)]


def given(spot, reason, *, now):
    spot.state, spot.cause, spot.eta_at, spot.fix_kind = "fixing", make_cause(), now, "accident"
    spot.save()
    cases.fix(case_id=spot.pk, late_reason=reason, by=make_user("engineer"), now=now)


def test_the_newest_broken_promises_begin_with_the_latest_unit_that_holds_them_all():
    broken = {date(2024, 4, 1): 3, date(2024, 5, 1): 0, date(2024, 6, 1): 2}
    trend = [
        Line(day, {"fix": Counts({"late": many, "kept": 4}), "eta": Counts({"missed": 1})})
        for day, many in broken.items()
    ]
    found = Audit(by_target={}, by={}, trend=trend, used=[], reasons=[])

    begins = [found.newest_broken(many) for many in (1, 3, 4, 5, 8, 9)]

    april, may, june = broken
    assert begins == [june, june, may, april, april, None]
