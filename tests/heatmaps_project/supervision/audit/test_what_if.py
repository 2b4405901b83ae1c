"""What would have been kept, had something else been promised. NOW is 13:00 in Moscow."""

import pytest
import time_machine
from django.urls import reverse

from heatmaps_project.supervision.audit import what_if
from heatmaps_project.supervision.audit.promises import promises_of
from heatmaps_project.supervision.audit.what_if import Otherwise, compare
from spots.sla import transitions as sla
from tests.factories import NOW, make_brand, make_user, make_working_time
from tests.heatmaps_project.supervision.audit.worked import DAY, HOUR, policy, promised, scope

pytestmark = pytest.mark.django_db
PAGE = reverse("audit-what-if")


def compared(otherwise, **fields):
    return compare(promises_of(scope(filters={"target": "fix"}, **fields)), otherwise)


def outcomes(counts):
    return {str(name): count for name, count in counts.by_outcome.items() if count}


def test_with_more_minutes_what_came_late_would_have_been_kept():
    promised(NOW - DAY, fixed=NOW - DAY + 5 * HOUR)
    promised(NOW - DAY, fixed=NOW - DAY + 9 * HOUR)
    promised(NOW - DAY, fixed=NOW - DAY + HOUR)
    promised(NOW - 6 * HOUR)

    found = compared(Otherwise(minutes=8 * 60))

    assert outcomes(found.before) == {"kept": 1, "late": 2, "missed": 1}
    assert outcomes(found.after) == {"kept": 2, "late": 1, "open": 1}
    assert (found.saved, found.lost, found.cut) == (1, 0, False)


def test_pauses_of_the_ledger_count_in_the_other_calendar():
    opened = NOW - DAY  # Tuesday, 13:00; the office works until 18:00 and from 9:00
    spot = promised(opened)
    sla.pause(case_id=spot.pk, reason="", by=None, now=opened + HOUR)
    sla.resume(case_id=spot.pk, by=None, now=opened + 3 * HOUR)
    sla.satisfy(case_id=spot.pk, target="fix", by=None, now=NOW - 3 * HOUR)  # 10:00

    office = make_working_time().calendar
    assert outcomes(compared(Otherwise()).before) == {"late": 1}
    assert outcomes(compared(Otherwise(calendar=office)).after) == {"kept": 1}
    assert outcomes(compared(Otherwise(minutes=239, calendar=office)).after) == {"late": 1}


@pytest.mark.parametrize(("minutes", "outcome"), [(299, "late"), (300, "late"), (301, "kept")])
def test_what_was_used_up_at_closing_was_due_at_closing(minutes, outcome):
    policy(working_time=make_working_time())  # the office works until 18:00
    promised(NOW - DAY, fixed=NOW - DAY + 7 * HOUR)  # at 20:00, after 300 working minutes

    assert outcomes(compared(Otherwise(minutes=minutes)).after) == {outcome: 1}


def test_another_calendar_is_asked_of_the_newest_alone(monkeypatch):
    monkeypatch.setattr(what_if, "MOST", 2)
    for days in range(1, 4):
        promised(NOW - days * DAY, fixed=NOW - days * DAY)

    found = compared(Otherwise(calendar=make_working_time().calendar))

    assert (found.looked_at, found.cut) == (2, True)
    assert (compared(Otherwise(minutes=1)).looked_at, what_if.MOST) == (3, 2)


@time_machine.travel(NOW, tick=False)
def test_the_page_compares_and_shows_nothing_of_others(signed_in):
    promised(NOW - DAY, fixed=NOW - DAY + 5 * HOUR)
    rival = make_brand("rival")
    promised(NOW - DAY, brand=rival)
    client = signed_in(make_user("supervisor", language="en"))

    page = client.get(PAGE, {"minutes": "480", "target": "fix"}).content.decode()

    assert "1 more would have been kept, 0 fewer" in page
    assert client.get(PAGE, {"minutes": "480", "brand": rival.pk}).status_code == 404
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("asked", [{"minutes": ""}, {"minutes": "0"}, {"calendar": "777"}])
def test_what_makes_no_sense_is_said_to(signed_in, asked):
    answer = signed_in("supervisor").get(PAGE, asked)

    assert answer.status_code == 400
    assert "figures-bad" in answer.content.decode()
