"""What the page of a spot shows of feedback."""

import pytest
from django.template.loader import render_to_string

from feedback import on_spot
from feedback.models import Message
from feedback.notifications import transitions
from tests.factories import (
    NOW,
    make_answer,
    make_complaint,
    make_customer,
    make_fixed_spot,
    make_invitation,
    make_user,
)

pytestmark = pytest.mark.django_db


def seen(rf, panel, case, role="dispatcher") -> str | None:
    request = rf.get("/")
    request.user = make_user(role)
    made = panel(request, case)
    return made and render_to_string(*made, request=request)


def test_who_was_told_how_far_it_has_come_and_who_is_left_out(rf):
    customers = [make_customer(phone="+79161234512"), make_customer(phone="", email="")]
    spot = make_fixed_spot(*customers)
    spot.memberships.create(complaint=make_complaint(customer=None), since=NOW)
    transitions.plan_messages(now=NOW)
    Message.objects.update(state="delivered", delivered_at=NOW)

    page = seen(rf, on_spot.told, spot)

    assert "+7 916 ***-**-12" in page
    assert "told-delivered" in page
    assert page.count("told-failed") == 2  # one without contact, one complaint without customer
    assert "http://127.0.0.1:8000/r/" in page


@pytest.mark.parametrize("role", ["engineer", "dispatcher", "supervisor"])
def test_nobody_sees_a_link_to_answer_with(rf, role):
    spot = make_fixed_spot(make_customer())
    transitions.plan_messages(now=NOW)

    assert "http://127.0.0.1:8000/r/•••/" in seen(rf, on_spot.told, spot, role)


@pytest.mark.parametrize(("role", "offered"), [("dispatcher", 1), ("engineer", 0)])
def test_what_failed_can_be_sent_again_from_the_spot_by_those_who_may(rf, role, offered):
    spot = make_fixed_spot(make_customer(), make_customer())
    transitions.plan_messages(now=NOW)
    Message.objects.filter(pk=Message.objects.first().pk).update(state="failed")

    assert seen(rf, on_spot.told, spot, role).count('value="send_again"') == offered


def test_average_distribution_and_comments_without_what_tells_who_said_them(rf):
    customers = [make_customer() for _ in range(3)]
    spot = make_fixed_spot(*customers)
    for customer, rating, comment in zip(
        customers, (5, 4, 1), ("", "Звоните +79161234512", ""), strict=True
    ):
        invitation = make_invitation(customer=customer, case=spot)
        make_answer(rating, comment, invitation=invitation)

    page = seen(rf, on_spot.answered, spot)

    assert "3,3" in page or "3.3" in page
    assert "Звоните •••" in page


@pytest.mark.parametrize("panel", [on_spot.told, on_spot.answered])
def test_those_who_do_not_work_with_customers_see_neither(rf, panel):
    assert seen(rf, panel, make_fixed_spot(), "planner") is None


@pytest.mark.parametrize("panel", [on_spot.told, on_spot.answered])
def test_a_spot_that_nobody_was_told_about_says_so(rf, panel):
    assert "told-why" in seen(rf, panel, make_fixed_spot())
