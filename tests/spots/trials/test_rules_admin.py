"""Rules of detection as an administrator edits them, and others read them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from spots.models import DetectionRule, LearntBaseline, Trial, Watch
from tests.factories import NOW, make_brand, make_region, make_rule, make_topic, make_trial

pytestmark = pytest.mark.django_db
LIST = reverse("admin:spots_detectionrule_changelist")
ADD = reverse("admin:spots_detectionrule_add")


@pytest.fixture(name="chief")
def _chief(signed_in, settings):
    settings.LANGUAGE_CODE = "en"
    return signed_in("administrator")


def page_of(rule):
    return reverse("admin:spots_detectionrule_change", args=[rule.pk])


def typed(**fields):
    """What a browser sends; None leaves a field empty."""
    row = {
        "name": "city",
        "order": 5,
        "method": "surprise",
        "open_at": 7,
        "minimum_customers": 4,
        "radii_m": "300, 1000, 3000",
        "window_h": 72,
        "live_h": 12,
        "survey_weight": 0,
        "minimum": 10,
        "eps_m": 600,
        "simple_window_h": 24,
        **fields,
    }
    return {name: value for name, value in row.items() if value is not None}


def errors_of(response):
    return response.context["adminform"].form.errors


def default_rule():
    usual = {"order": 1000, "active": True}
    return DetectionRule.objects.get_or_create(name="default", defaults=usual)[0]


def test_a_rule_is_added_and_its_history_says_by_whom(chief):
    topic = make_topic()

    chief.post(ADD, typed(topics=[topic.pk], weeks_per_false_spot=4, radii_m="1000; 300"))

    rule = DetectionRule.objects.get(name="city")
    assert (rule.radii_m, rule.weeks_per_false_spot, rule.active) == ([300, 1000], 4, False)
    assert list(rule.topics.all()) == [topic]
    assert rule.history.first().history_user.role == "administrator"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("open_at", 3.9),
        ("open_at", 51),
        ("weeks_per_false_spot", 0),
        ("minimum_customers", 2),
        ("minimum", 1),
        ("window_h", 73),
        ("window_h", 0),
        ("live_h", 0),
        ("live_h", 80),
        ("simple_window_h", 0),
        ("simple_window_h", 73),
        ("survey_weight", -0.1),
        ("survey_weight", 1.1),
        ("survey_weight", "nan"),
        ("eps_m", 9),
        ("eps_m", 10_001),
        ("radii_m", "near"),
        ("radii_m", "300, 20000"),
        ("radii_m", "nan"),
        ("radii_m", "inf"),
        ("radii_m", ""),
        ("radii_m", "100,200,300,400,500,600,700"),
        ("order", 1001),
    ],
)
def test_what_the_table_would_refuse_is_an_error_at_its_field(chief, field, value):
    default_rule()

    response = chief.post(ADD, typed(**{field: value}))

    assert response.status_code == 200
    assert list(errors_of(response)) == [field]
    assert not DetectionRule.objects.filter(name="city").exists()


def test_the_live_window_is_within_the_window(chief):
    response = chief.post(ADD, typed(window_h=24, live_h=25))

    assert list(errors_of(response)) == ["live_h"]


def test_an_order_that_is_taken_is_refused(chief):
    make_rule(order=5)

    assert list(errors_of(chief.post(ADD, typed(order=5)))) == ["order"]


def test_the_default_rule_keeps_its_name_place_and_reach(chief):
    rule = default_rule()
    sent = typed(
        name="other",
        order=1,
        active=None,
        brand=make_brand().pk,
        region=make_region().pk,
        topics=[make_topic().pk],
        open_at=6.5,
    )

    chief.post(page_of(rule), sent)

    rule.refresh_from_db()
    assert (rule.name, rule.order, rule.active, rule.open_at) == ("default", 1000, True, 6.5)
    assert (rule.brand, rule.region, list(rule.topics.all())) == (None, None, [])


def deleted(chief, rule):
    address = reverse("admin:spots_detectionrule_delete", args=[rule.pk])
    response = chief.post(address, {"post": "yes"}, follow=True)
    told = " ".join(str(message) for message in response.context["messages"])
    return not DetectionRule.objects.filter(pk=rule.pk).exists(), told


def test_the_default_rule_is_not_deleted(chief):
    gone, told = deleted(chief, default_rule())

    assert (gone, "cannot be deleted" in told) == (False, True)


def test_a_rule_in_use_is_not_deleted_and_the_page_says_why(chief):
    rule, tried = make_rule(), make_rule("tried")
    Watch.objects.create(brand=make_brand(), region=make_region(), rule=rule)
    make_trial(tried)

    assert (deleted(chief, rule)[0], "only made inactive" in deleted(chief, rule)[1]) == (
        False,
        True,
    )
    assert "tried on history" in deleted(chief, tried)[1]


def test_a_rule_that_nothing_uses_is_deleted(chief):
    assert deleted(chief, make_rule())[0]


def test_rules_are_not_deleted_from_the_list(chief):
    rule = default_rule()
    sent = {"action": "delete_selected", "_selected_action": [rule.pk], "post": "yes"}

    chief.post(LIST, sent)

    assert DetectionRule.objects.filter(pk=rule.pk).exists()


def test_the_page_says_what_the_sensitivity_means_where_it_is_in_force(chief):
    rule = make_rule(weeks_per_false_spot=4)
    watch = Watch.objects.create(brand=make_brand(), region=make_region(), rule=rule)
    watch.baseline = LearntBaseline.objects.create(
        watch=watch,
        learnt_at=NOW,
        history_days=20.5,
        complaints=900,
        learning=True,
        open_at=6.87,
        near_misses=13,
    )
    watch.save()

    page = chief.get(page_of(rule)).content.decode()

    assert "6.87" in page
    assert "13" in page
    assert "still learning" in page


def test_a_rule_in_force_nowhere_says_so(chief):
    assert b"not in force anywhere" in chief.get(page_of(make_rule())).content


@pytest.mark.parametrize("role", ["planner", "supervisor"])
def test_others_read_a_rule_and_change_nothing(signed_in, role):
    rule, reader = make_rule(), signed_in(role)

    assert reader.get(page_of(rule)).status_code == 200
    assert reader.post(page_of(rule), typed(open_at=9)).status_code == 403
    rule.refresh_from_db()
    assert rule.open_at == 7


def test_the_list_does_with_the_same_queries_however_long_it_is(
    chief, django_assert_max_num_queries
):
    for number in range(2):
        make_rule(f"few-{number}", topics=(make_topic(),), brand=make_brand())
    with django_assert_max_num_queries(50) as few:
        chief.get(LIST)
    for number in range(12):
        make_rule(f"many-{number}", topics=(make_topic(f"t{number}"),), region=make_region())

    with django_assert_max_num_queries(len(few.captured_queries)):
        assert b"many-11" in chief.get(LIST).content


def test_the_page_does_with_the_same_queries_however_much_uses_it(
    chief, django_assert_max_num_queries
):
    rule = make_rule()
    use(rule, 1)
    with django_assert_max_num_queries(60) as few:
        chief.get(page_of(rule))
    for number in range(2, 6):
        use(rule, number)

    with django_assert_max_num_queries(len(few.captured_queries)):
        chief.get(page_of(rule))


def use(rule, number):
    region = make_region(f"region{number}")
    watch = Watch.objects.create(brand=make_brand(), region=region, rule=rule)
    watch.baseline = LearntBaseline.objects.create(
        watch=watch, learnt_at=NOW, history_days=30, complaints=1, learning=False, open_at=7
    )
    watch.save()
    make_trial(rule, region=region)


# Trying it


def try_it(client, rule, **fields):
    """Press "Try on history" on the rule's page."""
    sent = typed(name=rule.name, order=rule.order, **fields)
    return client.post(page_of(rule), {**sent, "_try": "1"})


