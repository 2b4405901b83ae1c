"""Whom nobody has named but anybody: what they are told and asked, and what their answers do."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from complaints.customers.walls import NO_WALLS
from complaints.intake.strangers import strangers_among
from complaints.intake.transitions import receive
from complaints.models import Customer
from feedback import on_spot
from feedback.models import Announcement, Answer, Invitation, Message
from feedback.notifications import transitions
from feedback.notifications.batches.forecasts import outcome
from feedback.notifications.batches.page import in_words
from feedback.notifications.recipients import strangers
from feedback.surveys import transitions as surveys
from feedback.surveys import unasked
from feedback.surveys.questions import Said
from feedback.surveys.unhappy import reopen_unhappy
from heatmaps_project.supervision import figures
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import Share
from spots.models import Case
from tests.complaints.intake.bodies import sent
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_complaint,
    make_customer,
    make_event,
    make_fixed_spot,
    make_invitation,
    make_spot,
    make_survey,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def make_strangers(count: int, *, first: int = 0) -> list[Customer]:
    """Letters under so many names, of one domain."""
    return [
        make_customer(crm_id=f"mail:{number}", phone="", email=f"{number}@example.net")
        for number in range(first, first + count)
    ]


def make_flooded(*known: Customer, letters: int, first: int = 0) -> Case:
    """A fixed spot of known customers, on whose ground letters came of nobody knows whom."""
    complaints = [make_complaint(customer=one) for one in known]
    unknown = make_strangers(letters, first=first)
    complaints += [make_complaint(customer=one, proven=False) for one in unknown]
    spot = make_spot(complaints=complaints, state="fixed", fixed_at=NOW, place="Мытищи")
    make_event(spot)
    return spot


def test_whom_a_form_or_a_letter_alone_has_named_is_a_stranger():
    make_brand()
    make_topic()
    phone, mail = {"phone": "+79160000001"}, {"email": "a@example.net"}
    forms = [
        sent(external_id="1", customer=phone),
        sent(external_id="2", customer=mail),
        sent(external_id="3", customer={"phone": "+79160000002"}),
    ]
    receive(forms, source="web-form", now=NOW, proven=False)
    crm = [
        sent(external_id="1", customer={"phone": "+79160000002"}),
        sent(external_id="2", customer={"id": "C-1", **phone}),
        sent(external_id="3", customer={"phone": "+79160000003"}),
    ]
    receive(crm, source="crm", now=NOW)

    found = strangers_among(Customer.objects.values_list("pk", flat=True))

    rows = Customer.objects.filter(pk__in=found)
    assert sorted((one.phone or "", one.email or "") for one in rows) == [
        ("", "a@example.net"),
        ("+79160000001", ""),
    ]


def test_strangers_beyond_the_day_are_left_out_and_counted(settings, caplog):
    settings.STRANGERS_TOLD_PER_DAY = 3
    known = make_customer()
    spot = make_flooded(known, letters=5)

    assert transitions.plan_messages(now=NOW) == 4

    batch = Announcement.objects.get(case=spot)
    assert (batch.told, batch.strangers, batch.left_out) == (4, 3, 2)
    assert Message.objects.filter(customer=known).exists()
    assert "2 strangers are told nothing" in caplog.text
    assert in_words(outcome(batch))[-1].endswith(" 2")

    make_flooded(make_customer(), letters=2, first=5)
    transitions.plan_messages(now=NOW + timedelta(minutes=1))
    later = Announcement.objects.latest("pk")
    assert (later.told, later.strangers, later.left_out) == (1, 0, 2)


def test_whose_phone_anybody_may_type_is_told_out_of_the_same_room(settings):
    """Where a CRM names customers by phone alone, each phone that a script tries is somebody's."""
    settings.STRANGERS_TOLD_PER_DAY = 3
    customers = [make_customer(crm_id=f"tel:{number}") for number in range(6)]
    for customer in customers:
        make_complaint(customer=customer, resolved_at=NOW)
    typed = [make_complaint(customer=one, proven=False) for one in customers]
    own = make_complaint(customer=customers[0])
    spot = make_spot(complaints=[own, *typed], state="fixed", fixed_at=NOW, place="Мытищи")
    make_event(spot)

    assert transitions.plan_messages(now=NOW) == 4

    batch = Announcement.objects.get(case=spot)
    assert (batch.told, batch.strangers, batch.left_out) == (4, 3, 2)
    told = set(Message.objects.values_list("customer", flat=True))
    assert told == {one.pk for one in customers[:4]}
    assert set(Invitation.objects.values_list("customer", flat=True)) == told


