"""Answers in words, for customers and for staff."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from complaints.customers.models import Customer
from complaints.customers.personal import masked_email, masked_phone, scrubbed
from feedback.surveys.catalogue import Trigger
from feedback.surveys.languages import in_language
from feedback.surveys.models import Answer, Invitation, Version
from feedback.surveys.questions import Kind, Question
from spots.cases.addresses import page_of
from spots.cases.models import Case

# Invitations keep what made us ask, or the name that the CRM gave a touch point.
TOUCH_POINTS: dict[str, Promise] = {
    Trigger.FIXED: gettext_lazy("told of a fix"),
    Trigger.FIXED_LATER: gettext_lazy("after a fix"),
    Trigger.SINGLE_CLOSED: gettext_lazy("single case closed"),
    Trigger.TOUCH: gettext_lazy("touch point"),
    Trigger.SAMPLE: gettext_lazy("random sample"),
}


def touch_point_in_words(touch_point: str) -> str:
    return str(TOUCH_POINTS.get(touch_point, touch_point))


def in_words(question: Question, row: Answer, language: str) -> str:
    """Return what staff read of an answer: phones and names hidden; "" of one passed over."""
    return short(question, row, language) or scrubbed(row.words)


def said_on(invitation: Invitation) -> list[tuple[str, str]]:
    """Return each question that was answered and what was said, for staff; one query."""
    language = (get_language() or "ru")[:2]
    rows = {row.question: row for row in Answer.objects.filter(invitation=invitation)}
    version = invitation.version
    return [
        (in_language(question.words, language), said)
        for question in (version.questions if version else ())
        if (row := rows.get(question.number)) and (said := in_words(question, row, language))
    ]


def short(question: Question, row: Answer, language: str) -> str:
    """Return a score or chosen options in words; "" of free words."""
    if row.score is not None:
        return score_in_words(question.kind, row.score)
    options = options_in(question, language)
    return ", ".join(options[number - 1] for number in row.chosen if number <= len(options))


def score_in_words(kind: Kind, score: int) -> str:
    """Return a score as it is seen: a number, or yes and no."""
    if kind is Kind.YES_NO:
        return _("Yes") if score else _("No")
    return str(score)


def options_in(question: Question, language: str) -> Sequence[str]:
    """Return the options in a language, in Russian where there are none."""
    return in_language(question.options, language[:2]) if question.options else ()


def in_a_text(question: Question, language: str, *, again: bool = False) -> str:
    """Return a question as a text message puts it, with how to answer; again: after a reply."""
    with override(language):
        words = [in_language(question.words, language).strip(), _listed(question, language)]
        words.append(_how_to_answer(question.kind, len(question.values)))
        if again:
            words.insert(0, _("Sorry, we did not understand."))
    return " ".join(one for one in words if one)


def thanks_in_a_text(version: Version, language: str) -> str:
    """Return what is said to whoever has answered all questions."""
    with override(language):
        return version.said_of("thanks", language) or _("Thank you!")


def _listed(question: Question, language: str) -> str:
    options = enumerate(options_in(question, language), start=1)
    listed = "; ".join(f"{number} – {option}" for number, option in options)
    return f"{listed}." if listed else ""


def _how_to_answer(kind: Kind, options: int) -> str:
    match kind:
        case Kind.NPS:
            return _("Reply with a number: 0, not at all, to 10, certainly.")
        case Kind.CSAT:
            return _("Reply with a number: 1, very bad, to 5, very good.")
        case Kind.YES_NO:
            return _("Reply YES or NO.")
        case Kind.CHOICE:
            return _("Reply with a number from 1 to %(last)d.") % {"last": options}
        case Kind.SEVERAL:
            return _("Reply with one number or several.")
    return _("Reply in your own words.")


def masked_customer(customer: Customer) -> SafeString:
    """Return where a customer is reached, masked; a dash: nowhere."""
    where = masked_phone(customer.phone) or masked_email(customer.email)
    return format_html('<span class="told-to">{}</span>', where or "—")


def spot_link(case: Case | None) -> SafeString:
    """Return a link to the page of a case; of none, a dash."""
    if case is None:
        return SafeString("—")
    place = case.place or _("no address")
    return format_html('<a class="told-spot" href="{}">№ {}, {}</a>', page_of(case), case.pk, place)


def score_badge(kind: str, score: int) -> SafeString:
    """Return a score as a badge, coloured by whether it is good; of 10 or of 5."""
    of = {Kind.NPS: 10, Kind.CSAT: 5}.get(Kind(kind), 1)
    colour = score if kind == Kind.CSAT else {True: 5}.get(score >= 9, 3 if score >= 7 else 1)
    heard = _("%(score)d out of %(of)d") % {"score": score, "of": of}
    return format_html('<span class="rated rated-{}" title="{}">{}</span>', colour, heard, score)
