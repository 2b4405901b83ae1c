"""
What the page of a spot shows of feedback: who was told, and what they answered.

The functions are panels as spots.cases.page.panels describes them; the roof hangs them on the page.
"""

from typing import Any

from django.db.models import Count, OuterRef, Subquery, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _

from complaints.customers.personal import scrubbed
from complaints.customers.reader import walls_of
from feedback.notifications.batches.models import Announcement
from feedback.notifications.outbox import shown
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import SENT_AGAIN_FROM, State
from feedback.notifications.templates.catalogue import Reason
from feedback.surveys.models import Answer
from spots.cases.merged import parts_of
from spots.cases.models import Case
from spots.cases.wording import moment

FOLDER = "admin/feedback/panels/"
MESSAGES = 10  # newest, on the page
COMMENTS = 10


def told(request: HttpRequest, case: Case) -> tuple[str, dict[str, Any]] | None:
    """Who was told what, how far it has come, and who could not be told."""
    if not request.user.has_perm("feedback.view_message"):
        return None
    messages = Message.objects.within(walls_of(request)).filter(case=case)
    newest = messages.select_related("customer", "case").prefetch_related("tries")
    newest = newest.order_by("-pk")[:MESSAGES]
    zone, may_send = case.region.time_zone, request.user.has_perm("feedback.resend_message")
    rows = [
        {
            "at": moment(message.delivered_at or message.handed_over_at or message.due_at, zone),
            "recipient": shown.recipient(message),
            "reason": message.get_reason_display(),
            "state": shown.state(message),
            "text": shown.text(message),
            "parts": message.parts,
            "tries": shown.tries(message),
            "again": message.pk if may_send and message.state in SENT_AGAIN_FROM else None,
        }
        for message in newest
    ]
    batches = _batches(case, messages)
    return FOLDER + "told.html", {"case": case, "batches": batches, "messages": rows}


def _batches(case: Case, messages: Any) -> list[dict[str, Any]]:
    """Return a line for each reason: how many are in each state, and who is left out."""
    counts: dict[str, list[tuple[str, int]]] = {}
    for reason, state, count in (
        messages.values_list("reason", "state").annotate(Count("pk")).order_by("reason", "state")
    ):
        counts.setdefault(reason, []).append((state, count))
    left_out: dict[str, dict[str, Any]] = {
        row["reason"]: dict(row)
        for row in Announcement.objects.filter(case=case)
        .values("reason")
        .annotate(
            silent=Sum("without_contact"), nameless=Sum("anonymous"), refused=Sum("opted_out")
        )
        .order_by("reason")
    }
    return [
        {
            "reason": Reason(reason).label,
            "states": [(state, State(state).label, count) for state, count in states],
            "total": sum(count for _state, count in states),
            "left_out": _left_out(left_out.get(reason, {})),
        }
        for reason in Reason.values
        if (states := counts.get(reason, [])) or reason in left_out
    ]


def _left_out(row: dict[str, Any]) -> list[tuple[str, int]]:
    named = {
        _("without phone and e-mail"): row.get("silent"),
        _("do not want such messages"): row.get("refused"),
        _("complaints without a customer"): row.get("nameless"),
    }
    return [(name, count) for name, count in named.items() if count]


def answered(request: HttpRequest, case: Case) -> tuple[str, dict[str, Any]] | None:
    """How customers rated the fix, and what they say; of what lives on in this case, too."""
    if not request.user.has_perm("feedback.view_answer"):
        return None
    answers = Answer.objects.within(walls_of(request)).filter(
        invitation__case__in=parts_of(case.pk)
    )
    ratings = answers.of_fixes().counted()
    by_rating = dict(ratings.values_list("score").annotate(Count("pk")).order_by("score"))
    total = sum(by_rating.values())
    average = sum(score * count for score, count in by_rating.items()) / total if total else None
    of_strangers = answers.of_fixes().filter(invitation__of_stranger=True)
    most = max(by_rating.values(), default=1)
    given = ratings.filter(invitation=OuterRef("invitation")).values("score")
    comments = answers.comments().annotate(rating=Subquery(given[:1])).order_by("-at", "-pk")
    said = comments.values_list("rating", "at", "words")[:COMMENTS]
    return FOLDER + "answered.html", {
        "case": case,
        "total": total,
        "of_strangers": of_strangers.count(),
        "average": average,
        "scale": [
            {
                "rating": rating,
                "count": by_rating.get(rating, 0),
                "share": round(100 * by_rating.get(rating, 0) / most),
            }
            for rating in range(5, 0, -1)
        ],
        "comments": [
            {
                "rating": rating,
                "at": moment(at, case.region.time_zone),
                "text": scrubbed(str(words)),
            }
            for rating, at, words in said
        ],
    }
