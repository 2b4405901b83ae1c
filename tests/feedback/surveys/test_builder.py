"""The builder as people fill it in."""

import pytest
from django.forms import modelform_factory
from django.http import QueryDict
from django.urls import reverse

from feedback.surveys.bank import THEMES, after
from feedback.surveys.building import SurveyForm, previewed
from feedback.surveys.catalogue import Survey
from feedback.surveys.drafts import WORDS
from feedback.surveys.questions import MOST, Kind, Question, faults
from feedback.surveys.transitions import version_in_force
from tests.factories import NOW, make_survey

pytestmark = pytest.mark.django_db

FIELDS = {
    "name": "После визита",
    "trigger": "touch",
    "touch_point": "visit",
    "share": "100",
    "per_day": "0",
    "quarantine_days": "30",
    "rank": "100",
    "valid_days": "30",
    "good_from": "4",
    "title_ru": "Как прошёл визит?",
    "delay_count": "24",
    "delay_unit": "1440",
}


def filled(**fields):
    return built()(FIELDS | fields)


def built():
    return modelform_factory(Survey, form=SurveyForm, exclude=["delay_minutes"])


def test_a_delay_is_typed_in_days_and_shown_in_days():
    form = filled()

    assert form.is_valid(), form.errors
    assert form.instance.delay_minutes == 24 * 24 * 60
    again = built()(instance=form.save())
    assert (again.initial["delay_count"], again.initial["delay_unit"]) == (24, 1440)


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        pytest.param({"delay_count": "91"}, "delay_count", id="later than anybody remembers"),
        pytest.param({"trigger": "touch", "touch_point": ""}, "touch_point", id="of no point"),
        pytest.param({"trigger": "sample"}, "per_day", id="a sample of nobody"),
        pytest.param({"trigger": "fixed", "sender": "0651"}, "sender", id="another sender"),
        pytest.param({"months": ["13"]}, "months", id="no month"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(fields, refused):
    assert list(filled(**fields).errors) == [refused]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.code)
def test_ready_questions_can_be_asked_as_they_stand_alone_or_after_others(theme):
    for last in range(MOST - len(theme.questions) + 1):
        before = [Question(n, Kind.CSAT, {"ru": "?", "en": "?"}, {}) for n in range(1, last + 1)]
        assert faults([*before, *after(theme, last)]) == []
    for one in theme.questions:
        assert {*one.words} == {"ru", "en"}
        assert all(len(words) <= WORDS for words in one.words.values())


def test_ready_questions_are_added_after_those_there_are_while_there_is_room(signed_in):
    survey = make_survey("touch", {"kind": "csat"})
    admin = signed_in("administrator")
    page = reverse("admin:feedback_survey_ready", args=[survey.pk])

    assert "прозрачны и понятны" in admin.get(page).content.decode()
    admin.post(page, {"theme": "voice"})
    refused = admin.post(page, {"theme": "prices"}, follow=True)  # 4 and 4 are too many
    assert "6" in next(iter(refused.context["messages"])).message
    assert admin.post(page, {"theme": "weather"}).status_code == 404
    fixes = Survey.objects.create(name="о починке", trigger="fixed", title_ru="?")
    of_fixes = reverse("admin:feedback_survey_ready", args=[fixes.pk])
    admin.post(of_fixes, {"theme": "overall"})  # which does not begin with 1 to 5

    rows = survey.questions.order_by("number").values_list("number", "if_question", "if_value")
    assert list(rows) == [(1, None, None), (2, None, None), (3, 2, 3), (4, 2, 3)]
    version = version_in_force(survey.pk, now=NOW)
    assert version.questions[2].options["en"][0] == "calls do not connect"
    assert not fixes.questions.exists()


def test_a_survey_by_text_is_previewed_as_texts():
    posted = QueryDict(mutable=True)
    posted.update({"by_text": "on", "thanks_ru": "Спасибо!", "questions-TOTAL_FORMS": "2"})
    for index, kind in enumerate(("nps", "text")):
        posted.update({f"questions-{index}-kind": kind, f"questions-{index}-words_ru": f"{kind}?"})

    first, second, thanks = previewed(posted)["texts"]

    assert first.startswith("nps? ")
    assert second.startswith("text? ")
    assert thanks == "Спасибо!"
    del posted["by_text"]
    assert previewed(posted)["texts"] == []
