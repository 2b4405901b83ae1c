"""
Which labels a comment gets, of what was learnt and of the word lists.

A topic is said by whichever was better on comments that people have sorted: what was learnt, if
there was enough to learn it from, else the words. Alarms that the words find stand, and what was
learnt adds to them where it was better so; of an alarm a miss weighs more than a false one. Nobody
decides alone which is better: it has to be so without the comments of each person who sorted some,
too, since they decide about those of all brands.
"""

from collections import Counter
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

    used    the labels of which what was learnt decides; the words decide of the other topics, and
            of alarms always
    likely  of each of them how likely it is, 0 … 1
    """
    by_words = words.sort(text)
    said = {label for label in used if likely.get(label, 0.0) >= LIKELY}
    topic = max(sorted(said & {*words.topics}), key=lambda label: likely[label], default="")
    if not topic and by_words.topic not in used:
        topic = by_words.topic
    alarms = (said & {*words.alarms}) | by_words.alarms
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
    learnt = _measured_by_person(lesson, by_model)
    listed = _measured_by_person(lesson, by_words)
    judged = {
        label: _judged(
            [one[label] for one in learnt],
            [one[label] for one in listed],
            is_alarm=label in words.alarms,
        )
        for label in lesson.labels
    }
    return lesson.learn(), judged


def of_one(examples: Sequence[Example]) -> int | None:
    """Return who said more than half of what examples teach; None: nobody did."""
    counts = Counter(example.by for example in examples)
    return next((person for person, n in counts.items() if 2 * n > len(examples)), None)


def _measured_by_person(
    lesson: Lesson, said: Mapping[int, frozenset[str]]
) -> list[dict[str, Measured]]:
    """Return of each label how well it was said of all comments, then without each person's."""
    whole = measured(lesson.examples, said, lesson.labels)
    theirs: dict[int | None, dict[int, frozenset[str]]] = {}
    for number, labels in said.items():
        theirs.setdefault(lesson.examples[number].by, {})[number] = labels
    theirs.pop(of_one(lesson.examples), None)  # of the others alone there would be too few
    each = (measured(lesson.examples, some, lesson.labels) for some in theirs.values())
    return [whole, *({label: whole[label].without(one[label]) for label in whole} for one in each)]


def _labels(found: Sorted) -> frozenset[str]:
    return found.alarms | ({found.topic} - {""})


def _judged(
    by_model: Sequence[Measured], by_words: Sequence[Measured], *, is_alarm: bool
) -> Judged:
    beta = BETA_OF_ALARMS if is_alarm else BETA_OF_TOPICS
    better = all(
        model.right > 0 and model.score(beta) >= words.score(beta)
        for model, words in zip(by_model, by_words, strict=True)
    )
    return Judged(by_model[0], by_words[0], better)
