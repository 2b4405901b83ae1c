"""A wish goes to a department, is voted for, is answered; and its author hears the answer once."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from complaints.customers.consent import OptOut
from complaints.customers.personal import blind_index
from feedback.insights import transitions
from feedback.insights.measuring import Loop, loop_of
from feedback.insights.transitions import moving
from feedback.models import Insight, InsightStep, Message
from feedback.surveys.scores import Csat
from spots.models import Letter
from tests.factories import (
    NOW,
    make_brand,
    make_comment,
    make_customer,
    make_department,
    make_insight,
    make_invitation,
    make_user,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
BOARD = reverse("admin:feedback_insight_board")


def raised(**fields) -> Insight:
    """A wish out of a customer's comment."""
    customer = make_customer(phone="+79161234512", **fields)
    comment = make_comment(
        "Сделайте тариф для дачи, звоните +79161234512",
        invitation=make_invitation(customer=customer),
    )
    told = {"title": "Тариф для дачи", "words": "", "department": make_department()}
    walls = {"brand": customer.brand, "region": None}
    told = {**told, **walls, "comment_id": comment.pk, "by": make_user("dispatcher"), "now": NOW}
    first, again = transitions.raise_insight(**told), transitions.raise_insight(**told)
    assert first == again
    return first


def test_a_comment_becomes_one_wish_of_its_own_brand_and_region_without_phones():
    row = raised()

    of = row.comment.answer.invitation
    assert (row.brand, row.region, row.customer) == (of.brand, of.region, of.customer)
    assert "дачи" in row.words
    assert "9161234512" not in row.words
    assert InsightStep.objects.get().kind == "raised"


def test_the_customer_hears_what_was_done_once_however_often_it_ends():
    row, by = raised(), make_user("supervisor")

    for _ in range(2):
        transitions.finish(insight_id=row.pk, answer="Тариф есть с мая.", by=by, now=LATER)
        transitions.reopen(insight_id=row.pk, by=by, now=LATER)

    message = Message.objects.get(reason="insight")
    assert "Тариф есть с мая." in message.text
    assert (message.customer, message.case) == (row.customer, None)


def test_a_customer_who_wants_no_messages_gets_none():
    row = raised()
    OptOut.objects.create(customer=row.customer, purpose="service", at=NOW, told_by="sms")

    transitions.decline(insight_id=row.pk, answer="Нет.", by=make_user("supervisor"), now=LATER)

    assert not Message.objects.filter(reason="insight").exists()


def test_an_author_of_the_staff_gets_a_letter_but_not_of_their_own_doing():
    author, by = make_user("agent", email="a@example.org"), make_user("supervisor")
    told, own = make_insight(raised_by=author), make_insight(raised_by=by)

    for row in (told, own):
        transitions.finish(insight_id=row.pk, answer="Сделали.", by=by, now=LATER)

    letter = Letter.objects.get()
    assert letter.user == author
    assert "Сделали." in letter.text


@pytest.mark.parametrize(
    ("moves", "state", "owner"),
    [
        (["take"], "working", True),
        (["take", "send"], "new", False),
        (["take", "decline"], "declined", True),
        (["finish", "reopen", "take"], "working", True),
    ],
)
def test_an_insight_lives_as_its_table_of_moves_says(moves, state, owner):
    row, by = make_insight(), make_user("supervisor")
    more = {
        "send": {"department": make_department("Магазины")},
        "finish": {"answer": "Да."},
        "decline": {"answer": "Нет."},
    }

    for name in moves:
        move = getattr(transitions, name)
        move(insight_id=row.pk, by=by, now=LATER, **more.get(name, {}))

    row.refresh_from_db()
    assert (row.state, row.owner == by) == (state, owner)


@pytest.mark.parametrize(
    ("role", "move", "said"),
    [
        ("agent", "take", {}),
        ("supervisor", "finish", {"answer": " "}),
        ("supervisor", "reopen", {}),
    ],
)
def test_what_is_not_allowed_is_refused(role, move, said):
    row = make_insight()

    with pytest.raises(transitions.RefusedError):
        getattr(transitions, move)(insight_id=row.pk, by=make_user(role), now=LATER, **said)


