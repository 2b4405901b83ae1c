"""Which questions are asked, and what is wrong with questions."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.surveys.questions import (
    SCALES,
    WITH_OPTIONS,
    Condition,
    Fault,
    Kind,
    Question,
    Relation,
    Said,
    asked,
    faults,
    following,
    read,
)


def question(number=1, kind=Kind.NPS, *, only_if=None, options=("a", "b", "c")) -> Question:
    listed = {"ru": options, "en": options} if kind in WITH_OPTIONS else {}
    return Question(number, kind, {"ru": "Как?", "en": "How?"}, listed, only_if)


LOW = Condition(1, Relation.AT_MOST, 6)
FOUR = (
    question(1),
    question(2, Kind.SEVERAL, only_if=LOW),
    question(3, Kind.TEXT, only_if=Condition(2, Relation.IS, 2)),
    question(4, Kind.YES_NO),
)


@pytest.mark.parametrize(
    ("said", "numbers", "next_one"),
    [
        pytest.param({}, [1, 4], 1, id="nothing said"),
        pytest.param({1: Said(9)}, [1, 4], 4, id="content"),
        pytest.param({1: Said(6)}, [1, 2, 4], 2, id="unhappy"),
        pytest.param({1: Said(6), 2: Said(chosen=frozenset({2, 3}))}, [1, 2, 3, 4], 3, id="why"),
        pytest.param({1: Said(6), 2: Said(chosen=frozenset({1}))}, [1, 2, 4], 4, id="another why"),
        pytest.param({1: Said(9), 4: Said(1)}, [1, 4], None, id="complete"),
        pytest.param(
            {1: Said(9), 2: Said(chosen=frozenset({2}))},
            [1, 4],
            4,
            id="what hangs on a question no longer asked is not asked",
        ),
    ],
)
def test_answers_decide_what_is_asked(said, numbers, next_one):
    assert [one.number for one in asked(FOUR, said)] == numbers
    assert getattr(following(FOUR, said), "number", None) == next_one


@st.composite
def surveys(draw):
    questions = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        only_if = None
        if questions and draw(st.booleans()):
            before = draw(st.sampled_from(questions))
            if before.values:
                tests = [Relation.IS] if before.kind in WITH_OPTIONS else list(Relation)
                value = draw(st.sampled_from(before.values))
                only_if = Condition(before.number, draw(st.sampled_from(tests)), value)
        questions.append(question(number, draw(st.sampled_from(Kind)), only_if=only_if))
    return tuple(questions)


def answer_to(one: Question, draw) -> Said:
    if one.kind in SCALES:
        return Said(draw(st.sampled_from(one.values)))
    if one.kind in WITH_OPTIONS:
        return Said(chosen=frozenset({draw(st.sampled_from(one.values))}))
    return Said()


@given(surveys(), st.data())
def test_whoever_answers_what_is_asked_comes_to_the_end(questions, data):
    said = {}
    for _ in range(len(questions) + 1):
        one = following(questions, said)
        if one is None:
            break
        assert one.number not in said
        said[one.number] = answer_to(one, data.draw)

    assert following(questions, said) is None
    assert [one.number for one in asked(questions, said)] == sorted(said)


@given(surveys())
def test_questions_come_back_from_storage_as_they_were(questions):
    stored = json.loads(json.dumps([one.stored() for one in questions]))

    assert [one.stored() for one in read(stored)] == stored
    assert faults(read(stored)) == faults(questions) == []


@pytest.mark.parametrize(
    ("questions", "fault"),
    [
        pytest.param((), (0, Fault.NONE), id="none"),
        pytest.param(tuple(question(n) for n in range(1, 8)), (0, Fault.TOO_MANY), id="seven"),
        pytest.param((Question(1, Kind.NPS, {"ru": " "}, {}),), (1, Fault.NO_WORDS), id="no words"),
        pytest.param(
            (question(1, Kind.CHOICE, options=("a",)),), (1, Fault.FEW_OPTIONS), id="one option"
        ),
        pytest.param(
            (Question(1, Kind.CHOICE, {"ru": "x"}, {"ru": ("a", "b"), "en": ("a", "b", "c")}),),
            (1, Fault.UNEVEN_OPTIONS),
            id="another number of options in English",
        ),
        pytest.param(
            (question(1, only_if=Condition(1, Relation.IS, 1)),),
            (1, Fault.NOT_EARLIER),
            id="on itself",
        ),
        pytest.param(
            (question(1), question(2, only_if=Condition(1, Relation.IS, 11))),
            (2, Fault.NO_SUCH_VALUE),
            id="on a score there is not",
        ),
        pytest.param(
            (question(1, Kind.CHOICE), question(2, only_if=Condition(1, Relation.AT_MOST, 2))),
            (2, Fault.NO_SUCH_VALUE),
            id="options have no order",
        ),
    ],
)
def test_what_cannot_be_asked_is_said(questions, fault):
    assert faults(questions) == [fault]
