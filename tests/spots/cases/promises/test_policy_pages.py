"""SLA policies as people edit them, and how far the recomputation is."""

import pytest
from django.urls import reverse

from spots.models import Policy
from tests.factories import make_policy, make_recomputation, make_region, make_working_time

pytestmark = pytest.mark.django_db

ADD = reverse("admin:spots_policy_add")


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


def written(order, **fields):
    return {
        "order": order,
        "name": f"written {order}",
        "working_time": make_working_time().pk,
        "fix_minutes": 480,
        "segments_share": 50,
        "reopening": "continue",
        **fields,
    }


def errors(answer):
    return str(answer.context["adminform"].form.errors)


def test_a_policy_is_written_with_all_its_conditions(signed_in):
    area = '{"type": "Polygon", "coordinates": [[[37, 55], [38, 55], [38, 56], [37, 55]]]}'
    fields = {"kind": "single", "area": area, "segments": "vip, b2b", "band": 2}

    answer = signed_in("administrator").post(ADD, written(1, **fields, reopening="restart"))

    assert answer.status_code == 302, errors(answer)
    policy = Policy.objects.get()
    assert (policy.segments, policy.segments_share) == (["vip", "b2b"], 0.5)
    assert (policy.band, policy.kind, policy.reopening) == (2, "single", "restart")
    assert policy.area.num_geom == 1


def test_only_the_last_policy_may_ask_for_nothing(signed_in):
    make_policy(20, region=make_region())
    browser = signed_in("administrator")

    refused = browser.post(ADD, written(10))
    assert "“policy 20” after it would never be asked" in errors(refused)

    assert browser.post(ADD, written(30)).status_code == 302


def test_nothing_comes_after_a_policy_that_asks_for_nothing(signed_in):
    make_policy(20)
    browser = signed_in("administrator")

    refused = browser.post(ADD, written(30, band=1))
    assert "“policy 20” before it takes every case" in errors(refused)

    assert browser.post(ADD, written(10, band=1)).status_code == 302


def test_a_policy_is_shown_with_what_it_has(signed_in):
    policy = make_policy(segments=["vip"], segments_share=0.3, first_answer_minutes=60)
    address = reverse("admin:spots_policy_change", args=[policy.pk])

    page = signed_in("administrator").get(address).content.decode()

    assert 'value="vip"' in page
    assert 'value="30"' in page


def test_the_lists_ask_as_often_for_many_rows_as_for_few(signed_in, django_assert_max_num_queries):
    browser = signed_in("administrator")
    make_recomputation()
    for number in range(5):
        make_policy(number + 1, region=make_region())
    for name in ("policy", "recomputation"):
        with django_assert_max_num_queries(12):
            browser.get(reverse(f"admin:spots_{name}_changelist"))


def test_the_progress_of_a_recomputation_is_seen(signed_in):
    row = make_recomputation(because="Usual", cases=4, done=1)
    browser = signed_in("administrator")

    listed = browser.get(reverse("admin:spots_recomputation_changelist")).content.decode()
    page = browser.get(reverse("admin:spots_recomputation_change", args=[row.pk]))

    assert "25&nbsp;%" in listed
    assert "Usual" in page.content.decode()
