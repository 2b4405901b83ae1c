"""
The questions of a survey as data, and which of them a customer is asked.

A question may depend on the answer to an earlier one; so what is asked next follows from the
answers alone, whatever the channel they came by.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MOST = 6  # questions of a survey
MOST_OPTIONS = 10


class Kind(StrEnum):
    NPS = "nps"  # 0 … 10
    CSAT = "csat"  # 1 … 5
    CHOICE = "choice"  # one of the options
    SEVERAL = "several"  # any of the options
    YES_NO = "yes_no"  # 1 yes, 0 no
    TEXT = "text"


class Relation(StrEnum):
    """How an earlier answer decides."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    IS = "is"  # this score, or this option among those chosen


SCALES = {Kind.NPS: range(11), Kind.CSAT: range(1, 6), Kind.YES_NO: range(2)}
WITH_OPTIONS = frozenset({Kind.CHOICE, Kind.SEVERAL})


@dataclass(frozen=True)
class Condition:
    """A question is asked if this is true of the answer to an earlier one."""

    question: int
    relation: Relation
    value: int


@dataclass(frozen=True)
class Question:
    """One question, in every language of the survey."""

    number: int  # 1 …
    kind: Kind
    words: Mapping[str, str]
    options: Mapping[str, Sequence[str]]
    only_if: Condition | None = None

    @property
    def values(self) -> range:
        """The scores there are; of a choice, the numbers of its options from 1."""
        if self.kind in WITH_OPTIONS:
            return range(1, 1 + max((len(options) for options in self.options.values()), default=0))
        return SCALES.get(self.kind, range(0))

    @property
    def scores(self) -> Sequence[int]:
        """The scores in the order they are shown; yes comes before no. Options have none."""
        scores = SCALES.get(self.kind, range(0))
        return scores[::-1] if self.kind is Kind.YES_NO else scores

    def stored(self) -> dict[str, Any]:
        """Return it as a version keeps it: JSON."""
        row: dict[str, Any] = {
            "number": self.number,
            "kind": str(self.kind),
            "words": dict(self.words),
            "options": {language: list(options) for language, options in self.options.items()},
        }
        if only_if := self.only_if:
            row["only_if"] = [only_if.question, str(only_if.relation), only_if.value]
        return row


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """Return the questions that `Question.stored` wrote."""
    return tuple(_question(row) for row in rows)


def _question(row: Mapping[str, Any]) -> Question:
    only_if = row.get("only_if")
    return Question(
        row["number"],
        Kind(row["kind"]),
        row["words"],
        row["options"],
        Condition(only_if[0], Relation(only_if[1]), only_if[2]) if only_if else None,
    )


@dataclass(frozen=True)
class Said:
    """An answer to one question: a score, or the options that were chosen, or words."""

    score: int | None = None
    chosen: frozenset[int] = frozenset()


def asked(questions: Sequence[Question], said: Mapping[int, Said]) -> list[Question]:
    """Return the questions that a customer who said so much is asked, in their order."""
    found: list[Question] = []
    numbers: set[int] = set()
    for question in questions:
        only_if = question.only_if
        if only_if is None or (only_if.question in numbers and _holds(only_if, said)):
            found.append(question)
            numbers.add(question.number)
    return found


def following(questions: Sequence[Question], said: Mapping[int, Said]) -> Question | None:
    """Return the first question asked that has no answer yet; None: the survey is complete."""
    return next((one for one in asked(questions, said) if one.number not in said), None)


def _holds(condition: Condition, said: Mapping[int, Said]) -> bool:
    answer = said.get(condition.question)
    if answer is None:
        return False
    if condition.relation is Relation.IS and answer.score is None:
        return condition.value in answer.chosen
    if answer.score is None:
        return False
    match condition.relation:
        case Relation.AT_MOST:
            return answer.score <= condition.value
        case Relation.AT_LEAST:
            return answer.score >= condition.value
        case Relation.IS:
            return answer.score == condition.value


class Fault(StrEnum):
    """Why questions cannot be asked as they stand."""

    NONE = "none"  # there is none
    TOO_MANY = "too_many"
    NO_WORDS = "no_words"
    FEW_OPTIONS = "few_options"
    UNEVEN_OPTIONS = "uneven_options"  # not as many in each language
    NOT_EARLIER = "not_earlier"  # it depends on itself, on a later one, or on none there is
    NO_SUCH_VALUE = "no_such_value"  # it waits for an answer that cannot be given


def faults(questions: Sequence[Question]) -> list[tuple[int, Fault]]:
    """Return what is wrong, each with the number of its question; 0: with all of them."""
    found: list[tuple[int, Fault]] = []
    if not questions:
        found.append((0, Fault.NONE))
    if len(questions) > MOST:
        found.append((0, Fault.TOO_MANY))
    earlier: dict[int, Question] = {}
    for question in questions:
        found += [(question.number, fault) for fault in _faults_of(question, earlier)]
        earlier[question.number] = question
    return found


def _faults_of(question: Question, earlier: Mapping[int, Question]) -> list[Fault]:
    found: list[Fault] = []
    if not any(words.strip() for words in question.words.values()):
        found.append(Fault.NO_WORDS)
    if question.kind in WITH_OPTIONS:
        counts = {len(options) for options in question.options.values()}
        if not 2 <= max(counts, default=0) <= MOST_OPTIONS:
            found.append(Fault.FEW_OPTIONS)
        elif len(counts) > 1:
            found.append(Fault.UNEVEN_OPTIONS)
    if only_if := question.only_if:
        before = earlier.get(only_if.question)
        if before is None:
            found.append(Fault.NOT_EARLIER)
        elif only_if.value not in before.values or _senseless(only_if, before):
            found.append(Fault.NO_SUCH_VALUE)
    return found


def _senseless(condition: Condition, before: Question) -> bool:
    """Options have no order: nothing is "at most" the second of them."""
    return before.kind in WITH_OPTIONS and condition.relation is not Relation.IS
