"""A month of the demo, played through the product's own doors, beside a recount of its figures."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection

from complaints.geocoding.transitions import geocode_waiting
from heatmaps_project.bench.figures import pages, recounting, rows, surveys
from heatmaps_project.bench.figures.recounting import Asked
from heatmaps_project.demo import history, work
from heatmaps_project.demo.ground import lay_ground
from heatmaps_project.demo.office import open_office
from heatmaps_project.demo.seeding import register
from heatmaps_project.models import User
from heatmaps_project.supervision.rollups.transitions import roll_up
from spots.models import Watch
from spots.watching import learning
from spots.watching import transitions as watching
from tests.e2e.small_world import neighbourhood
from tests.factories import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STORMS_H_AGO = (13 * 24, 27 * 24)
HOURS_AFTER = (1, 2, 4, 6, 9, 13, 32)
GROWING = (
    *("complaints_complaint", "complaints_customer", "spots_arrival", "spots_membership"),
    *("feedback_message", "feedback_part", "feedback_receipt", "feedback_invitation"),
)


def _faults():
    """Two at once a fortnight, of which each is of another town, topic and share."""
    here = [fault for fault in history.FAULTS if fault.town in ("Teykovo", "Privolzhsk", "Yuzha")]
    return [
        replace(fault, began_h_ago=ago - n / 2)
        for ago in STORMS_H_AGO
        for n, fault in enumerate(here)
    ]


@pytest.mark.django_db
def test_a_month_gives_the_figures_of_a_recount_before_it_is_summed_and_after(signed_in):
    with time_machine.travel(NOW, tick=False):
        _play_a_month()
        found, client = rows.read(), signed_in(User.objects.get(username="admin"))
        asked = Asked(now=NOW, zone=ZoneInfo("Europe/Moscow"), days=30)
        counted = recounting.recounted(found, asked)
        board = surveys.survey_board(found, now=NOW, days=30)

        before = pages.shown(client, days=30)
        roll_up(now=NOW, days=40)
        after = pages.shown(client, days=30)

        assert before == counted
        assert after == counted
        assert pages.shown_on_board(client, days=30) == board
    for name in ("in a day", "kept", "through spots", "satisfied", "answered", "passed on"):
        part, whole = counted[name]
        assert 0 < part <= whole, f"{name} says nothing here"
    assert counted["opened"] >= 3


def _play_a_month():
    began = NOW - 29 * DAY
    here = neighbourhood()
    brand, region = open_office(now=began - 50 * DAY)
    lay_ground(brand, here.plans, today=NOW.date())
    register(here)
    history.tell(here, now=NOW, faults=_faults())
    while geocode_waiting(now=NOW):
        pass
    watching.ensure_watches()
    watch = Watch.objects.get(brand=brand, region=region)
    learning.learn_anew(watch, now=began)
    moments = [NOW - (ago - later) * HOUR for ago in STORMS_H_AGO for later in HOURS_AFTER]
    _analyze(0.0)
    work.play(watch, sorted(moments), progress=_analyze)


def _analyze(_share):
    """Nobody else sees what one transaction has written: autovacuum cannot tell the planner."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(GROWING)}")
