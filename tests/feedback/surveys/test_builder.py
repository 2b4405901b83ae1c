"""The builder as people fill it in."""

import pytest
from django.forms import modelform_factory
from django.http import QueryDict

from feedback.surveys.building import SurveyForm, previewed
from feedback.surveys.catalogue import Survey

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
