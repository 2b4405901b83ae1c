"""Two people, or two workers, at the same case at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.gis.geos import Polygon
from django.db import connection, transaction

from spots.cases import transitions
from spots.cases.transitions import IllegalMoveError
from spots.cases.transitions.record import locked
from spots.models import Case, Event, Membership
from tests.factories import NOW, make_complaint, make_spot, make_team, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls: Callable[[], object]) -> list[object]:
    """Run the calls in threads that start at once; refused moves come back as the refusal."""
    gate = Barrier(len(calls), timeout=60)

    def run(call: Callable[[], object]) -> object:
        gate.wait()
        try:
            return call()
        except IllegalMoveError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_two_who_accept_one_gets_the_case_and_the_other_is_told():
    case = make_spot(state="routed", team=make_team())
    engineers = [make_user("engineer"), make_user("engineer")]

    outcomes = together(
        *[lambda by=by: transitions.accept(case_id=case.pk, by=by, now=NOW) for by in engineers]
    )

    refused = [outcome for outcome in outcomes if isinstance(outcome, IllegalMoveError)]
    case.refresh_from_db()
    assert len(refused) == 1
    assert case.engineer in engineers
    assert Event.objects.get().by == case.engineer


def test_a_complaint_that_two_spots_open_with_is_in_one_of_them():
    shared, own = make_complaint(), [make_complaint(), make_complaint()]
    like = make_spot()

    def opened(complaint_ids: list[int]) -> object:
        return transitions.open_spot(
            brand_id=like.brand_id,
            region_id=like.region_id,
            topic_id=like.topic_id,
            complaint_ids=complaint_ids,
            outline=Polygon.from_bbox((37.5, 55.7, 37.7, 55.8)),
            started_at=NOW,
            evidence={},
            now=NOW,
        )

    together(lambda: opened([shared.pk, own[0].pk]), lambda: opened([shared.pk, own[1].pk]))

    assert Membership.objects.filter(complaint=shared, until=None).count() == 1
    assert Membership.objects.filter(until=None).count() == 3


def test_two_merges_crosswise_end_in_one_case():
    one, two = (make_spot(complaints=[make_complaint()], state="routed") for _ in range(2))

    outcomes = together(
        lambda: transitions.merge(case_id=one.pk, into_id=two.pk, by=None, now=NOW),
        lambda: transitions.merge(case_id=two.pk, into_id=one.pk, by=None, now=NOW),
    )

    assert sum(isinstance(outcome, IllegalMoveError) for outcome in outcomes) == 1
    assert Membership.objects.filter(until=None).values("case").distinct().count() == 1


def test_a_part_is_merged_while_somebody_moves_the_whole():
    """As it is committed PostgreSQL looks whether the whole, which nobody has changed, is there."""
    members = [make_complaint() for _ in range(4)]
    whole = make_spot(complaints=members, state="routed", team=make_team())
    ids = [one.pk for one in members[:2]]
    part = transitions.split(case_id=whole.pk, complaint_ids=ids, by=None, now=NOW)
    into = make_spot(complaints=[make_complaint()], state="routed")

    def merged() -> Case:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '500ms'")
        return transitions.merge(case_id=part.pk, into_id=into.pk, by=None, now=NOW)

    with transaction.atomic():
        locked(whole.pk)
        together(merged)

    part.refresh_from_db()
    assert (part.state, part.merged_into) == ("merged", into)
