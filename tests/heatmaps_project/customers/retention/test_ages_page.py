"""Who sets the ages sees what is due, what waits and what has ended; shorter ones are agreed to."""

from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from heatmaps_project.customers.retention.transitions import end_by_age
from heatmaps_project.models import RetentionRule
from tests.factories import make_complaint, make_complaints, make_spot, make_user
from tests.heatmaps_project.customers.retention.old import later

pytestmark = pytest.mark.django_db

LIST = reverse("admin:heatmaps_project_retentionrule_changelist")
ADD = reverse("admin:heatmaps_project_retentionrule_add")


@pytest.fixture(name="administrator")
def _administrator(signed_in):
    with time_machine.travel(later(200), tick=False):
        yield signed_in(make_user("administrator", language="en"))


def lines(page) -> dict[str, tuple[int, int, int]]:
    return {line.kind.value: (line.due, line.held, line.ended) for line in page.context["lines"]}


def test_the_page_says_what_ends_what_waits_and_what_has_ended(administrator):
    make_complaints([{}, {}])
    make_spot(state="routed", complaints=[make_complaint()])

    page = administrator.get(LIST)
    assert lines(page)["places"] == (2, 1, 0)
    assert "The sweep has not run yet." in page.content.decode()
    said = StringIO()
    call_command("end_by_age", "--dry-run", stdout=said)
    assert "places: 2 end, 1 wait" in said.getvalue()

    call_command("end_by_age", stdout=said)

    assert "Ended: 2." in said.getvalue()
    assert lines(administrator.get(LIST))["places"] == (0, 1, 2)


def test_counting_takes_the_same_queries_whatever_there_is(
    administrator, django_assert_max_num_queries
):
    make_complaints([{} for _ in range(30)])
    with django_assert_max_num_queries(90):
        administrator.get(LIST)


def test_shorter_ages_are_told_and_agreed_to_before_they_hold(administrator):
    make_complaints([{}, {}])
    end_by_age(now=later(200))
    sent = {"place_days": 60, "words_days": 90, "contact_days": 1095}

    refused = administrator.post(ADD, sent)

    assert "words of complaints: 2" in refused.content.decode()
    assert not RetentionRule.objects.exists()
    assert administrator.post(ADD, {**sent, "agreed": "on"}).status_code == 302
    rule = RetentionRule.objects.get()
    assert rule.history.get().history_user.role == "administrator"
    longer = {**sent, "words_days": 1000}
    change = reverse("admin:heatmaps_project_retentionrule_change", args=[rule.pk])
    assert administrator.post(change, longer).status_code == 302


@pytest.mark.parametrize("days", [(29, 90, 100), (90, 60, 100), (90, 100, 99), (30, 30, 3661)])
def test_ages_are_bounded_and_in_order(administrator, days):
    names = ("place_days", "words_days", "contact_days")
    sent = dict(zip(names, days, strict=True)) | {"agreed": "on"}

    assert administrator.post(ADD, sent).status_code == 200
    assert not RetentionRule.objects.exists()
