"""Booking what customers answer."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from complaints.customers import transitions as customers
from complaints.customers.consent import Purpose
from complaints.customers.models import Erasure
from feedback.surveys.models import Answer, AnswerChannel, Invitation
from feedback.surveys.questions import WITH_OPTIONS, Kind, Question, Said, asked, following
from feedback.surveys.states import State

LONGEST_COMMENT = 2000  # letters of one comment
UNHAPPY_UP_TO = 2  # rating: not content with the fix
LONGEST_COMMENTS = 10_000  # letters of all that a customer adds to one answer


class ExpiredError(Exception):
    """The invitation can no longer be answered."""


class NotAskedError(Exception):
    """There is no such question for this customer, or no such answer to it."""


@transaction.atomic
def answer(
    *,
    invitation_id: int,
    question: int,
    said: Said,
    words: str = "",
    channel: AnswerChannel = AnswerChannel.WEB,
    now: datetime,
) -> Invitation:
    """
    Book the answer to a question. The last score stands; words are added to those before.

    Nothing here waits for the case, which people may hold for long: it hears a moment later how
    many are not content with its fix (hearing.py).

    :raises ExpiredError: too late
    :raises NotAskedError: the question is not asked of them (yet), or has no such answer
    """
    invitation = _open(invitation_id, now=now)
    rows = {row.question: row for row in invitation.answers.all()}
    before = said_in(rows.values())
    wanted = _wanted(invitation, question, said, before)
    row = rows.get(question) or Answer(invitation=invitation, question=question, kind=wanted.kind)
    if _write(row, said, words, channel, now=now):
        _go_on(invitation, before | {question: said}, now=now)
    return invitation


@transaction.atomic
def refuse(*, invitation_id: int, told_by: str, now: datetime) -> None:
    """
    Ask this customer nothing any more, as they wish. What they answered stays.

    :raises Invitation.DoesNotExist: there is none of this number
    """
    invitation = Invitation.objects.get(pk=invitation_id)
    customers.opt_out(
        customer_id=invitation.customer_id, purpose=Purpose.SURVEY, told_by=told_by, now=now
    )


def said_in(rows: Iterable[Answer]) -> dict[int, Said]:
    """Return answers as the questions' conditions take them."""
    return {row.question: Said(row.score, frozenset(row.chosen)) for row in rows}


def _wanted(invitation: Invitation, number: int, said: Said, before: dict[int, Said]) -> Question:
    assert invitation.version is not None  # whoever is asked is asked a version
    questions = invitation.version.questions
    found = next((one for one in asked(questions, before) if one.number == number), None)
    if found is None or not _fits(found, said):
        raise NotAskedError
    return found


def _fits(question: Question, said: Said) -> bool:
    if question.kind is Kind.TEXT:
        return said == Said()
    if question.kind in WITH_OPTIONS:
        several = question.kind is Kind.SEVERAL
        counted = several or len(said.chosen) == 1
        return said.score is None and counted and said.chosen <= set(question.values)
    return said.score in question.values and not said.chosen


def _write(row: Answer, said: Said, words: str, channel: AnswerChannel, *, now: datetime) -> bool:
    """Put an answer into its row; False: it says the same as before."""
    added = _added(row.words, words)
    chosen = sorted(said.chosen)
    if row.pk is not None and (row.score, row.chosen, row.words) == (said.score, chosen, added):
        return False
    was_unhappy = _is_unhappy(row)
    row.score, row.chosen, row.words = said.score, chosen, added
    row.at, row.channel = now, channel
    row.unheard = row.unheard or was_unhappy != _is_unhappy(row)
    row.save()
    return True


def _added(before: str, words: str) -> str:
    """Return a comment with more words added. The same words twice are said once."""
    said = before.split("\n\n") if before else []
    cleaned = _cleaned(words)[:LONGEST_COMMENT]
    if cleaned and cleaned not in said:
        said.append(cleaned)
    return "\n\n".join(said)[:LONGEST_COMMENTS]


def _go_on(invitation: Invitation, said: dict[int, Said], *, now: datetime) -> None:
    assert invitation.version is not None
    complete = following(invitation.version.questions, said) is None
    invitation.state = State.COMPLETED if complete else State.STARTED
    invitation.answered_at = now
    invitation.completed_at = now if complete else None
    invitation.save(update_fields=["state", "answered_at", "completed_at"])


def _is_unhappy(row: Answer) -> bool:
    return row.rates_a_fix and row.score is not None and row.score <= UNHAPPY_UP_TO


def _open(invitation_id: int, *, now: datetime) -> Invitation:
    """Return the invitation, locked: a double tap waits for the first to be done."""
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("version")
    invitation = rows.answerable(now).filter(pk=invitation_id).first()
    # Asked once it is locked: whoever erases a customer locks what they may answer.
    if invitation is None or Erasure.objects.has(invitation.customer_id):
        raise ExpiredError
    return invitation


def _cleaned(text: str) -> str:
    """Return the text with one kind of line end, no control characters and no empty lines."""
    lines = (
        "".join(letter for letter in line if letter.isprintable() or letter == "\t").strip()
        for line in text.splitlines()
    )
    return "\n".join(line for line in lines if line)


def forget_words(answers: QuerySet[Answer]) -> None:
    """Erase customers' comments; what they rated stays."""
    answers.update(words="")