def test_the_outer_loop_is_measured_from_the_wish_to_who_heard_of_it(signed_in):
    by = make_user("supervisor")
    for answered in (True, False):
        row = raised(crm_id=f"one-{answered}", email="a@example.org" if answered else "")
        end = transitions.finish if answered else transitions.decline
        at = NOW + timedelta(days=2 if answered else 6)
        end(insight_id=row.pk, answer="Тариф есть.", by=by, now=at)
    make_insight()
    make_insight(raised_at=NOW - timedelta(days=200))
    Message.objects.filter(reason="insight", customer__crm_id="one-True").update(
        state="delivered", delivered_at=NOW
    )

    found = loop_of(Insight.objects.all(), now=NOW + timedelta(days=7))

    assert found == Loop(3, 2, 1, 1, 4.0, Csat(1, 2))
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        page = signed_in(by).get(BOARD).content.decode()
    assert "узнали 1 из 2" in page


def test_each_votes_once_and_may_take_it_back(signed_in):
    row, other = make_insight(), make_user("agent")
    transitions.vote(insight_id=row.pk, wanted=True, by=other, now=NOW)
    client = signed_in("engineer")
    address = reverse("admin:feedback_insight_vote", args=[row.pk])

    counts = []
    for wanted in ("yes", "yes", "no"):
        client.post(address, {"wanted": wanted})
        row.refresh_from_db()
        counts.append(row.votes)

    assert counts == [2, 2, 1]


def test_an_idea_of_the_staff_is_raised_on_the_page_within_ones_own_walls(signed_in):
    client = signed_in("agent")
    rival = make_brand("rival")
    sent = {"title": "Ночной тариф", "words": "Спрашивают", "department": make_department().pk}
    address = reverse("admin:feedback_insight_raise")

    client.post(address, {**sent, "brand": make_brand().pk})
    client.post(address, {**sent, "brand": rival.pk})

    assert list(Insight.objects.values_list("title", "brand__code")) == [("Ночной тариф", "demo")]


def test_nothing_of_another_brand_is_on_the_board_or_moved(client):
    reader = make_user("supervisor", everywhere=False)
    reader.brands.add(make_brand())
    client.force_login(reader, backend="heatmaps_project.accounts.backends.RoleBackend")
    make_insight(title="our wish")
    foreign = make_insight(title="rival wish", brand=make_brand("rival"))
    comment = make_comment(invitation=make_invitation(customer=make_customer(brand=foreign.brand)))

    page = client.get(BOARD).content.decode()
    sent = {"title": "x", "department": make_department().pk, "answer": "x"}
    refused = [
        client.post(reverse("admin:feedback_insight_vote", args=[foreign.pk])),
        client.post(reverse("admin:feedback_insight_move", args=[foreign.pk, "take"])),
        client.post(f"{reverse('admin:feedback_insight_raise')}?comment={comment.pk}", sent),
    ]

    assert "our wish" in page
    assert "rival wish" not in page
    assert [one.status_code for one in refused] == [404] * 3


def test_the_queries_of_the_board_do_not_grow(signed_in, django_assert_max_num_queries):
    client = signed_in("supervisor")
    for number in range(12):
        make_insight(department=make_department(f"Отдел {number}"))

    with django_assert_max_num_queries(15):
        client.get(BOARD)


def test_whoever_takes_it_says_by_when_there_is_more_to_say(signed_in):
    row, by = make_insight(), make_user("supervisor", language="en")
    take = reverse("admin:feedback_insight_move", args=[row.pk, "take"])
    client = signed_in(by)
    soon, later = (NOW + timedelta(days=n) for n in (3, 9))

    with time_machine.travel(NOW, tick=False):
        client.post(take, {"next_on": (NOW - timedelta(days=1)).date()})
        row.refresh_from_db()
        assert (row.state, row.next_on) == ("new", None)
        for day in (soon, soon, later):
            client.post(take, {"next_on": day.date()})
        client.post(take, {})  # what was said stays

    row.refresh_from_db()
    assert (row.owner, row.next_on) == (by, later.date())
    assert [step.note for step in row.steps.order_by("pk") if step.kind == "take"] == [
        f"{soon:%Y-%m-%d}",
        f"{later:%Y-%m-%d}",
    ]
    assert "next word by" in client.get(BOARD).content.decode()
    page = client.get(reverse("admin:feedback_insight_change", args=[row.pk])).content.decode()
    assert f"next word by {later.day} {later:%B %Y}" in page