def days(first=10, last=1):
    today = timezone.localdate()
    return {
        "first_day": (today - timedelta(days=first)).isoformat(),
        "last_day": (today - timedelta(days=last)).isoformat(),
        "brand": make_brand().pk,
        "region": make_region().pk,
    }


def attempt(rule):
    return reverse("admin:spots_detectionrule_try", args=[rule.pk])


def test_unsaved_values_are_shown_beside_those_in_force_and_are_not_saved(chief):
    rule = make_rule()

    page = try_it(chief, rule, open_at=6.5)

    rule.refresh_from_db()
    assert rule.open_at == 7
    assert [(now, tried) for _, now, tried in page.context["changes"]] == [("7", "6.5")]


def test_they_become_the_values_of_the_trial(chief):
    rule = make_rule()
    make_topic()
    page = try_it(chief, rule, open_at=6.5, topics=[make_topic().pk], active="on")

    response = chief.post(attempt(rule), {"tried": page.context["tried"], **days()})

    trial = Trial.objects.get()
    assert response.url == reverse("admin:spots_trial_change", args=[trial.pk])
    assert (trial.values["open_at"], trial.values["topics"]) == (6.5, [make_topic().pk])
    assert trial.until - trial.since == timedelta(days=10)
    rule.refresh_from_db()
    assert (rule.open_at, rule.active) == (7, False)


