"""What is learnt from corrected comments, how good it is said to be, and how it is kept."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.comments.classifier import (
    Example,
    Lesson,
    Measured,
    UnreadableModelError,
    learnable,
    loaded,
)
from feedback.comments.deciding import Words, decided, taught
from tests.feedback.comments.corrected import corrected

WORDS = Words(
    topics={"internet": ("интернет",), "price": ("цен",)}, alarms={"leaving": ("уйду", "ухожу")}
)
EXAMPLES = [Example(text, frozenset(labels)) for text, labels in corrected()]


def test_what_staff_corrected_is_learnt_where_the_words_know_nothing():
    model, judged = taught(EXAMPLES, WORDS)
    used = frozenset(label for label, one in judged.items() if one.in_use)
    text = "Ролик тормозит, подумываем съехать от вас"

    found = decided(text, WORDS, used=used, likely=model.likely([text])[0])

    assert used == {"internet", "price", "leaving"}
    assert (found.topic, found.alarms) == ("internet", {"leaving"})
    assert WORDS.sort(text).topic == ""


def test_what_is_learnt_by_heart_is_measured_as_useless_and_the_words_decide():
    texts = [f"слово{n * 7919 % 1009} слово{n * 104729 % 997}" for n in range(80)]
    noise = [Example(text, frozenset({"price"} if n % 2 else ())) for n, text in enumerate(texts)]
    knowing = Words(topics={"price": texts[1::2]}, alarms={})

    model, judged = taught(noise, knowing)

    likely = [one["price"] >= 0.5 for one in model.likely(texts)]
    by_heart = sum(said == bool(n % 2) for n, said in enumerate(likely))
    assert by_heart >= 78
    assert judged["price"].by_model.score(1) < 0.8
    assert judged["price"].by_words == Measured(right=40)
    assert not judged["price"].in_use


def test_no_person_alone_decides_that_what_was_learnt_is_used():
    """They call threats to leave danger to life: on their own comments that is much better."""
    words = Words(WORDS.topics, {**WORDS.alarms, "safety": ("скор",)})
    ends = ("дома", "ночью", "на трассе", "в метро", "летом", "у родителей", "вчера", "на даче")
    texts = [f"не вызвать скорую {end} {more}" for end in ends for more in ("опять", "вечером")]
    honest = [replace(one, by=n % 3) for n, one in enumerate(EXAMPLES)]
    honest += [Example(one, frozenset({"safety"}), n % 3) for n, one in enumerate(texts)]
    leaving = [one.text for one in EXAMPLES if "leaving" in one.labels] * 2
    theirs = [Example(one, frozenset({"leaving", "safety"})) for one in leaving]

    def in_use(by: int | None) -> bool:
        _model, judged = taught([*honest, *(replace(one, by=by) for one in theirs)], words)
        return judged["safety"].in_use

    assert in_use(None)
    assert not in_use(7)


def test_alarms_that_the_words_find_stand_whatever_was_learnt():
    likely = {"leaving": 0.01, "internet": 0.02}

    found = decided("уйду, интернет плох", WORDS, used=frozenset(likely), likely=likely)

    assert (found.topic, found.alarms) == ("", {"leaving"})


def test_a_label_of_too_few_comments_is_left_to_the_words():
    few = [*EXAMPLES, *(Example("вызвать скорую не смог", frozenset({"safety"})) for _ in range(9))]

    assert "safety" not in learnable(few)
    assert "safety" in learnable([*few, Example("скорая", frozenset({"safety"}))])
    assert decided("уйду", WORDS, likely={}).alarms == {"leaving"}


def test_the_same_examples_teach_the_same_and_are_kept_as_they_are():
    model, again = Lesson(EXAMPLES).learn(), Lesson(EXAMPLES).learn()

    kept = loaded(model.dumped())

    assert model.dumped() == again.dumped()
    assert len(model.dumped()) < 1_000_000
    assert np.array_equal(kept.weights, model.weights)
    assert "тормозят".encode() not in model.dumped()


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"\x80\x04.", b'{"features":1,"size":4,"labels":["x"]}\n1234567890123456'],
)
def test_what_is_no_model_is_refused(content):
    with pytest.raises(UnreadableModelError):
        loaded(content)


@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_text_is_sorted_without_a_fault(texts):
    for found in MODEL.likely(texts):
        assert all(0 <= share <= 1 for share in found.values())


MODEL = Lesson(EXAMPLES).learn()


@pytest.mark.parametrize(
    ("counts", "precision", "recall"),
    [((3, 1, 2), 0.75, 0.6), ((0, 0, 4), None, 0.0), ((0, 2, 0), 0.0, None)],
)
def test_precision_and_recall_by_their_definitions(counts, precision, recall):
    found = Measured(*counts)

    assert (found.precision, found.recall) == (precision, recall)


def test_of_an_alarm_a_miss_weighs_more_than_a_false_one():
    misses, cries = Measured(8, 0, 2), Measured(8, 2, 0)

    assert cries.score(2) > misses.score(2)
    assert cries.score(1) == misses.score(1)
