"""A complaint's score as it is stored."""

from collections.abc import Iterable, Iterator

from spots.detection.arrivals import moment
from spots.detection.score import Score
from spots.watching.models import Arrival


def booked(rows: Iterable[Arrival], scores: Iterable[Score | None]) -> Iterator[Arrival]:
    """Yield arrivals with the scores they were given; None: nothing was unusual."""
    for row, score in zip(rows, scores, strict=True):
        row.score = row.live = row.radius_m = row.customers = row.expected = row.start_at = None
        row.surveys = None
        if score is not None:
            row.score, row.live, row.radius_m = score.value, score.live, score.radius_m
            row.customers, row.expected = score.customers, score.expected
            row.start_at = moment(score.start_h)
            row.surveys = said_by_surveys(score)
        yield row


def said_by_surveys(score: Score) -> dict[str, float] | None:
    """What answers to surveys added to a score; None: they said nothing."""
    if not score.poor:
        return None
    return {
        "answers": score.answers,
        "poor": score.poor,
        "usually_poor": round(score.usually_poor, 4),
        "gain": round(score.gain, 4),
    }
