"""The page that the link in a message opens."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from complaints.models import OptOut
from feedback.models import Answer, Invitation
from feedback.surveys import transitions, views
from feedback.surveys.links import links_to
from feedback.surveys.questions import Said
from tests.factories import NOW, make_answer, make_customer, make_invitation, make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True)


def path_of(invitation: Invitation) -> str:
    return links_to([invitation.pk])[invitation.pk].removeprefix("http://127.0.0.1:8000")


class Buttons(HTMLParser):
    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        if tag == "button":
            self.found.append(dict(attrs))


def test_one_tap_rates_without_a_cookie_or_a_script(visitor):
    invitation = make_invitation()

    seen = visitor.post(path_of(invitation), {"question": "1", "score": "4"})

    answer = Answer.objects.get()
    assert (answer.invitation, answer.score, answer.at) == (invitation, 4, NOW)
    assert seen.status_code == 303
    assert visitor.get(seen["Location"]).status_code == 200


def test_each_score_is_a_button_of_its_own_with_a_name_for_those_who_hear_it(visitor):
    page = visitor.get(path_of(make_invitation())).content

    scores = [button for button in Buttons(page).found if button.get("name") == "score"]
    assert [button["value"] for button in scores] == ["1", "2", "3", "4", "5"]
    assert all(button["aria-label"].startswith(f"{button['value']}: ") for button in scores)
    assert b"<script" not in page


def test_a_rating_stands_even_if_the_comment_is_never_written(visitor):
    path = path_of(make_invitation())
    visitor.post(path, {"question": "1", "score": "2"})

    visitor.post(path, {"question": "2", "words": "   "})

    answer = Answer.objects.get(question=1)
    assert (answer.score, answer.at) == (2, NOW)
    assert not Answer.objects.comments().exists()


def test_the_last_score_stands_and_the_comment_stays(visitor):
    path = path_of(make_invitation())
    visitor.post(path, {"question": "1", "score": "2"})
    visitor.post(path, {"question": "2", "words": "Дома всё ещё плохо"})

    visitor.post(path, {"question": "1", "score": "5"})

    answers = Answer.objects.order_by("question")
    assert [(one.score, one.words) for one in answers] == [(5, ""), (None, "Дома всё ещё плохо")]


def test_a_second_comment_is_added_and_the_same_one_twice_is_said_once(visitor):
    path = path_of(make_answer(comment="Плохо").invitation)

    for words in ("Плохо", "И на даче\r\n\r\nтоже\x00", "И на даче\n\nтоже"):
        visitor.post(path, {"question": "2", "words": words})

    assert Answer.objects.get(question=2).words == "Плохо\n\nИ на даче\nтоже"


def test_a_question_that_is_not_asked_takes_no_answer(visitor):
    for number in ("3", "0", "", "1e9", "-1", "９"):
        seen = visitor.post(path_of(make_invitation()), {"question": number, "score": "5"})
        assert seen.status_code == 400

    assert not Answer.objects.exists()


@pytest.mark.parametrize("score", ["0", "6", "4.5", "-1", "", "five", "５"])
def test_only_the_five_scores_count(visitor, score):
    visitor.post(path_of(make_invitation()), {"rating": score})

    assert not Answer.objects.exists()


def test_looking_writes_nothing(visitor, django_assert_num_queries):
    invitation = make_invitation()

    with django_assert_num_queries(2):
        assert visitor.get(path_of(invitation)).status_code == 200
    visitor.get(path_of(invitation), {"question": "1", "score": "5", "words": "x"})
    visitor.head(path_of(invitation))
    visitor.options(path_of(invitation))

    assert not Answer.objects.exists()


def test_after_thirty_days_the_link_no_longer_works(visitor):
    invitation = make_invitation()

    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        seen = visitor.get(path_of(invitation))
        sent = visitor.post(path_of(invitation), {"question": "1", "score": "5"})

    assert (seen.status_code, sent.status_code) == (404, 404)
    assert not Answer.objects.exists()


def test_an_invitation_that_ran_out_while_the_page_was_open_refuses_the_tap():
    invitation = make_invitation()

    with pytest.raises(transitions.ExpiredError):
        transitions.answer(
            invitation_id=invitation.pk, question=1, said=Said(5), now=NOW + timedelta(days=30)
        )


def test_expired_forged_and_made_up_tokens_get_the_same_page_for_the_same_work(
    visitor, django_assert_num_queries
):
    expired = path_of(make_invitation(expires_at=NOW + timedelta(microseconds=1)))
    forged = expired[:-3] + ("A" if expired[-3] != "A" else "B") + expired[-2:]
    pages = set()

    with time_machine.travel(NOW + timedelta(seconds=1), tick=False):
        for path in (expired, forged, "/r/short/", "/r/" + "A" * 30 + "/", "/r/%00я/"):
            with django_assert_num_queries(1):
                seen = visitor.get(path)
            assert seen.status_code == 404
            pages.add(seen.content)

    assert len(pages) == 1


def test_a_token_of_another_key_opens_nothing(visitor, settings):
    path = path_of(make_invitation())
    settings.SECRET_KEY = "rotated"

    assert visitor.get(path).status_code == 404
    settings.SECRET_KEY_FALLBACKS = ["insecure-for-tests-only"]
    assert visitor.get(path).status_code == 200


def test_whoever_guesses_is_soon_made_to_wait(visitor):
    codes = [visitor.get(f"/r/guess{n}/").status_code for n in range(views.MISSES + 1)]

    assert codes == [404] * views.MISSES + [429]
    # a customer behind the same address of the network still gets in
    assert visitor.get(path_of(make_invitation())).status_code == 200


def test_tapping_without_end_is_made_to_wait(visitor):
    path = path_of(make_invitation())

    codes = [
        visitor.post(path, {"question": "1", "score": "3"}).status_code
        for _ in range(views.POSTS + 1)
    ]

    assert codes[-2:] == [303, 429]


@pytest.mark.parametrize(
    ("language", "query", "expected"),
    [("ru", {}, "ru"), ("en", {}, "en"), ("uz", {}, "en"), ("ru", {"lang": "en"}, "en")],
)
def test_the_page_speaks_the_customers_language_or_the_chosen_one(
    visitor, language, query, expected
):
    invitation = make_invitation(customer=make_customer(language=language))

    seen = visitor.get(path_of(invitation), query)

    assert f'<html lang="{expected}">' in seen.content.decode()
    assert seen["Content-Language"] == expected


def test_the_chosen_language_stays_after_a_tap(visitor):
    seen = visitor.post(path_of(make_invitation()) + "?lang=en", {"question": "1", "score": "5"})

    assert "lang=en" in seen["Location"]


def test_the_page_tells_nobody_whose_it_is(visitor):
    customer = make_customer(phone="+79161234512", email="ana@example.org", crm_id="crm-77")
    answer = make_answer(comment="Позвоните Анне", invitation=make_invitation(customer=customer))

    page = visitor.get(path_of(answer.invitation)).content.decode()

    for secret in ("9161234512", "ana@", "crm-77", "Анне"):
        assert secret not in page


def test_the_page_is_small_and_kept_by_nobody(visitor):
    seen = visitor.get(path_of(make_answer().invitation))

    assert len(seen.content) < 50_000
    assert seen["Cache-Control"] == "no-store"
    assert seen["Referrer-Policy"] == "no-referrer"
    assert "noindex" in seen["X-Robots-Tag"]
    assert b"http" not in seen.content.replace(b"http-equiv", b"")
    assert "default-src 'self'" in seen["Content-Security-Policy"]
    assert not seen.cookies


def test_a_score_from_a_letter_is_chosen_and_sent_by_a_button_of_its_own(visitor):
    invitation = make_invitation()

    page = visitor.get(path_of(invitation), {"score": "4"}).content

    pressed = [one for one in Buttons(page).found if one.get("aria-pressed") == "true"]
    send = [one for one in Buttons(page).found if one.get("class") == "send"]
    assert [one["value"] for one in pressed] == [one["value"] for one in send] == ["4"]
    assert not Answer.objects.exists()


def test_whoever_wants_no_more_surveys_says_so_on_the_page_once(visitor):
    invitation = make_invitation()

    for _ in range(2):
        seen = visitor.post(path_of(invitation), {"refuse": "1"})

    assert OptOut.objects.values_list("customer", "purpose").get() == (
        invitation.customer_id,
        "survey",
    )
    assert "done=refused" in seen["Location"]
    assert visitor.get(seen["Location"]).status_code == 200


def test_the_next_question_follows_from_the_answers(visitor):
    survey = make_survey(
        "touch",
        {"kind": "nps"},
        {
            "kind": "several",
            "options_ru": "Звонки\nИнтернет",
            "if_question": 1,
            "if_relation": "at_most",
            "if_value": 6,
        },
        {"kind": "yes_no"},
        {"kind": "choice", "options_ru": "Утром\nВечером"},
    )
    path = path_of(make_invitation(survey=survey))

    for posted in (
        {"question": "1", "score": "3"},
        {"question": "2", "chosen": ["1", "2"]},
        {"question": "3", "score": "0"},
        {"question": "4", "chosen": "2"},
    ):
        assert visitor.post(path, posted).status_code == 303

    invitation = Invitation.objects.get()
    rows = Answer.objects.order_by("question").values_list("score", "chosen")
    assert list(rows) == [(3, []), (None, [1, 2]), (0, []), (None, [2])]
    assert (invitation.state, invitation.completed_at) == ("completed", NOW)
    page = visitor.get(path).content.decode()
    assert "Звонки, Интернет" in page
    assert "Вечером" in page


@pytest.mark.parametrize(
    "posted",
    [
        {"score": "11"},
        {"chosen": "1"},
        {"score": "5", "chosen": "1"},
        {"words": "9"},
        {},
    ],
)
def test_what_is_no_answer_to_the_question_is_not_kept(visitor, posted):
    survey = make_survey("touch", {"kind": "nps"})

    seen = visitor.post(path_of(make_invitation(survey=survey)), {"question": "1", **posted})

    assert seen.status_code == 400
    assert not Answer.objects.exists()
