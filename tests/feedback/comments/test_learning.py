"""Staff's corrections become a version, which sorts what comes next; and can be switched off."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.urls import reverse

from feedback.comments import transitions
from feedback.followups import transitions as followups
from feedback.models import Comment, FollowUp, LearntSorting
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_comment,
    make_customer,
    make_fixed_spot,
    make_invitation,
    make_learnt_sorting,
    make_user,
)
from tests.feedback.comments.corrected import corrected

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TELLING = "ролики тормозят, подумываю о другом операторе"


@pytest.fixture(name="_corrections")
def corrections():
    transitions.provide_words()
    invitation = make_invitation()
    people = [make_user("supervisor", username=name) for name in ("ann", "bea")]
    for number, (text, labels) in enumerate(corrected()):
        row = make_comment(text, invitation=invitation, question=number + 2, at=NOW)
        topic = next((one for one in labels if one != "leaving"), "")
        alarms = ["leaving"] if "leaving" in labels else []
        transitions.correct(
            comment_id=row.pk, topic=topic, alarms=alarms, by=people[number % 2], now=NOW
        )


@pytest.mark.usefixtures("_corrections")
def test_a_version_is_learnt_once_and_sorts_what_comes_next():
    learnt = [transitions.learn(now=NOW + n * DAY) for n in (1, 1, 3)]
    make_answer(5, TELLING, at=NOW + DAY)

    transitions.sort_comments(now=NOW + DAY)

    version = LearntSorting.objects.get()
    found = Comment.objects.get(sorted_by__isnull=False)
    assert learnt == [96, 0, 0]
    assert (found.topic, found.alarms, found.sorted_by) == ("internet", ["leaving"], version)
    assert version.measures["leaving"]["by_model"]["right"] > 0


@pytest.mark.usefixtures("_corrections")
def test_what_one_person_taught_more_than_half_of_waits_for_another():
    """A dispatcher of one region switched the alarms of all brands off in a night."""
    ann = get_user_model().objects.get(username="ann")
    row = make_comment("и вот ещё", question=1, at=NOW)
    transitions.correct(comment_id=row.pk, topic="price", alarms=[], by=ann, now=NOW)

    assert transitions.learn(now=NOW + DAY) == 97

    version = LearntSorting.objects.get()
    assert not version.switched_on and LearntSorting.objects.in_force() is None
    transitions.switch(sorting_ids=[version.pk], on=True)
    assert LearntSorting.objects.in_force() == version


@pytest.mark.usefixtures("_corrections")
def test_versions_that_wait_drive_out_none_that_is_in_force():
    """Where one person sorts most, each night brings one that waits."""
    transitions.learn(now=NOW + DAY)
    in_force = LearntSorting.objects.in_force()
    ann = get_user_model().objects.get(username="ann")
    row = make_comment("и вот ещё", question=1, at=NOW)
    transitions.correct(comment_id=row.pk, topic="price", alarms=[], by=ann, now=NOW + DAY)
    for night in range(2, 12):
        waits = {"learnt_until": NOW, "examples": night, "switched_on": False, "content": b"waits"}
        make_learnt_sorting(now=NOW + night * DAY, **waits)

    assert transitions.learn(now=NOW + 13 * DAY) == 97

    assert in_force is not None and LearntSorting.objects.in_force() == in_force
    assert LearntSorting.objects.filter(content=b"waits").count() == 9


@pytest.mark.usefixtures("_corrections")
def test_a_version_that_is_switched_off_or_unreadable_leaves_the_words_to_sort():
    transitions.learn(now=NOW + DAY)
    LearntSorting.objects.update(content=b"nonsense")
    make_answer(5, "ухожу", at=NOW + DAY)
    transitions.sort_comments(now=NOW + DAY)
    transitions.switch(sorting_ids=[LearntSorting.objects.get().pk], on=False)
    make_answer(5, "уйду", at=NOW + DAY)

    transitions.sort_comments(now=NOW + DAY)

    words = Comment.objects.filter(corrected_by=None)
    assert list(words.values_list("alarms", "sorted_by")) == [(["leaving"], None)] * 2


def test_a_low_score_raises_a_follow_up_whatever_is_learnt():
    make_answer(1, "благодарю")
    transitions.sort_comments(now=NOW + timedelta(minutes=5))

    followups.raise_alarms(now=NOW + timedelta(minutes=5))

    assert FollowUp.objects.get().alarms == ["low_score"]


@pytest.mark.usefixtures("_corrections")
def test_the_page_of_a_version_says_how_good_it_is_with_its_counts(signed_in):
    transitions.learn(now=NOW + DAY)
    told = LearntSorting.objects.get().measures["leaving"]["by_model"]

    address = reverse("admin:feedback_learntsorting_change", args=[LearntSorting.objects.get().pk])
    page = signed_in("supervisor").get(address).content.decode()

    assert f"{told['right']}/{told['right'] + told['missed']}" in page


def test_a_person_corrects_on_the_page_what_stands_behind_no_wall(client):
    reader = make_user("dispatcher", everywhere=False)
    reader.brands.add(make_brand())
    client.force_login(reader, backend="heatmaps_project.accounts.backends.RoleBackend")
    rival = make_fixed_spot(make_customer(), brand=make_brand("rival"))
    own = make_comment(invitation=make_invitation(customer=make_customer()))
    foreign = make_comment(invitation=make_invitation(case=rival, customer=make_customer()))
    reader.regions.add(own.answer.invitation.region)

    def corrects(row: Comment) -> int:
        address = reverse("admin:feedback_comment_correct", args=[row.pk])
        sent = client.post(address, {"topic": "price", "alarms": ["leaving"]})
        row.refresh_from_db()
        return sent.status_code

    assert [corrects(own), corrects(foreign)] == [302, 404]
    assert (own.topic, own.alarms, own.corrected_by) == ("price", ["leaving"], reader)
    assert (foreign.topic, foreign.corrected_by) == ("internet", None)


def test_who_switches_what_was_learnt_off_and_on_again_leaves_a_trace(signed_in):
    version = make_learnt_sorting(now=NOW)
    client, chosen = signed_in("administrator"), {"_selected_action": [version.pk]}
    for name in ("switch_off", "switch_on"):
        client.post(reverse("admin:feedback_learntsorting_changelist"), {**chosen, "action": name})

    traces = LogEntry.objects.filter(object_id=str(version.pk)).order_by("pk")
    assert [one.user.role for one in traces] == ["administrator"] * 2
    assert traces[0].change_message != traces[1].change_message
