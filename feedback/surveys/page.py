"""What the customer's page shows: the question that is next, and what was said before."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from feedback.surveys.languages import in_language
from feedback.surveys.models import Answer, Invitation, Version
from feedback.surveys.questions import (
    Kind,
    Question,
    Said,
    asked,
    following,
)
from feedback.surveys.transitions.answering import LONGEST_COMMENT, said_in
from feedback.surveys.wording import options_in, score_in_words, short


def said_by(posted: QueryDict) -> tuple[Said, str]:
    """Return what somebody sent from the page; nonsense is an answer that no question has."""
    score = posted.get("score", "")
    chosen = frozenset(int(n) for n in posted.getlist("chosen") if n in _SMALL)
    return Said(int(score) if score in _SMALL else None, chosen), posted.get("words", "")


_SMALL = frozenset(str(number) for number in range(11))


def context_of(
    invitation: Invitation, query: Mapping[str, str], *, language: str
) -> dict[str, Any]:
    """Return what the template shows an invited customer; one query more."""
    assert invitation.version is not None  # whoever is asked is asked a version
    rows = {row.question: row for row in Answer.objects.filter(invitation=invitation)}
    fixed = invitation.is_of_a_fix
    topic = invitation.topic.name_in(language) if fixed and invitation.topic else ""
    return {
        **shown(invitation.version, rows, query, language=language),
        "brand": invitation.brand.name,
        "fixed": fixed,
        "topic": topic,
        "refused": query.get("done") == "refused",
    }


def shown(
    version: Version,
    rows: Mapping[int, Answer],
    query: Mapping[str, str],
    *,
    language: str,
    only: Question | None = None,
) -> dict[str, Any]:
    """
    Return the question, the scale or options, and what was answered; no query.

    only  the question to show, whatever the answers are: in a preview
    """
    questions, said = version.questions, said_in(rows.values())
    ordered = [only] if only else asked(questions, said)
    question = only or _chosen(ordered, query) or following(questions, said)
    return {
        "title": version.said_of("title", language),
        "thanks": version.said_of("thanks", language),
        "language": language,
        "languages": switch(language),
        "answered": [
            _line(one, rows[one.number], language) for one in ordered if _is_said(one, rows)
        ],
        "asked": _asked(question, rows, query, language) if question else None,
        "place": 1 + ordered.index(question) if question else 0,
        "count": len(ordered),
        "longest": LONGEST_COMMENT,
        "sent": bool(rows),
    }


def _chosen(ordered: Sequence[Question], query: Mapping[str, str]) -> Question | None:
    """Return the question that somebody goes back to."""
    return next((one for one in ordered if str(one.number) == query.get("question")), None)


def _is_said(question: Question, rows: Mapping[int, Answer]) -> bool:
    row = rows.get(question.number)
    return row is not None and bool(row.words or row.chosen or row.score is not None)


def _asked(
    question: Question, rows: Mapping[int, Answer], query: Mapping[str, str], language: str
) -> dict[str, Any]:
    row = rows.get(question.number)
    chosen_in_mail = query.get("score", "") if question.number == 1 else ""
    return {
        "number": question.number,
        "kind": str(question.kind),
        "words": in_language(question.words, language),
        "scale": _scale(question, row, chosen_in_mail),
        "options": [
            (number, words, row is not None and number in row.chosen)
            for number, words in enumerate(options_in(question, language), start=1)
        ],
        "ends": ends_of(question.kind),
        "preset": next((s for s in map(str, question.values) if s == chosen_in_mail), ""),
        "before": row is not None,
    }


def _scale(question: Question, row: Answer | None, preset: str) -> list[tuple[int, str, str, bool]]:
    """Each score: what is sent, what is seen, what is heard, and whether it is chosen."""
    return [
        (
            score,
            score_in_words(question.kind, score),
            heard_as(question.kind, score),
            str(score) == preset or (row is not None and row.score == score),
        )
        for score in question.scores
    ]


def heard_as(kind: Kind, score: int) -> str:
    """Return a score as it is read out to whoever does not see the scale."""
    if kind is Kind.CSAT:
        words = {
            1: pgettext("rating", "Very bad"),
            2: pgettext("rating", "Bad"),
            3: pgettext("rating", "So-so"),
            4: pgettext("rating", "Good"),
            5: pgettext("rating", "Very good"),
        }[score]
        return f"{score}: {words}"
    if kind is Kind.NPS:
        return _("%(score)d out of 10") % {"score": score}
    return score_in_words(kind, score)


def ends_of(kind: Kind) -> tuple[str, str] | None:
    """Return what the lowest and the highest score mean."""
    match kind:
        case Kind.NPS:
            return _("0 – not at all"), _("10 – certainly")
        case Kind.CSAT:
            return _("1 – very bad"), _("5 – very good")
        case _:
            return None


def _line(question: Question, row: Answer, language: str) -> dict[str, Any]:
    """A question answered, in one line; a comment is never shown: the link may be another's."""
    said = short(question, row, language) or _("we have your comment")
    return {"number": question.number, "words": in_language(question.words, language), "said": said}


def switch(language: str) -> list[tuple[str, str, bool]]:
    """Return the languages to choose from: code, name, and whether it is the present one."""
    names = {"ru": "Русский", "en": "English"}
    return [(code, name, code == language) for code, name in names.items()]
