"""The inbox and the pages of ladders."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from spots.models import Firing, Ladder, Notice, Rung
from tests.factories import NOW, make_policy, make_rung, make_user
from tests.scene import make_scene

pytestmark = pytest.mark.django_db

BACKEND = "heatmaps_project.accounts.backends.RoleBackend"
INBOX = "admin:spots_notice_changelist"


@pytest.fixture(name="scene")
def _scene():
    return make_scene()


@pytest.fixture(name="browser")
def _browser(scene):
    """Of the engineer who was told."""
    return browser_of(scene.notice.user)


def browser_of(user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def page(browser, name=INBOX, *args, **asked):
    return browser.get(reverse(name, args=args), asked).content.decode()


def test_the_inbox_says_what_is_at_risk_and_how_many_are_new(scene, browser, settings):
    settings.LANGUAGE_CODE = "en"

    shown = page(browser)

    assert "50 % of the time used (fix)" in shown or "50" in shown
    assert str(scene.spot) in shown
    assert reverse("admin:spots_notice_acknowledge", args=[scene.notice.pk]) in shown


def test_each_sees_their_own_alone_even_an_administrator(scene):
    for role in ("administrator", "supervisor", "engineer"):
        reader = browser_of(make_user(role))
        assert str(scene.spot) not in page(reader)
        for name in ("admin:spots_notice_open", "admin:spots_notice_acknowledge"):
            assert reader.post(reverse(name, args=[scene.notice.pk])).status_code == 404
        change = reverse("admin:spots_notice_change", args=[scene.notice.pk])
        assert reader.get(change).status_code != 200
    scene.notice.refresh_from_db()
    assert scene.notice.state == "told"


def test_what_moved_behind_a_wall_is_in_no_inbox(scene, browser):
    scene.notice.user.brands.clear()

    assert str(scene.spot) not in page(browser)
    address = reverse("admin:spots_notice_open", args=[scene.notice.pk])
    assert browser.post(address).status_code == 404


def test_opening_the_case_reads_the_notice_and_leads_there(scene, browser):
    answer = browser.post(reverse("admin:spots_notice_open", args=[scene.notice.pk]))

    assert answer.headers["Location"] == reverse("admin:spots_spot_change", args=[scene.spot.pk])
    scene.notice.refresh_from_db()
    assert scene.notice.state == "read"


def test_looking_at_a_page_writes_nothing(scene, browser):
    page(browser)
    page(browser, "admin:spots_notice_change", scene.notice.pk)
    assert (
        browser.get(reverse("admin:spots_notice_open", args=[scene.notice.pk])).status_code == 405
    )

    scene.notice.refresh_from_db()
    assert scene.notice.state == "told"


def test_one_click_takes_care_of_one_and_the_action_of_many(scene, browser):
    address = reverse("admin:spots_notice_acknowledge", args=[scene.notice.pk])
    assert browser.post(address).headers["Location"] == reverse(INBOX)
    others = several(scene, 3)
    chosen = {"action": "acknowledge_chosen", "_selected_action": [one.pk for one in others]}

    browser.post(reverse(INBOX), chosen)

    assert {*Notice.objects.values_list("state", flat=True)} == {"acknowledged"}
    assert {*Firing.objects.values_list("acknowledged_by", flat=True)} == {scene.notice.user_id}


def several(scene, number):
    """More notices like the scene's, each of a due time of its own."""
    notices = []
    for version in range(2, 2 + number):
        row = {"clock": scene.notice.firing.clock, "rung": scene.notice.firing.rung}
        firing = Firing.objects.create(**row, due_version=version, reached_at=NOW, fired_at=NOW)
        told = {"state": "told", "due_at": NOW, "told_at": NOW + timedelta(minutes=version)}
        notices.append(Notice.objects.create(firing=firing, user=scene.notice.user, **told))
    return notices


@pytest.mark.parametrize("name", [INBOX, "admin:spots_firing_changelist"])
def test_lists_take_as_many_queries_for_many_rows_as_for_one(
    scene, django_assert_max_num_queries, name
):
    reader = scene.notice.user if name == INBOX else make_user("supervisor")
    browser = browser_of(reader)
    page(browser, name)
    several(scene, 20)

    with django_assert_max_num_queries(15):
        page(browser, name)


def test_the_side_bar_counts_what_is_new(scene, browser):
    several(scene, 2)
    shown = browser.get(reverse("admin:spots_spot_changelist"))

    groups = shown.context_data["sidebar_navigation"]
    (inbox,) = [
        item for group in groups for item in group["items"] if item["link"] == reverse(INBOX)
    ]
    assert inbox["badge"] == "3"


# Ladders


@pytest.fixture(name="boss")
def _boss():
    return browser_of(make_user("administrator"))


def posted(*rungs, **fields):
    """What the page of a ladder sends."""
    asked = {"name": "Night", "active": "on", "rungs-TOTAL_FORMS": len(rungs), **fields}
    asked["rungs-INITIAL_FORMS"] = 0
    for number, rung in enumerate(rungs):
        row = {"target": "fix", "receiver": "lead", "active": "on", **rung}
        asked |= {f"rungs-{number}-{key}": value for key, value in row.items()}
    return asked


def test_a_ladder_is_made_with_its_stages_and_read_in_words(boss):
    address = reverse("admin:spots_ladder_add")
    head = make_user("supervisor", first_name="Elena", last_name="Frost")

    boss.post(
        address,
        posted(
            {"percent": 75, "channels": ["email"], "climb_minutes": 30},
            {"percent": 90, "receiver": "person", "person": head.pk},
        ),
    )

    ladder = Ladder.objects.get()
    assert ladder.rungs.count() == 2
    boss.cookies["django_language"] = "en"
    shown = page(boss, "admin:spots_ladder_change", ladder.pk)
    assert "Elena Frost" in shown
    assert "75" in shown


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"percent": 50, "after_minutes": 10},
        {"percent": 100},
        {"percent": 50, "receiver": "person"},
        {"percent": 50, "receiver": "team"},
    ],
)
def test_a_stage_without_a_moment_or_a_receiver_is_refused(boss, wrong):
    answer = boss.post(reverse("admin:spots_ladder_add"), posted(wrong))

    assert answer.status_code == 200
    assert not Ladder.objects.exists()


def test_there_is_one_ladder_for_a_policy_and_one_for_all_others(boss):
    policy = make_policy()
    make_rung(50, ladder="others")
    special = make_rung(50, ladder="special").ladder
    special.policies.add(policy)

    for fields in ({}, {"policies": [policy.pk]}):
        boss.post(reverse("admin:spots_ladder_add"), posted({"percent": 50}, **fields))

    assert Ladder.objects.count() == 2


def test_an_edit_counts_from_now_on(boss):
    rung = make_rung(50)

    boss.post(reverse("admin:spots_ladder_add"), posted({"percent": 50}, policies=make_policy().pk))

    before = rung.since
    rung.refresh_from_db()
    assert Rung.objects.count() == 2
    assert rung.since > before


# The page of a case


def test_the_timeline_of_a_case_says_who_was_told_and_who_took_care(scene, browser):
    scene.notice.user.first_name, scene.notice.user.last_name = "Igor", "Frost"
    scene.notice.user.save()
    before = page(browser, "admin:spots_spot_change", scene.spot.pk)
    assert "Igor Frost" in before

    browser.post(reverse("admin:spots_notice_acknowledge", args=[scene.notice.pk]))

    shown = page(browser, "admin:spots_spot_change", scene.spot.pk)
    assert shown.count("Igor Frost") > before.count("Igor Frost")