def test_values_with_an_error_come_back_on_the_rules_page_and_are_not_tried(chief):
    response = try_it(chief, make_rule(), open_at=3)

    assert list(errors_of(response)) == ["open_at"]


def test_values_that_were_tampered_with_are_not_tried(chief):
    rule = make_rule()

    for tried in ("nonsense", "[]", '{"open_at": 1}'):
        chief.post(attempt(rule), {"tried": tried, **days()})

    assert not Trial.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [(60, 1, "At most 56 days"), (1, 5, "begin before it ends"), (-3, -5, "begin before")],
)
def test_a_period_that_cannot_be_tried_is_an_error_in_words(chief, first, last, why):
    rule = make_rule()
    tried = try_it(chief, rule).context["tried"]

    page = chief.post(attempt(rule), {"tried": tried, **days(first, last)})

    assert why in page.content.decode()
    assert not Trial.objects.exists()


def test_a_fourth_trial_is_refused_in_words(chief):
    rule = make_rule()
    make_topic()
    tried = try_it(chief, rule).context["tried"]
    for _ in range(3):
        chief.post(attempt(rule), {"tried": tried, **days()})

    page = chief.post(attempt(rule), {"tried": tried, **days()})

    assert Trial.objects.count() == 3
    assert "3 of your trials" in page.content.decode()


def test_a_planner_tries_the_rule_as_it_is_saved(signed_in):
    rule, reader = make_rule(open_at=8), signed_in("planner")
    make_topic()

    assert reader.get(attempt(rule)).status_code == 200
    reader.post(attempt(rule), {"tried": '{"open_at": 4}', **days()})

    assert Trial.objects.get().values["open_at"] == 8


def test_a_trial_may_be_of_the_readers_own_brands_and_regions_only(signed_in):
    rule, reader = make_rule(), signed_in("planner")
    foreign = {"brand": make_brand("rival").pk, "region": make_region("far").pk}

    reader.post(attempt(rule), {**days(), **foreign})

    assert not Trial.objects.exists()


def test_a_trial_is_where_the_rule_is(chief):
    rule = make_rule()
    other = make_region("far", lon=60)
    tried = try_it(chief, rule, region=make_region().pk).context["tried"]

    chief.post(attempt(rule), {"tried": tried, **days(), "region": other.pk})

    assert not Trial.objects.exists()
