"""What is spoken of more than before: proven, or not said."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from heatmaps_project.supervision.topics.rising import change
from tests.factories import (
    NOW,
    make_brand,
    make_comment,
    make_complaints,
    make_topic,
    make_user,
)

DAY = timedelta(days=1)


@given(st.lists(st.integers(0, 400), min_size=5, max_size=5), st.integers(1, 40))
def test_the_ratio_lies_in_its_interval_and_more_comparisons_prove_less(spans, compared):
    one, many = change(spans, compared=1), change(spans, compared=compared)

    if one.low is None:
        assert sum(spans) < 10
        return
    assert one.ratio is None or one.low <= one.ratio + 1e-9
    assert one.ratio is None or one.high is None or one.ratio <= one.high + 1e-9
    assert many.low <= one.low + 1e-9
    assert not (one.rises and one.falls)
    assert one.rises or not many.rises


@pytest.mark.parametrize(
    ("spans", "rises", "falls"),
    [
        pytest.param([20, 20, 20, 20, 60], True, False, id="thrice as many"),
        pytest.param([20, 20, 20, 20, 26], False, False, id="chance"),
        pytest.param([0, 0, 0, 0, 12], True, False, id="new"),
        pytest.param([30, 30, 30, 30, 5], False, True, id="fewer"),
        pytest.param([0, 0, 0, 0, 9], False, False, id="too little to say"),
    ],
)
def test_a_rise_is_said_where_it_is_proven(spans, rises, falls):
    found = change(spans, compared=1)

    assert (found.rises, found.falls) == (rises, falls)


@pytest.mark.django_db
def test_the_page_counts_spans_until_now_and_those_that_rise_are_first(
    signed_in, django_assert_max_num_queries
):
    steady, rising = (make_topic(name, name_en=name) for name in ("steady", "rising"))
    rows = [(steady, day) for day in range(35) for _ in range(3)]
    rows += [(rising, day % 7) for day in range(30)] + [(rising, 20)] * 4
    make_complaints(
        {"topic": topic, "occurred_at": NOW - day * DAY - timedelta(hours=1)} for topic, day in rows
    )
    make_complaints([{"topic": rising, "brand": make_brand("rival"), "occurred_at": NOW}])
    make_complaints([{"topic": rising, "occurred_at": NOW - 36 * DAY}])
    of_anybody = {"topic": steady, "proven": False, "occurred_at": NOW - DAY}
    make_complaints(of_anybody for _ in range(200))
    comment = make_comment(at=NOW - DAY)
    type(comment).objects.filter(pk=comment.pk).update(alarms=["leaving", "safety"])
    client = signed_in(make_user("planner", language="en"))

    with time_machine.travel(NOW, tick=False), django_assert_max_num_queries(16):
        page = client.get(reverse("topics"))
    complaints, comments = (lines for _title, lines in page.context["tables"])

    # the last is what was fixed before the comment
    assert [line.name for line in complaints] == ["rising", "steady", "No signal"]
    assert list(complaints[0].spans) == [0, 0, 4, 0, 30]
    assert list(complaints[1].spans) == [21] * 5
    assert complaints[0].change.rises and not complaints[1].change.rises
    assert {line.name: line.change.now for line in comments} == {
        "mobile internet": 1,
        "threatens to leave": 1,
        "health or safety": 1,
    }
    with time_machine.travel(NOW, tick=False):
        file = b"".join(client.get(reverse("topics"), {"as": "csv"}).streaming_content)
        assert "30" in file.decode()
        assert client.get(reverse("topics"), {"days": 5}).status_code == 404
