"""Answers to surveys of network quality beside complaints, on the living database."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.utils.translation import override

from complaints.intake import transitions_of_state as intake
from complaints.models import Complaint
from feedback.models import Message
from spots.cases.wording import evidence_in_words
from spots.models import Arrival, Case, Clock, DetectionRule
from spots.watching import runner
from tests.factories import NOW, make_brand, make_measurement
from tests.spots.watching.bursts import CORNER, burst, make_quiet_watch

pytestmark = pytest.mark.django_db


def answer(number, *, poor=True, ago=timedelta(minutes=38), known=timedelta(0), **fields):
    lon, lat = CORNER[0] + 0.0001 * (number % 10), CORNER[1] + 0.0001 * (number // 10)
    at = NOW - ago
    row = {"point": Point(lon, lat, srid=4326), "at": at, "known_at": at + known, **fields}
    return make_measurement(failed=int(poor), **row)


def weigh(weight):
    DetectionRule.objects.filter(name="default").update(survey_weight=weight)


@pytest.fixture(name="watch")
def _watch():
    watch = make_quiet_watch()
    for number in range(40):
        answer(number, poor=number % 5 == 0, ago=timedelta(days=10))
    for number in range(3):
        answer(number)
    answer(3, poor=False)
    return watch


def scores():
    wanted = ("complaint", "score", "live", "customers", "expected", "surveys")
    return list(Arrival.objects.order_by("complaint").values_list(*wanted))


def test_a_spot_says_how_many_poor_answers_speak_for_it_and_nobody_is_told_of_them(watch):
    weigh(1)
    answer(50, known=timedelta(days=1))  # not yet known
    answer(51, brand=make_brand("other"))
    make_measurement("counter", point=Point(*CORNER, srid=4326), at=NOW, known_at=NOW)
    burst(8)

    runner.look(watch.pk, now=NOW)

    spot = Case.objects.get()
    assert (spot.customers, spot.complaints) == (8, 8)
    assert (spot.evidence["answers"], spot.evidence["poor"]) == (4, 3)
    with override("en"):
        words = evidence_in_words(spot.evidence)
    assert words.endswith("; 3 poor answers of 4 to surveys there, where 20 % is usual")
    strongest = Arrival.objects.exclude(surveys=None).order_by("-score").first()
    assert strongest.surveys["gain"] == spot.evidence["gain"] > 0.5
    # They are nobody's complaint: there is no case, promise or message but the complaints'.
    assert Complaint.objects.filter(received_at__gt=NOW - timedelta(hours=1)).count() == 8
    assert not Clock.objects.exclude(case=spot).exists()
    assert not Message.objects.exists()


def test_they_open_nothing_by_themselves(watch):
    weigh(1)
    for number in range(10, 60):
        answer(number)
    burst(3)

    runner.look(watch.pk, now=NOW)

    assert not Case.objects.exists()
    assert not Arrival.objects.exclude(surveys=None).exists()


def test_without_a_weight_they_are_not_heard(watch):
    burst(8)

    runner.look(watch.pk, now=NOW)

    assert DetectionRule.objects.get(name="default").survey_weight == 0
    assert "poor" not in Case.objects.get().evidence
    assert Arrival.objects.exclude(score=None).exists()
    assert not Arrival.objects.exclude(surveys=None).exists()


@pytest.mark.parametrize("forgetful", [False, True])
def test_a_replay_hears_what_was_known_then(watch, forgetful):
    weigh(1)
    members = burst(9)
    half = NOW - timedelta(minutes=36)
    runner.look(watch.pk, now=half)
    answer(5, known=timedelta(minutes=3))
    runner.look(watch.pk, now=NOW)
    before = scores()
    assert any(row[-1] for row in before)
    if forgetful:
        runner.forget()
    # Known only now: no score that was given rests on it.
    answer(6, known=timedelta(minutes=39))

    # A correction that changes nothing of what counts has all of them judged again.
    intake.correct(members[0], occurred_at=members[0].occurred_at, now=NOW)
    Complaint.objects.filter(pk=members[0].pk).update(corrections=9, corrected_at=NOW)
    runner.look(watch.pk, now=NOW + timedelta(minutes=1))

    assert Arrival.objects.get(complaint=members[0]).corrections == 9
    assert scores() == before
