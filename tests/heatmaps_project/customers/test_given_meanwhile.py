"""A customer is erased while something is done for them: nothing is, and nothing of them stays."""

from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

import pytest

from complaints.customers.transitions import describe
from complaints.models import Complaint, Customer
from feedback.followups.models import FollowUpStep
from feedback.goodwill import transitions as goodwill
from feedback.goodwill.given import AskedGift, Given
from feedback.goodwill.models import GiftCode, GoodwillLimit
from feedback.insights import transitions as insights
from feedback.models import IncomingText, Insight, Message
from feedback.notifications import transitions as notifications
from heatmaps_project.desk.danger.states import Danger
from heatmaps_project.desk.danger.transitions import raise_alarm
from heatmaps_project.desk.requests.models import ServiceRequest
from heatmaps_project.desk.requests.transitions import ask
from heatmaps_project.desk.reviews.transitions import review
from heatmaps_project.models import Emergency, Review
from tests.factories import (
    NOW,
    make_comment,
    make_customer,
    make_department,
    make_gift,
    make_gift_rule,
    make_goodwill_limit,
    make_invitation,
    make_lookup,
    make_request_kind,
    make_review,
    make_topic,
    make_touch,
    make_user,
)
from tests.feedback.test_texts_not_understood import make_text
from tests.heatmaps_project.customers.test_erased_meanwhile import PHONE, WORDS, forget, meet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("cost", [500, 1500], ids=["given", "asked for"])
def test_no_gift_is_given_and_no_note_stays(cost):
    customer, by = make_customer(phone=PHONE), make_user("dispatcher")
    gift = make_gift(cost=cost)
    make_goodwill_limit()
    GoodwillLimit.objects.update(money_per_gift=1000, money_with_second=2000)

    def gives() -> None:
        said = {"gift_id": gift.pk, "customer_id": customer.pk, "reason": "apology"}
        with suppress(goodwill.RefusedError):
            goodwill.give(key=uuid4(), note=WORDS, by=by, now=NOW, **said)

    meet(lambda: forget(customer), gives)

    assert not Given.objects.exists()
    assert not AskedGift.objects.exists()
    assert not GiftCode.objects.filter(taken=True).exists()


def test_no_rule_gives_them_anything():
    customer = make_customer(phone=PHONE)
    make_gift_rule(brand=customer.brand)
    make_touch(touch_point="birthday", customer=customer)

    meet(lambda: forget(customer), lambda: goodwill.give_on_occasions(now=NOW))

    assert not Given.objects.exists()


def test_what_the_crm_tells_at_the_same_moment_brings_no_phone_back():
    customer = make_customer(phone=PHONE)

    def describes() -> None:
        with suppress(Customer.DoesNotExist):
            describe(customer_id=customer.pk, told={"phone": PHONE}, now=NOW)

    meet(lambda: forget(customer), describes)

    customer.refresh_from_db()
    assert not (customer.phone or customer.phone_index)


@pytest.mark.parametrize("what", ["reply", "complaint", "follow_up"])
def test_nothing_is_made_of_what_they_texted(what):
    customer, by, topic = make_customer(phone=PHONE), make_user("dispatcher"), make_topic()
    said = {"text_id": make_text(WORDS, PHONE.lstrip("+")).pk, "by": by, "now": NOW}
    doing = {
        "reply": lambda: notifications.reply(words=WORDS, **said),
        "complaint": lambda: notifications.make_complaint(topic=topic, address="x", **said),
        "follow_up": lambda: notifications.follow_up(**said),
    }[what]

    def does() -> None:
        with suppress(notifications.TextRefusedError, IncomingText.DoesNotExist):
            doing()

    meet(lambda: forget(customer), does)

    assert not Complaint.objects.filter(text__isnull=False).exists()
    assert not Message.objects.exists()
    assert not FollowUpStep.objects.exists()


def said_of(customer: Customer) -> dict[str, Callable[[], object]]:
    """What agents, and those who listen to them, write down of a call with somebody."""
    by, lookup = make_user("supervisor"), make_lookup(customer=customer, brand=customer.brand)
    kind, listened = make_request_kind(brand=customer.brand), make_review(call=lookup.call)
    comment = make_comment(WORDS, invitation=make_invitation(customer=customer))
    wish = {"title": "x", "words": "", "department": make_department(), "comment_id": comment.pk}
    heard = {"note": WORDS, "recording": "https://calls.example.org/7"}
    beside = {"by": by, "now": NOW}
    of_lookup = {"key": uuid4(), "lookup": lookup, "words": WORDS, **beside}
    return {
        "request": lambda: ask(kind=kind, **of_lookup),
        "alarm": lambda: raise_alarm(danger=Danger.HEALTH, **of_lookup),
        "review": lambda: review(review_id=listened.pk, scores={}, **heard, **beside),
        "wish": lambda: insights.raise_insight(brand=customer.brand, region=None, **wish, **beside),
    }


@pytest.mark.parametrize("what", ["request", "alarm", "review", "wish"])
@pytest.mark.parametrize("when", ["at the same moment", "afterwards"])
def test_of_a_call_with_them_nothing_is_written_down(what, when):
    """An agent's page stays open, with what was looked up before."""
    customer = make_customer(phone=PHONE)
    doing = said_of(customer)[what]

    def does() -> None:
        with suppress(Customer.DoesNotExist):
            doing()

    if when == "afterwards":
        forget(customer)
        does()
    else:
        meet(lambda: forget(customer), does)

    assert not ServiceRequest.objects.exists()
    assert not Emergency.objects.filter(customer=customer).exists()
    assert {(one.note, one.recording) for one in Review.objects.all()} == {("", "")}
    assert not Insight.objects.filter(words__isnull=False).exists()
