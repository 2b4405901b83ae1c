"""
A survey by text message, question by question: what a reply answers, and what is said to it.

Nobody can see which of our texts a customer had read when they wrote. A reply is taken for an
answer to the newest question that had gone out before it came; so one that is sent twice, or
crosses the next question, does not answer a question that its writer never saw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from feedback.surveys.questions import Question, Said, asked, following
from feedback.surveys.replies import Heard, heard

MOST_TIMES = 3  # a question is put: once, and twice again where replies were not understood


class Next(Enum):
    """What is written to a customer who has written."""

    NOTHING = "nothing"
    ASK = "ask"
    AGAIN = "again"  # the reply was not understood
    THANK = "thank"


@dataclass(frozen=True)
class Turn:
    """What came of one reply."""

    question: int  # the one that is answered, or that is waited for; 0: none
    heard: Heard
    next: Next
    ask: int = 0  # the question of ASK and AGAIN


def turn(
    text: str,
    questions: Sequence[Question],
    said: Mapping[int, Said],
    *,
    seen: int,
    times: Mapping[int, int],
    on_its_way: bool,
) -> Turn:
    """
    Return what a reply answers and what is said to it.

    said        the answers until now
    seen        the newest question that had gone out when the reply came; 0: a link alone
    times       how often each question was put until now, gone out or not
    on_its_way  whether the last text of ours has yet to go out
    """
    for question in _meant(questions, said, seen):
        reading = heard(text, question)
        if reading.said is not None:
            ask = _after(questions, said, question, reading.said, times)
            return Turn(question.number, reading, *ask)
    waited_for = following(questions, said)
    if waited_for is None:
        return Turn(0, Heard(), Next.NOTHING)
    # One that was never put by itself was asked by a link.
    again = 0 < times.get(waited_for.number, 0) < MOST_TIMES and not on_its_way
    return Turn(
        waited_for.number,
        Heard(),
        Next.AGAIN if again else Next.NOTHING,
        waited_for.number if again else 0,
    )


def _meant(questions: Sequence[Question], said: Mapping[int, Said], seen: int) -> list[Question]:
    """Return the questions that a reply may answer, the likeliest first."""
    open_to_them = asked(questions, said)
    # Whoever has a link alone in hand was asked what comes first: sent twice, "5" is one answer.
    last_seen = [one for one in open_to_them if one.number == (seen or open_to_them[0].number)]
    waited_for = following(questions, said)
    if waited_for is None:  # whoever has answered everything corrects it, or adds words
        return last_seen or open_to_them[:1]
    return [*last_seen, *([] if waited_for in last_seen else [waited_for])]


def _after(
    questions: Sequence[Question],
    said: Mapping[int, Said],
    question: Question,
    answer: Said,
    times: Mapping[int, int],
) -> tuple[Next, int]:
    coming = following(questions, {**said, question.number: answer})
    if coming is None:
        was_complete = following(questions, said) is None
        return (Next.NOTHING if was_complete else Next.THANK, 0)
    if coming.number in times:
        return Next.NOTHING, 0  # a correction: what follows was asked already
    return Next.ASK, coming.number
