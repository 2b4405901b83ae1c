"""The lookup as one use case: who or where, what is known, what to say; and that it was asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from uuid import UUID, uuid4

from complaints.customers.models import Customer
from complaints.customers.personal import blind_index
from complaints.customers.walls import Walls
from complaints.geocoding import geocoder
from complaints.geocoding.address import normalise
from complaints.geocoding.geocoder import Match
from complaints.intake.models import Complaint
from heatmaps_project.accounts.models import ApiClient, User
from heatmaps_project.desk import callers, transitions
from heatmaps_project.desk.answers import Answer, Place, answer_at, find
from heatmaps_project.desk.callers import Caller
from heatmaps_project.desk.models import Lookup, Origin
from heatmaps_project.desk.questions import Asked, Question
from heatmaps_project.desk.together import together

MOST_SUGGESTIONS = 8


@dataclass(frozen=True)
class Asker:
    """Who asks, and by which way: a member of staff, a machine, or the customer."""

    origin: Origin
    walls: Walls
    user: User | None = None
    client: ApiClient | None = None
    agent: str = ""  # as the client calls the person before it


@dataclass(frozen=True)
class Result:
    """
    What was found. Without an answer: either several callers, or several places, or nothing.

    lookup  its record; None: nothing was asked
    """

    caller: Caller | None = None
    answer: Answer | None = None
    lookup: Lookup | None = None
    people: Sequence[Customer] = ()  # whom it could mean, where it is more than one
    places: Sequence[Match] = field(default=())  # which it could mean


def look_up(
    questions: Sequence[Question],
    *,
    asker: Asker,
    place: Place | None = None,
    customer_id: int | None = None,
    call: UUID | None = None,
    now: datetime,
) -> Result:
    """
    Answer the first of the questions that means somebody or some place, and record it.

    place        where, if it is known: a point was asked for
    customer_id  who calls, if it is known from before; ignored behind the asker's walls
    call         the conversation that it is part of; None: a new one

    :raises transitions.QuotaUsedUpError: this person has asked as often as one may in an hour
    """
    began = perf_counter()
    transitions.check_quota(asker.user, now=now)
    person = _known(customer_id, asker.walls)
    known = _Known(asker, call or uuid4(), began, now)
    for question in questions:
        people = callers.found(question, walls=asker.walls)
        people = [one for one in people if person and one[0].pk == person.pk] or people
        if len({one.pk for one, _ in people}) > 1:
            named = {one.pk: one for one, _ in people}
            lookup = known.recorded(question, people=list(named.values()))
            return Result(lookup=lookup, people=list(named.values()))
        where = place or _place(question)
        if people or where:
            found, complaint = people[0] if people else (person, None)
            return known.answered(question, found, complaint, where)
    return Result(
        caller=_caller(person, None, asker.walls),
        lookup=known.recorded(questions[0], person),
        places=_places(questions),
    )


@dataclass(frozen=True)
class _Known:
    """Who asks, in which conversation, and since when (seconds of perf_counter)."""

    asker: Asker
    call: UUID
    began: float
    now: datetime

    def answered(
        self,
        question: Question,
        person: Customer | None,
        complaint: Complaint | None,
        place: Place | None,
    ) -> Result:
        walls = self.asker.walls
        walls = callers.within_brand(walls, person) if person else walls
        caller = _caller(person, complaint, walls)
        if place is None and caller and caller.last and caller.last.point:
            last = caller.last
            place = Place(caller.last.point, caller.where, last.precision, of_caller=True)
        answer = together((place, walls), lambda: answer_at(place, walls=walls, now=self.now))
        return Result(caller=caller, answer=answer, lookup=self.recorded(question, person, answer))

    def recorded(
        self,
        question: Question,
        person: Customer | None = None,
        answer: Answer | None = None,
        *,
        people: Sequence[Customer] = (),
    ) -> Lookup:
        spot = answer.spot if answer else None
        return transitions.record(
            by=self.asker.user,
            client=self.asker.client,
            agent=self.asker.agent,
            origin=self.asker.origin,
            call=self.call,
            asked=question.kind,
            subject_index=_index(question),
            customer=person,
            people=people,
            brand_id=person.brand_id if person else spot.brand_id if spot else None,
            region_id=answer.region_id if answer else None,
            situation=answer.situation.kind if answer else "",
            case_id=spot.id if spot else None,
            took_ms=round((perf_counter() - self.began) * 1000),
            now=self.now,
        )


def _known(customer_id: int | None, walls: Walls) -> Customer | None:
    if customer_id is None:
        return None
    rows = Customer.objects.within(walls).select_related("brand")
    return rows.filter(pk=customer_id).first()


def _caller(person: Customer | None, complaint: Complaint | None, walls: Walls) -> Caller | None:
    return callers.caller(person, asked_for=complaint, walls=walls) if person else None


def _place(question: Question) -> Place | None:
    if question.kind != Asked.ADDRESS:
        return None
    return together(question, lambda: find(question.text))


def _places(questions: Sequence[Question]) -> list[Match]:
    text = next((one.text for one in questions if one.kind == Asked.ADDRESS), "")
    return geocoder.suggest(text, MOST_SUGGESTIONS) if text else []


def _index(question: Question) -> bytes | None:
    """Return what lets the same question be found again, and says nothing of it."""
    if question.kind == Asked.ADDRESS:
        return blind_index(normalise(question.text))
    return blind_index(question.text) if question.kind == Asked.PHONE else None
