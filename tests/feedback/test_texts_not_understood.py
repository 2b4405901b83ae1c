"""Texts that no survey understood: people read them, and do something about each once."""

import pytest
from django.urls import reverse

from complaints.customers.consent import OptOut
from complaints.customers.personal import blind_index
from complaints.customers.walls import Walls
from complaints.models import Complaint
from feedback.followups import transitions as followups
from feedback.followups.states import Outcome
from feedback.models import FollowUp, IncomingText, Message
from feedback.notifications import transitions
from feedback.notifications.channels.outcome import TextFacts
from heatmaps_project.customers.transitions import erase
from tests.factories import (
    NOW,
    make_brand,
    make_customer,
    make_invitation,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db
ROWS = reverse("admin:feedback_incomingtext_changelist")
PHONE = "+79261234567"


def make_writer(**fields):
    return make_customer(phone=PHONE, phone_index=blind_index(PHONE), **fields)


def make_text(words: str = "А когда починят?", address: str = PHONE.lstrip("+")) -> IncomingText:
    """A text from a number that nobody asked anything."""
    facts = TextFacts("centre", address, "0650", words)
    transitions.take_text(facts, now=NOW)
    transitions.settle_texts(now=NOW)
    return IncomingText.objects.latest("pk")


def page_of(text: IncomingText) -> str:
    return reverse("admin:feedback_incomingtext_change", args=[text.pk])


def do(client, text: IncomingText, what: str, **said) -> str:
    address = reverse("admin:feedback_incomingtext_do", args=[text.pk, what])
    page = client.post(address, said, follow=True).content.decode()
    text.refresh_from_db()
    return page


def test_a_text_is_read_with_its_number_masked_and_what_was_understood_is_not_there(signed_in):
    make_writer()
    text = make_text("Мой номер +7 926 765-43-21, позвоните")
    make_text("СТОП")
    client = signed_in("dispatcher")

    rows = client.get(ROWS)
    page = client.get(page_of(text)).content.decode()

    assert [one.pk for one in rows.context["cl"].result_list] == [text.pk]
    for shown in (rows.content.decode(), page):
        assert "+7 926 ***-**-67" in shown
        assert PHONE.lstrip("+") not in shown
        assert "765-43-21" not in shown


def test_a_text_is_answered_once_by_a_text_to_its_number(signed_in):
    customer = make_writer(preferred_channel="email")
    text = make_text()
    client = signed_in("dispatcher")

    do(client, text, "reply", words="Завтра к {вечеру}.")
    again = do(client, text, "reply", words="Ещё раз")

    message = Message.objects.get()
    assert (message.customer, message.reason, message.channel) == (customer, "reply", "sms")
    assert message.text == f"{make_brand().name}: Завтра к {{вечеру}}."
    assert (text.handling, text.reply) == ("replied", message)
    assert "Что-то уже сделано" in again
    assert list(client.get(ROWS).context["cl"].result_list) == []
    assert [one.pk for one in client.get(ROWS, {"done": "yes"}).context["cl"].result_list] == [
        text.pk
    ]


def test_a_complaint_is_made_of_a_text_once(signed_in):
    customer, topic = make_writer(), make_topic()
    text = make_text("Нет сети дома")
    client = signed_in("supervisor")

    refused = do(client, text, "complaint", topic=topic.pk, address=" ")
    assert (text.handling, Complaint.objects.count()) == ("", 0)
    assert "message" in refused or "errornote" in refused or "alert" in refused
    for _ in range(2):
        do(client, text, "complaint", topic=topic.pk, address="Мытищи, Полевая, 5")

    complaint = Complaint.objects.get()
    assert (complaint.customer, complaint.topic, complaint.text) == (customer, topic, text.text)
    assert complaint.channel == "text"
    assert (text.handling, text.complaint) == ("complaint", complaint)


def test_a_customer_is_called_about_their_texts_once(signed_in):
    customer = make_writer()
    first, second = make_text("Уйду к другим. Мой номер +7 926 765-43-21"), make_text("Жду звонка")
    client = signed_in("dispatcher")

    for text in (first, first, second):
        do(client, text, "followup")

    row = FollowUp.objects.get()
    assert (row.customer, row.alarms, row.invitation) == (customer, ["wrote"], None)
    assert row.due_at > row.opened_at
    assert {first.followup, second.followup} == {row}
    assert list(row.steps.order_by("pk").values_list("kind", flat=True)) == ["raised", "wrote"]
    page = signed_in("supervisor").get(reverse("admin:feedback_followup_change", args=[row.pk]))
    shown = page.content.decode()
    assert "Уйду к другим" in shown
    assert "Жду звонка" in shown
    assert "765-43-21" not in shown

    erase(customer_id=customer.pk, by="crm", now=NOW)
    assert set(row.steps.values_list("note", flat=True)) == {""}


def test_a_text_of_a_called_customer_begins_another_follow_up(signed_in):
    make_writer()
    first, second = make_text("Когда?"), make_text("Опять то же")
    client = signed_in("supervisor")
    do(client, first, "followup")
    by = make_user("supervisor", username="other")
    followups.close(
        followup_id=first.followup.pk, outcome=Outcome.EXPLAINED, note="…", by=by, now=NOW
    )

    do(client, second, "followup")

    assert second.followup != first.followup
    assert FollowUp.objects.waiting().get() == second.followup


def test_many_are_marked_as_seen_at_once(signed_in):
    texts = [make_text(str(n)) for n in range(3)]
    client = signed_in("dispatcher")

    client.post(ROWS, {"action": "seen", "_selected_action": [one.pk for one in texts]})

    assert set(IncomingText.objects.values_list("handling", flat=True)) == {"seen"}
    assert set(IncomingText.objects.values_list("handled_by__username", flat=True)) != {None}


def test_a_stranger_or_whoever_wants_no_messages_is_not_written_to(signed_in):
    client = signed_in("dispatcher")
    stranger = make_text()
    page = client.get(page_of(stranger)).content.decode()
    assert f"/{stranger.pk}/do/seen/" in page
    assert f"/{stranger.pk}/do/reply/" not in page
    do(client, stranger, "reply", words="x")
    do(client, stranger, "followup")
    OptOut.objects.create(customer=make_writer(), purpose="service", at=NOW, told_by="web")
    do(client, stranger, "reply", words="x")

    assert (stranger.handling, Message.objects.count()) == ("", 0)


def test_a_text_behind_a_readers_walls_is_not_there(client):
    make_writer()
    text = make_text()
    rival = make_user("dispatcher", everywhere=False)
    rival.brands.add(make_brand("rival"))
    client.force_login(rival)

    assert list(client.get(ROWS).context["cl"].result_list) == []
    address = reverse("admin:feedback_incomingtext_do", args=[text.pk, "seen"])
    assert client.post(address).status_code == 404


def test_whoever_may_not_does_nothing_about_a_text():
    text = make_text()

    with pytest.raises(transitions.TextRefusedError):
        transitions.mark_seen(text_id=text.pk, by=make_user("engineer"), now=NOW)


def test_an_erased_customers_text_is_of_nobody():
    customer = make_writer()
    text = make_text()

    erase(customer_id=customer.pk, by="crm", now=NOW)

    text.refresh_from_db()
    assert (text.text, text.address) == ("", "")


def test_what_answers_another_brands_survey_is_not_read_by_whoever_knows_the_number():
    writer = make_writer()
    asked = make_invitation(customer=writer)
    answer, unasked = make_text("не понял"), make_text()
    IncomingText.objects.filter(pk=answer.pk).update(invitation=asked, meaning="unclear")
    rival = make_brand("rival")
    make_writer(brand=rival)

    theirs, ours = (
        IncomingText.objects.within(Walls(brands=frozenset({brand.pk}), regions=None))
        for brand in (rival, writer.brand)
    )

    assert set(theirs) == {unasked}
    assert set(ours) == {answer, unasked}