def test_known_customers_are_told_before_strangers(settings):
    settings.STRANGERS_TOLD_PER_DAY = 1
    [stranger] = make_strangers(1)
    known = make_customer(crm_id="tel:1")
    make_complaint(customer=known, resolved_at=NOW)
    forms = [make_complaint(customer=one, proven=False) for one in (stranger, known)]
    make_event(make_spot(complaints=forms, state="fixed", fixed_at=NOW, place="Мытищи"))

    transitions.plan_messages(now=NOW)

    assert Message.objects.get().customer == known


def test_few_strangers_are_asked_how_a_fix_is(monkeypatch):
    monkeypatch.setattr(strangers, "MOST_STRANGERS", 2)
    known = [make_customer() for _ in range(3)]
    make_flooded(*known, letters=5)

    transitions.plan_messages(now=NOW)

    asked = Invitation.objects.values_list("customer", flat=True)
    assert len(asked) == 5
    assert {one.pk for one in known} <= set(asked)
    unasked = Message.objects.exclude(customer__in=asked)
    assert unasked.count() == 3
    assert not any("/r/" in one.text for one in unasked)


def test_strangers_undo_no_fix_and_make_no_case_more_urgent():
    """They cost nothing: letters under as many names as somebody likes, each asked how it is."""
    known = [make_customer() for _ in range(2)]
    spot = make_flooded(*known, letters=8)
    transitions.plan_messages(now=NOW)
    for one in Invitation.objects.exclude(customer__in=known):
        surveys.answer(invitation_id=one.pk, question=1, said=Said(1), now=NOW)

    surveys.tell_cases(now=NOW)

    assert reopen_unhappy(now=NOW) == 0
    spot.refresh_from_db()
    assert (spot.state, spot.unhappy) == ("fixed", 0)


def test_what_strangers_answer_is_kept_and_counts_in_no_figure(rf):
    make_survey("fixed_later")
    known = make_customer()
    spot = make_flooded(known, letters=3)
    transitions.plan_messages(now=NOW)
    surveys.find(now=NOW)
    for one in Invitation.objects.filter(touch_point="fixed"):
        good = 5 if one.customer == known else 1
        surveys.answer(invitation_id=one.pk, question=1, said=Said(good), now=NOW)

    assert Answer.objects.count() == 4
    assert list(Answer.objects.counted().values_list("score", flat=True)) == [5]
    assert {one.customer for one in Invitation.objects.counted()} == {known}
    assert Invitation.objects.count() == 8
    Message.objects.update(state="delivered", handed_over_at=NOW, delivered_at=NOW)
    told = figures.told(Scope(NO_WALLS, NOW + timedelta(hours=1), ZoneInfo("UTC"), days=7))
    assert (told.ratings, told.mean) == (1, 5)
    assert (told.customers, told.answered) == (4, Share(1, 1))
    request = rf.get("/")
    request.user = make_user("supervisor")
    _template, shown = on_spot.answered(request, spot)
    assert (shown["total"], shown["average"], shown["of_strangers"]) == (1, 5, 3)


def test_few_strangers_are_asked_later_how_a_fix_is(monkeypatch):
    monkeypatch.setattr(unasked, "MOST_STRANGERS", 2)
    make_survey("fixed_later")
    known = make_customer()
    make_flooded(known, letters=5)

    surveys.find(now=NOW)

    asked = Invitation.objects.values_list("customer", flat=True)
    assert len(asked) == 3
    assert known.pk in asked


def test_no_stranger_is_in_a_sample_of_customers():
    """Else whoever writes letters under enough names says what people think of the operator."""
    make_survey("sample", per_day=50)
    known = [make_customer() for _ in range(2)]
    make_flooded(*known, letters=5)

    surveys.find(now=NOW)

    asked = Invitation.objects.filter(survey__trigger="sample")
    assert set(asked.values_list("customer", flat=True)) == {one.pk for one in known}


def test_a_customer_whom_the_crm_names_by_phone_alone_counts():
    customers = [make_customer(crm_id=f"tel:{number}") for number in range(3)]
    spot = make_fixed_spot(*customers)
    for customer in customers:
        make_answer(1, invitation=make_invitation(case=spot, customer=customer))

    assert reopen_unhappy(now=NOW) == 1
