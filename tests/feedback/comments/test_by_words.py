"""What comments are about, by lists of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.comments.by_words import sort
from feedback.comments.defaults import WORDS

TOPICS = {name: WORDS[name] for name in ("speech", "internet", "coverage", "price", "service")}
ALARMS = {name: WORDS[name] for name in ("leaving", "safety", "regulator", "repeated")}


@pytest.mark.parametrize(
    ("text", "topic", "alarms"),
    [
        ("Интернет стал ещё медленнее", "internet", set()),
        ("Дома нет сети, сигнал пропадает", "coverage", set()),
        ("Не могу дозвониться, меня не слышно", "speech", set()),
        ("Дорого, и деньги списали дважды", "price", set()),
        ("Если так пойдёт, уйду к другому", "", {"leaving"}),
        ("Не смог вызвать скорую!", "", {"safety"}),
        ("Напишу в РОСКОМНАДЗОР и прокуратуру", "", {"regulator"}),
        ("Опять всё так же, сменю оператора", "service", {"repeated", "leaving"}),
        ("I will leave you, slow internet again", "internet", {"leaving", "repeated"}),
        ("Спасибо, всё хорошо", "", set()),
        ("судно", "", set()),
    ],
)
def test_a_comment_in_its_own_words(text, topic, alarms):
    found = sort(
        text, topics=TOPICS, alarms={**ALARMS, "regulator": ("роскомнадзор", "прокуратур")}
    )

    assert (found.topic, set(found.alarms)) == (topic, alarms)


@given(st.text(max_size=300))
def test_any_text_is_sorted_without_a_fault(text):
    found = sort(text, topics=TOPICS, alarms=ALARMS)

    assert found.topic in {"", *TOPICS}
    assert found.alarms <= set(ALARMS)


def test_without_words_nothing_is_known():
    assert sort("уйду", topics={}, alarms={}).alarms == frozenset()
