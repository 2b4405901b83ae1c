"""What a customer's text message means as an answer: "9", "9!", «девять», "9 из 10", "СТОП"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from feedback.surveys.questions import Kind, Question, Said

_NUMBERS: Mapping[str, int] = {
    **{
        word: number
        for number, words in enumerate(
            (
                "ноль нуль zero",
                "один одна единица one раз",
                "два две двойка two",
                "три тройка three",
                "четыре четверка four",
                "пять пятерка five",
                "шесть шестерка six",
                "семь семерка seven",
                "восемь восьмерка eight",
                "девять девятка nine",
                "десять десятка ten",
            )
        )
        for word in words.split()
    },
}
_STOP = frozenset(
    {
        *("стоп", "отписаться", "отписка", "отпишите", "отказ", "хватит"),
        *("stop", "stopall", "unsubscribe", "quit"),
    }
)
# Said with it, and changing nothing: "Stop all, please".
_BESIDE_STOP = frozenset(
    {
        *("смс", "sms", "опрос", "опросы", "рассылка", "рассылку", "рассылки", "все", "меня"),
        *("пожалуйста", "all", "me", "please", "surveys"),
    }
)
_YES = frozenset({"да", "yes", "y", "ага", "конечно"})
_NO = frozenset({"нет", "no", "n", "неа"})
MOST_WORDS = 6  # of a score or a choice: in a sentence a number counts days, or neighbours
_MOST_DIGITS = 6  # of a number; reading thousands of them, Python gives up
_NONE_OF_ANY_SCALE = -1
_OUT_OF = frozenset({"из", "of", "out"})
_TOKEN = re.compile(r"-?\d+|[^\W\d_]+")
# A Russian keyboard has letters that look like Latin ones, and people mix them up.
_LOOKALIKES = str.maketrans("abceghkmoptxyё", "авседнкмортхуе")


@dataclass(frozen=True)
class Heard:
    """What a text says as an answer; None: it is none, or was not understood."""

    said: Said | None = None
    words: str = ""  # of a free answer


def heard(text: str, question: Question) -> Heard:
    """Return what a text means as the answer to a question; STOP is none to any."""
    tokens = _tokens(text)
    if asks_to_stop(text):
        return Heard()
    match question.kind:
        case Kind.TEXT:
            return Heard(Said(), words=text.strip()) if text.strip() else Heard()
        case Kind.YES_NO:
            return _yes_or_no(tokens)
        case Kind.SEVERAL:
            chosen = frozenset(_numbers(tokens))
            known = chosen and chosen <= set(question.values)
            return Heard(Said(chosen=chosen)) if known else Heard()
    number = None if len(tokens) > MOST_WORDS else _the_number(_tokens(text.replace("/", " из ")))
    if number is None or number not in question.values:
        return Heard()
    if question.kind is Kind.CHOICE:
        return Heard(Said(chosen=frozenset({number})))
    return Heard(Said(score=number))


def asks_to_stop(text: str) -> bool:
    """Say whether a text is nothing but STOP and politeness, in either alphabet or a mixture."""
    tokens = _tokens(text)
    wanted = [word for word in tokens if word not in _BESIDE_STOP]
    if len(wanted) != 1 or tokens[0] != wanted[0]:
        return False
    word = wanted[0]
    return word in _STOP or word.translate(_LOOKALIKES) in _LOOKING_LIKE_STOP


_LOOKING_LIKE_STOP = frozenset(word.translate(_LOOKALIKES) for word in _STOP)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower().replace("ё", "е"))


def _yes_or_no(tokens: list[str]) -> Heard:
    words = set(tokens)
    yes, no = bool(words & _YES), bool(words & _NO)
    if yes != no:
        return Heard(Said(score=int(yes)))
    return Heard(Said(score=int(tokens[0]))) if tokens in (["0"], ["1"]) else Heard()


def _numbers(tokens: list[str]) -> list[int]:
    """Return the numbers said; of "9 из 10" the first alone."""
    found: list[int] = []
    for at, token in enumerate(tokens):
        number = _NUMBERS.get(token)
        if number is None and token.lstrip("-").isdecimal():
            number = int(token) if len(token) <= _MOST_DIGITS else _NONE_OF_ANY_SCALE
        if number is not None and not (found and tokens[at - 1] in {*_OUT_OF}):
            found.append(number)
    return found


def _the_number(tokens: list[str]) -> int | None:
    """Return the one number said; None: there is none, or different ones."""
    numbers = set(_numbers(tokens))
    return numbers.pop() if len(numbers) == 1 else None
