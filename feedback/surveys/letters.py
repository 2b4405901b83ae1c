"""What an e-mail holds of a survey: its first scale, each score a link to the page."""

from dataclasses import dataclass

from django.utils.translation import override

from feedback.surveys.languages import in_language
from feedback.surveys.links import links_to
from feedback.surveys.models import Invitation
from feedback.surveys.page import ends_of, heard_as
from feedback.surveys.wording import score_in_words


@dataclass(frozen=True)
class Scale:
    """A question with a link for each score: following it chooses, and only a tap there sends."""

    words: str
    scores: tuple[tuple[str, str, str], ...]  # as seen, as heard, address
    ends: tuple[str, str] | None  # what the lowest and the highest mean
    page: str  # the link that it stands for


def scale_of(invitation: Invitation, language: str) -> Scale | None:
    """Return the scale of the first question; None: it has none, or was answered."""
    questions = invitation.version.questions if invitation.version else ()
    if not questions or invitation.answered_at is not None:
        return None
    first = questions[0]
    link = page_of(invitation)
    with override(language):
        scores = tuple(
            (
                score_in_words(first.kind, score),
                heard_as(first.kind, score),
                f"{link}?lang={language}&score={score}",
            )
            for score in first.scores
        )
        ends = ends_of(first.kind)
    words = in_language(first.words, language)
    return Scale(words, scores, ends, link) if scores else None


def page_of(invitation: Invitation) -> str:
    """Return the address of an invitation's page; a POST of "refuse" to it refuses surveys."""
    return links_to([invitation.pk])[invitation.pk]