def test_two_are_made_one_with_everybodys_votes_once_and_both_authors_hear_its_end(signed_in):
    wish, idea = raised(), make_insight(title="Тариф выходного дня")
    by, fan, both = (make_user("supervisor") for _ in range(3))
    for insight, voters in ((wish, (fan, both)), (idea, (both,))):
        for user in voters:
            transitions.vote(insight_id=insight.pk, wanted=True, by=user, now=NOW)

    transitions.join(insight_id=wish.pk, into=idea, by=by, now=NOW)
    transitions.finish(insight_id=idea.pk, answer="Есть с мая.", by=by, now=LATER)

    wish.refresh_from_db()
    idea.refresh_from_db()
    assert (wish.state, wish.same_as, idea.votes) == ("joined", idea, 2)
    assert Message.objects.get(reason="insight").customer == wish.customer
    assert Letter.objects.get().user == idea.raised_by
    page = signed_in(by).get(BOARD)
    assert {column.state for column in page.context_data["columns"]} == {
        *("new", "working", "done", "declined")
    }


def test_what_cannot_be_one_is_refused(signed_in):
    by, row, ended = make_user("supervisor"), make_insight(), make_insight()
    rival = make_insight(brand=make_brand("rival"))
    transitions.decline(insight_id=ended.pk, answer="Нет.", by=by, now=NOW)

    for other in (row, ended, rival):
        with pytest.raises(transitions.RefusedError):
            transitions.join(insight_id=row.pk, into=other, by=by, now=NOW)
    address = reverse("admin:feedback_insight_move", args=[row.pk, "join"])
    for number in (rival.pk, 10**12, ""):
        signed_in(by).post(address, {"same_as": number})

    row.refresh_from_db()
    assert (row.state, row.same_as) == ("new", None)


def test_a_customers_phone_is_no_part_of_what_everybody_reads():
    """Wishes are the whole staff's: a phone that one has looked at is not passed on there."""
    phone, by = "+79161234512", make_user("supervisor")
    make_customer(phone=phone, phone_index=blind_index(phone))
    said = f"{'a' * 136} 89161234512"  # 148 letters, and masked 153
    where = {"brand": make_brand(), "region": None, "department": make_department()}

    row = transitions.raise_insight(title=said, words=phone, **where, by=by, now=NOW)
    row = transitions.finish(insight_id=row.pk, answer=f"call {phone}", by=by, now=LATER)

    told = [row.title, row.words, row.answer, *row.steps.values_list("note", flat=True)]
    assert "1234512" not in " ".join(told)
    assert (row.words, row.answer) == ("+7 916 ***-**-12", "call +7 916 ***-**-12")


def test_nobody_writes_words_of_their_own_to_everybody_who_commented(monkeypatch):
    """An engineer raised a wish of any comment, and ended it: a text to whoever had commented."""
    monkeypatch.setattr(moving, "ALONE_A_DAY", 3)
    engineer, planner, department = make_user("engineer"), make_user("planner"), make_department()

    def raised_by(one, *, ended_by, now=LATER, into=None):
        comment = make_comment("Спасибо", invitation=make_invitation(customer=make_customer()))
        brand = comment.answer.invitation.brand
        told = {"title": "x", "words": "", "department": department, "brand": brand, "region": None}
        row = transitions.raise_insight(**told, comment_id=comment.pk, by=one, now=NOW)
        if into is not None:
            return transitions.join(insight_id=row.pk, into=into, by=one, now=NOW)
        if ended_by is not None:
            transitions.finish(insight_id=row.pk, answer="evil.example", by=ended_by, now=now)
        return row

    for _ in range(2):
        raised_by(engineer, ended_by=engineer)
    both = raised_by(engineer, ended_by=None)
    raised_by(engineer, ended_by=None, into=both)
    for end in (transitions.finish, transitions.decline):
        with pytest.raises(transitions.RefusedError):
            end(insight_id=both.pk, answer="evil.example", by=engineer, now=LATER)
    assert Message.objects.filter(reason="insight").count() == 2
    both.refresh_from_db()
    assert both.state == "new"

    # what somebody else raised, or ends, two persons have looked at; and a day later it is another
    raised_by(engineer, ended_by=engineer)
    for _ in range(4):
        raised_by(planner, ended_by=engineer)
    transitions.finish(insight_id=both.pk, answer="Сделано.", by=planner, now=LATER)
    raised_by(engineer, ended_by=engineer, now=LATER + timedelta(days=1))
    assert Message.objects.filter(reason="insight").count() == 10
