"""What an answer hands out of customers beyond what a page shows: noted by whoever keeps looks."""

from typing import Final, TypeVar

from django.http import HttpResponseBase

_Answer = TypeVar("_Answer", bound=HttpResponseBase)
_NAME: Final = "of_customers"


def of_customers(answer: _Answer, *, whose: str, what: str, why: str = "") -> _Answer:
    """
    Return an answer marked as one that says who customers are.

    whose  the place or the file they are of: "map 37.5,55.6,37.7,55.8"
    what   "file of complaints"
    why    what whoever asked for it wants it for, where they are asked
    """
    setattr(answer, _NAME, (whose, what, why))
    return answer


def handed_out(answer: HttpResponseBase) -> tuple[str, str, str] | None:
    """Return whose and what an answer hands out, and why; None: nothing of customers."""
    marked: tuple[str, str, str] | None = getattr(answer, _NAME, None)
    return marked
