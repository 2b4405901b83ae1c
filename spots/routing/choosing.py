"""
To whom of a team a case goes: on duty and not away, knowing the work, with the least to do.

1. Whoever is away is replaced by their deputy, if they named one; deputies have no deputies.
2. Of those on duty the ones who know the case's technology and topic, and take complex cases if
   it is one, are asked first; where nobody on duty does, it goes to the others all the same:
   better looked at than left.
3. The fewest cases in work decide, then who has been given none for longest, then who joined first.

Nobody on duty: the case is left to be taken.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum


class Why(StrEnum):
    """What decided; the words are in wording.py."""

    LEFT = "left"  # the team takes its cases by itself
    NOBODY = "nobody"  # nobody is on duty
    SKILLED = "skilled"  # the least loaded of those on duty who know the work
    UNSKILLED = "unskilled"  # nobody on duty knows it: the least loaded of all on duty
    NAMED = "named"  # a person chose this engineer


@dataclass(frozen=True)
class Person:
    """A member of a team at one moment."""

    id: int
    on_duty: bool = True
    away: bool = False
    deputy: int | None = None  # who stands in while they are away
    technologies: frozenset[str] = frozenset()  # known; empty: all
    topics: frozenset[int] = frozenset()  # known; empty: all
    complex_cases: bool = True  # whether they take them
    load: int = 0  # cases in work
    last_given: datetime | None = None  # None: never

    def knows(self, technologies: Collection[str], topic: int | None, *, is_complex: bool) -> bool:
        fits = (
            not self.technologies or not technologies or bool(self.technologies & {*technologies})
        )
        fits = fits and (self.complex_cases or not is_complex)
        return fits and (not self.topics or topic is None or topic in self.topics)


@dataclass(frozen=True)
class Choice:
    person: int | None  # None: left to be taken
    why: Why
    among: int = 0  # how many the person was chosen from
    load: int = 0  # the person's cases in work, before this one
    stands_in: int | None = None  # for whom


def choose(
    members: Iterable[Person],
    deputies: Iterable[Person] = (),
    *,
    technologies: Collection[str],
    topic: int | None,
    is_complex: bool = False,
) -> Choice:
    """Return who of the members, or of the deputies of those away, takes a case."""
    present = _present([*members], {person.id: person for person in deputies})
    if not present:
        return Choice(None, Why.NOBODY)
    skilled = [
        one for one in present if one.person.knows(technologies, topic, is_complex=is_complex)
    ]
    asked = skilled or present
    chosen = min(asked, key=lambda one: _turn(one.person))
    return Choice(
        chosen.person.id,
        Why.SKILLED if skilled else Why.UNSKILLED,
        among=len(asked),
        load=chosen.person.load,
        stands_in=chosen.stands_in,
    )


@dataclass(frozen=True)
class _Present:
    person: Person
    stands_in: int | None = None


def _present(members: list[Person], deputies: dict[int, Person]) -> list[_Present]:
    """Return who can take a case now, each once: members in their own right before deputies."""
    found = {one.id: _Present(one) for one in members if one.on_duty and not one.away}
    everybody = deputies | {one.id: one for one in members}
    for member in members:
        deputy = everybody.get(member.deputy) if member.away and member.deputy else None
        if deputy and deputy.on_duty and not deputy.away:
            found.setdefault(deputy.id, _Present(deputy, stands_in=member.id))
    return list(found.values())


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def _turn(person: Person) -> tuple[int, datetime, int]:
    return (person.load, person.last_given or _LONG_AGO, person.id)


def with_work(person: Person, *, load: int, last_given: datetime | None) -> Person:
    """Return the same person, with what they have to do."""
    return replace(person, load=load, last_given=last_given)
