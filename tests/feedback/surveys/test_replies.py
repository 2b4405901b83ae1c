"""What people text back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.surveys.questions import Kind, Question, Said
from feedback.surveys.replies import Heard, asks_to_stop, heard

OPTIONS = {"ru": ("Звонки", "Интернет", "Всё")}
NPS, CSAT, YES_NO, TEXT = (
    Question(1, kind, {}, {}) for kind in (Kind.NPS, Kind.CSAT, Kind.YES_NO, Kind.TEXT)
)
CHOICE, SEVERAL = (Question(1, kind, {}, OPTIONS) for kind in (Kind.CHOICE, Kind.SEVERAL))


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("9", 9),
        (" 9! ", 9),
        ("девять", 9),
        ("Девять!!!", 9),
        ("«девять»", 9),
        ("9 из 10", 9),
        ("10 из 10", 10),
        ("9/10", 9),
        ("твёрдая девятка", 9),
        ("Десятка!", 10),
        ("оценка 9, спасибо", 9),
        ("9 9", 9),
        ("NINE", 9),
        ("0", 0),
        ("ноль", 0),
        ("11", None),
        ("-1", None),
        ("7 или 8", None),
        ("хорошо", None),
        ("", None),
        ("999999999999999999999", None),
    ],
)
def test_a_score_in_any_spelling(text, score):
    assert heard(text, NPS) == (Heard(Said(score)) if score is not None else Heard())


def test_a_score_outside_the_scale_is_not_understood():
    assert heard("9", CSAT) == Heard()
    assert heard("пять", CSAT) == Heard(Said(5))


@pytest.mark.parametrize(
    ("text", "score"),
    [("Да", 1), ("нет.", 0), ("yes", 1), ("1", 1), ("0", 0), ("да нет", None), ("не знаю", None)],
)
def test_yes_and_no(text, score):
    assert heard(text, YES_NO) == (Heard(Said(score)) if score is not None else Heard())


def test_options_are_named_by_number():
    assert heard("2", CHOICE) == Heard(Said(chosen=frozenset({2})))
    assert heard("4", CHOICE) == Heard()
    assert heard("1, 3", SEVERAL) == Heard(Said(chosen=frozenset({1, 3})))
    assert heard("1 4", SEVERAL) == Heard()


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "стоп",
        "Стоп!",
        " СТОП. ",
        "CTOП",
        "cтoп",
        "Unsubscribe",
        "Стоп, пожалуйста",
        "STOP ALL",
        "Отпишите меня",
    ],
)
def test_stop_is_understood_at_any_question(text):
    assert asks_to_stop(text)
    for question in (NPS, CSAT, YES_NO, TEXT, CHOICE, SEVERAL):
        assert heard(text, question) == Heard(said=None)


def test_a_sentence_about_stopping_is_a_comment():
    for text in ("Связь пропадает на остановке, стоп-сигнал какой-то", "Стоп-кран", "Меня всё", ""):
        assert not asks_to_stop(text)
        assert heard(text, TEXT) == (Heard(Said(), words=text) if text else Heard())


@pytest.mark.parametrize("kind", [Kind.NPS, Kind.CSAT, Kind.YES_NO, Kind.CHOICE, Kind.SEVERAL])
def test_a_number_of_thousands_of_digits_is_none(kind):
    question = Question(1, kind, {}, {"ru": ["да", "нет"]})

    for digits in ("9" * 5000, "-" + "1" * 5000, "9 " + "1" * 5000):
        assert heard(digits, question) == Heard()


@given(st.text(max_size=200))
def test_any_text_is_heard_as_an_answer_of_the_scale_or_as_none(text):
    said = heard(text, NPS).said

    assert said is None or said.score in range(11)
