"""The events of a case in words."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from spots.cases.page.timeline import lines_of
from tests.factories import NOW, make_cause, make_event, make_spot

pytestmark = pytest.mark.django_db

FAILED = {"customers": 9, "hours": 3.0, "expected": 0.4, "grace_h": 2.0}


@pytest.mark.parametrize(
    ("kind", "facts", "words"),
    [
        ("waiting", {"waits_for": "access"}, ["access to the site"]),
        ("dismissed", {"dismissed_for": "announced"}, ["known and announced"]),
        (
            "failed",
            FAILED,
            [
                "9 customers complained in 3 h, counted from 2 h after the fix,"
                " where 0.4 would be usual"
            ],
        ),
        ("failed", {"complaints": 3}, ["3 complaints joined after the fix"]),
        ("reopened", {"because": "complaints", "complaints": 12}, ["complaints came back: 12 now"]),
        (
            "reopened",
            {"because": "answers", "unhappy": 2, "answered": 3},
            ["2 of 3 customers who rated the fix are not content"],
        ),
        ("reopened", {"because": "hand"}, []),
        ("dismissed", {}, []),
        ("failed", {}, []),
    ],
)
def test_an_event_tells_what_it_set_and_why(kind, facts, words):
    case = make_spot()
    make_event(case, kind, facts=facts)

    with override("en"):
        assert [line.details for line in lines_of(case, case.events.all())] == [words]


def test_a_plan_names_the_kind_of_fix_where_it_is_not_the_causes():
    case, cause = make_spot(), make_cause()
    make_event(case, "planned", facts={"cause": cause.pk, "fix_kind": "accident"})
    make_event(case, "planned", facts={"cause": cause.pk, "fix_kind": "new_build"})

    with override("en"):
        later, first = lines_of(case, case.events.all())
    assert first.details == ["cause: Site without power"]
    assert later.details == ["cause: Site without power", "new build"]


def test_waiting_says_until_when_and_going_on_as_what():
    case = make_spot()
    until = NOW + timedelta(days=1)
    make_event(case, "waiting", facts={"waits_for": "parts", "waits_until": until.isoformat()})
    make_event(case, "resumed", was="waiting", became="diagnosing")

    with override("en"):
        resumed, waiting = lines_of(case, case.events.all())
    assert resumed.details == ["being diagnosed"]
    assert waiting.details[0] == "spare parts"
    assert waiting.details[1].startswith("until 26 March")
