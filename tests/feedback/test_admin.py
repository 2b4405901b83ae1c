"""What staff see of messages and answers, and what they may do."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.models import Message, Template
from feedback.notifications import transitions
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_cause,
    make_customer,
    make_fixed_spot,
    make_invitation,
    make_message,
    make_region,
)

pytestmark = pytest.mark.django_db

MESSAGES = reverse("admin:feedback_message_changelist")
ANSWERS = reverse("admin:feedback_answer_changelist")
TEMPLATES = reverse("admin:feedback_template_changelist")
SEES = ("dispatcher", "engineer", "supervisor", "administrator")
SEES_NOT = ("agent", "planner")


def page_of(message: Message) -> str:
    return reverse("admin:feedback_message_change", args=[message.pk])


@pytest.mark.parametrize("url", [MESSAGES, ANSWERS])
@pytest.mark.parametrize("role", SEES)
def test_those_who_work_with_customers_see_the_lists(signed_in, role, url):
    make_message()
    make_answer()

    assert signed_in(role).get(url).status_code == 200


@pytest.mark.parametrize("url", [MESSAGES, ANSWERS, TEMPLATES])
@pytest.mark.parametrize("role", SEES_NOT)
def test_the_others_do_not(signed_in, role, url):
    assert signed_in(role).get(url).status_code == 403


def test_a_recipient_is_masked_and_the_text_is_there(signed_in):
    message = make_message(customer=make_customer(phone="+79161234512"))

    page = signed_in("dispatcher").get(page_of(message)).content.decode()
    rows = signed_in("dispatcher").get(MESSAGES).content.decode()

    assert "Мы исправили связь" in page
    for seen in (page, rows):
        assert "+7 916 ***-**-12" in seen
        assert "1234512" not in seen


@pytest.mark.parametrize("role", SEES)
def test_nobody_of_the_staff_gets_a_link_to_answer_with(signed_in, role):
    """Whoever is judged by what customers say would answer for them, and nobody could tell."""
    message = make_message()

    page = signed_in(role).get(page_of(message)).content.decode()

    assert "/r/abc/" not in page
    assert "/r/•••/" in page


def test_a_subject_is_as_silent_as_its_text(signed_in):
    """A template's subject may hold the link, and the code of a gift, too."""
    link = make_message(channel="email", subject="Оцените: http://127.0.0.1:8000/r/abc/")
    gift = make_message(
        reason="gift",
        channel="email",
        subject="Ваш код LETO-7",
        text="Код: LETO-7",
        own_values='{"code": "LETO-7"}',
    )

    for role in ("engineer", "dispatcher"):
        pages = [signed_in(role).get(page_of(one)).content.decode() for one in (link, gift)]

        assert "Оцените" in pages[0] and "/r/abc/" not in pages[0]
        assert "Ваш код •••" in pages[1] and "LETO-7" not in pages[1]


def test_a_comment_is_shown_without_numbers_and_addresses(signed_in):
    make_answer(comment="Позвоните +7 916 123-45-12 или ana@example.org, спасибо")

    page = signed_in("engineer").get(ANSWERS).content.decode()

    assert "Позвоните ••• или •••, спасибо" in page


@pytest.mark.parametrize("role", ["dispatcher", "supervisor"])
def test_nobody_sees_beyond_their_brands_and_regions(signed_in, role):
    foreign_brand = make_brand("other")
    foreign = make_message(
        customer=(customer := make_customer(brand=foreign_brand)),
        case=make_fixed_spot(customer, brand=foreign_brand),
    )
    far = make_message(
        customer=(customer := make_customer()),
        case=make_fixed_spot(customer, region=make_region("far", lon=60)),
    )
    for message in (foreign, far):
        make_answer(comment="тайна", invitation=message.invitation)
    client = signed_in(role)

    assert client.get(page_of(foreign)).status_code == 302  # as if there were none
    assert client.get(page_of(far)).status_code == 302
    assert "тайна" not in client.get(ANSWERS).content.decode()
    assert page_of(far) not in client.get(MESSAGES).content.decode()


def test_send_again_from_the_list(signed_in):
    failed, done = make_message(state="failed"), make_message(state="cancelled")
    client = signed_in("dispatcher")

    seen = client.post(
        MESSAGES,
        {"action": "send_again", "_selected_action": [failed.pk, done.pk]},
        follow=True,
    )

    failed.refresh_from_db()
    done.refresh_from_db()
    assert (failed.state in {"planned", "held"}, done.state) == (True, "cancelled")
    assert failed.resent_by.role == "dispatcher"
    assert [str(message.level_tag) for message in seen.context["messages"]] == ["error", "success"]


