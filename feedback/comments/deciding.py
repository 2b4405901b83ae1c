"""
Which labels a comment gets, of what was learnt and of the word lists.

A label is said by whichever was better on comments that people have sorted: what was learnt, if
there was enough to learn it from, else the words. Of an alarm a miss weighs more than a false one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from feedback.comments.by_words import Sorted, sort
from feedback.comments.classifier import LIKELY, Example, Lesson, Measured, Model, measured

BETA_OF_TOPICS: Final = 1.0
BETA_OF_ALARMS: Final = 2.0

Stems = Mapping[str, Iterable[str]]


@dataclass(frozen=True)
class Words:
    """The word lists: of each topic, and of each alarm."""

    topics: Stems
    alarms: Stems

    def sort(self, text: str) -> Sorted:
        return sort(text, topics=self.topics, alarms=self.alarms)


@dataclass(frozen=True)
class Judged:
    """How good both were for a label on the same comments, and whether what was learnt is used."""

    by_model: Measured
    by_words: Measured
    in_use: bool


def decided(
    text: str, words: Words, *, used: frozenset[str] = frozenset(), likely: Mapping[str, float]
) -> Sorted:
    """
    Return what a comment is about and what in it alarms.

    used    the labels of which what was learnt decides; the words decide of the others
    likely  of each of them how likely it is, 0 … 1
    """
    by_words = words.sort(text)
    said = {label for label in used if likely.get(label, 0.0) >= LIKELY}
    topic = max(sorted(said & {*words.topics}), key=lambda label: likely[label], default="")
    if not topic and by_words.topic not in used:
        topic = by_words.topic
    alarms = (said & {*words.alarms}) | (by_words.alarms - used)
    return Sorted(topic, frozenset(alarms))


def taught(examples: Sequence[Example], words: Words) -> tuple[Model, dict[str, Judged]]:
    """Return what examples teach, and how good it is for each label that could be learnt."""
    lesson = Lesson(examples)
    used = frozenset(lesson.labels)
    by_model, by_words = {}, {}
    for number, likely in lesson.left_out():
        text = lesson.examples[number].text
        by_model[number] = _labels(decided(text, words, used=used, likely=likely))
        by_words[number] = _labels(words.sort(text))
    learnt = measured(lesson.examples, by_model, lesson.labels)
    listed = measured(lesson.examples, by_words, lesson.labels)
    judged = {
        label: _judged(learnt[label], listed[label], is_alarm=label in words.alarms)
        for label in lesson.labels
    }
    return lesson.learn(), judged


def _labels(found: Sorted) -> frozenset[str]:
    return found.alarms | ({found.topic} - {""})


def _judged(by_model: Measured, by_words: Measured, *, is_alarm: bool) -> Judged:
    beta = BETA_OF_ALARMS if is_alarm else BETA_OF_TOPICS
    better = by_model.right > 0 and by_model.score(beta) >= by_words.score(beta)
    return Judged(by_model, by_words, better)
