"""After a correction the engine knows what it would know if the complaint had come in right."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import transaction

from complaints.geocoding import transitions as geocoding
from complaints.intake import transitions_of_state as intake
from complaints.models import Complaint, Topic
from spots.models import Arrival, Case, Event
from spots.watching import runner
from tests.factories import NOW
from tests.spots.watching.streams import groups, look_on, make_stream, make_watch

pytestmark = pytest.mark.django_db


TWO_HOURS = timedelta(hours=2)

# What is corrected, by the complaint's place in the busy day, and how.
CORRECTIONS = {
    "withdrawn": lambda c: intake.withdraw(Complaint.objects.filter(pk=c.pk), now=NOW),
    "another topic": lambda c: intake.correct(c, topic=Topic.objects.get(code="b-data"), now=NOW),
    "earlier": lambda c: intake.correct(c, occurred_at=c.occurred_at - timedelta(hours=5), now=NOW),
    "elsewhere": lambda c: geocoding.move(
        c, point=Point(c.point.x + 0.05, c.point.y, srid=4326), precision="house", now=NOW
    ),
    "in the middle of nowhere": lambda c: geocoding.move(
        c, point=Point(0.5, 0.5, srid=4326), precision="house", now=NOW
    ),
}


def of_a_spot(count: int) -> list[Complaint]:
    """The first members of the spot that opened first."""
    first = Case.objects.order_by("opened_at", "pk")[0]
    members = Complaint.objects.filter(memberships__case=first, memberships__until=None)
    return list(members.order_by("received_at", "pk")[:count])


@pytest.mark.parametrize(
    ("what", "forgetful"), [*((what, False) for what in CORRECTIONS), ("withdrawn", True)]
)
def test_after_a_correction_the_engine_knows_what_a_fresh_run_does(what, forgetful):
    began = make_stream(5)
    correct = CORRECTIONS[what]
    with transaction.atomic():
        watch = make_watch(began)
        look_on(watch, began, until=NOW - timedelta(hours=1), step=TWO_HOURS)
        wrong, chosen = groups(watch), of_a_spot(5)
        for complaint in chosen:
            correct(complaint)
        if forgetful:
            runner.forget()
        look_on(watch, NOW - timedelta(hours=1))
        replayed = groups(watch)
        scores = list(Arrival.objects.order_by("pk").values_list("pk", "score"))
        transaction.set_rollback(True)

    for complaint in chosen:
        complaint.refresh_from_db()  # as it was before it was corrected
        correct(complaint)
    watch = make_watch(began)
    look_on(watch, began, step=TWO_HOURS)

    assert replayed != wrong
    assert replayed == groups(watch)
    assert scores == list(Arrival.objects.order_by("pk").values_list("pk", "score"))


def test_a_case_in_work_outlives_the_correction_that_explains_it_away():
    began = make_stream(5)
    watch = make_watch(began)
    look_on(watch, began, until=NOW - timedelta(hours=1))
    case = Case.objects.order_by("opened_at", "pk")[0]
    for complaint in of_a_spot(1000):
        CORRECTIONS["withdrawn"](complaint)

    look_on(watch, NOW - timedelta(hours=1))

    case.refresh_from_db()
    assert case.state == "detected"
    assert case.quiet_since is not None
    assert case.complaints == 0
    assert Event.objects.filter(case=case, kind="detached").count() > 5