def test_an_engineer_is_not_offered_to_send_again(signed_in):
    message = make_message(state="failed")
    client = signed_in("engineer")

    client.post(MESSAGES, {"action": "send_again", "_selected_action": [message.pk]})

    message.refresh_from_db()
    assert message.state == "failed"


@pytest.mark.parametrize("model", ["message", "answer"])
def test_what_was_sent_and_said_is_never_edited(signed_in, model):
    make_answer(invitation=make_message().invitation)
    client = signed_in("administrator")

    assert client.get(reverse(f"admin:feedback_{model}_add")).status_code == 403


@pytest.mark.parametrize("url", [MESSAGES, ANSWERS])
def test_a_list_takes_as_many_queries_for_many_rows_as_for_few(
    signed_in, django_assert_max_num_queries, url
):
    client = signed_in("supervisor")
    make_answer(invitation=make_message().invitation)
    with django_assert_max_num_queries(30) as few:
        client.get(url)
    for _ in range(5):
        make_answer(invitation=make_message().invitation)
    with django_assert_max_num_queries(30) as many:
        client.get(url)

    assert len(many) == len(few)


def test_the_list_of_surveys_counts_invitations_and_the_page_of_one_does_not(signed_in):
    client = signed_in("administrator")
    survey = make_invitation().survey
    make_invitation(survey=survey)

    rows = client.get(reverse("admin:feedback_survey_changelist"))
    with CaptureQueriesContext(connection) as page:
        client.get(reverse("admin:feedback_survey_change", args=[survey.pk]))

    assert [one.invited for one in rows.context["cl"].result_list if one.pk == survey.pk] == [2]
    assert not [one["sql"] for one in page if 'COUNT("feedback_invitation"' in one["sql"]]


def test_answers_are_filtered_by_rating(signed_in):
    make_answer(1, "плохо стало")
    make_answer(5, "отлично всё")

    page = signed_in("supervisor").get(ANSWERS, {"rating": "low"}).content.decode()

    assert "плохо стало" in page
    assert "отлично всё" not in page


# Templates


def form(**fields):
    row = {"reason": "fixed", "channel": "sms", "language": "ru", "body": "Готово. Оцените: {link}"}
    row["when_unsure"] = "once"
    return {**row, "brand": "", "cause": "", "topic": "", "subject": "", **fields}


def test_an_administrator_writes_a_template_that_is_used_from_then_on(signed_in):
    client = signed_in("administrator")

    client.post(reverse("admin:feedback_template_add"), form(cause=make_cause().pk))
    make_fixed_spot(make_customer())
    transitions.plan_messages(now=NOW)

    template = Template.objects.get()
    assert Message.objects.get().template == template
    assert template.history.count() == 1
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"body": "{plaice} {link}"}, "body"),
        ({"body": "{place.__class__} {link}"}, "body"),
        ({"body": "Готово"}, "body"),
        ({"body": "{link} до {eta}"}, "body"),
        ({"channel": "email"}, "subject"),
        ({"channel": "email", "subject": "{wrong}"}, "subject"),
    ],
)
def test_a_template_that_could_not_be_filled_is_refused(signed_in, fields, field):
    seen = signed_in("administrator").post(reverse("admin:feedback_template_add"), form(**fields))

    assert field in seen.context["adminform"].form.errors
    assert not Template.objects.exists()


def test_two_templates_for_the_same_are_refused(signed_in):
    client = signed_in("administrator")
    client.post(reverse("admin:feedback_template_add"), form())

    seen = client.post(reverse("admin:feedback_template_add"), form(body="Иначе. Оцените: {link}"))

    assert seen.status_code == 200
    assert Template.objects.count() == 1


def test_a_text_is_shown_as_it_is_being_written_as_a_customer_would_read_it(signed_in):
    older = make_fixed_spot(make_customer())
    make_fixed_spot(make_customer(), place="ул. Лесная")
    client, preview = signed_in("administrator"), reverse("admin:feedback_template_preview")
    body = "{place}: {cause}. {link}"

    newest = client.post(preview, form(body=body)).content.decode()
    named = form(body=body, preview_case=older.pk)
    chosen = client.post(preview, named).content.decode()
    wrong = client.post(preview, form(body="{plaice}")).content.decode()

    assert "ул. Лесная: авария электропитания базовой станции." in newest
    assert "Мытищи, ул. Полевая: авария" in chosen
    assert "UCS-2 · 115 / 134" in chosen
    assert "{plaice}" in wrong
    assert not Template.objects.exists()
