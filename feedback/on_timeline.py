"""
What the timeline of a spot tells of feedback: who was told, and how customers rated the fix.

The functions are sources as spots.cases.page.story describes them; the roof hangs them on the page.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, Max, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.customers.reader import walls_of
from feedback.notifications.batches.models import Announcement
from feedback.notifications.batches.states import NOT_BEGUN
from feedback.notifications.outbox.states import State
from feedback.surveys.catalogue import Trigger
from feedback.surveys.models import RATING, Answer
from spots.cases.merged import parts_of
from spots.cases.models import Case
from spots.cases.page.story import MOST, Told, newest
from spots.cases.page.timeline import Group, Line
from spots.cases.wording import moment, number

LOST = (State.FAILED, State.EXPIRED)
ON_THE_WAY = (State.PLANNED, State.HELD, State.CLAIMED, State.HANDED_OVER, State.UNCERTAIN)


def messages(request: HttpRequest, case: Case, before: datetime | None) -> Told:
    """A line for each time that customers were told, never one for each customer; one query."""
    if not request.user.has_perm("feedback.view_message"):
        return Told()
    begun = Announcement.objects.filter(case=case).exclude(state__in=NOT_BEGUN)
    news = begun.exclude(recipients=0, told=0, anonymous=0)  # of those, nobody was concerned
    rows = news.annotate(
        written=Count("messages"),
        delivered=_in_states(State.DELIVERED),
        lost=_in_states(*LOST),
        on_the_way=_in_states(*ON_THE_WAY),
        cancelled=_in_states(State.CANCELLED),
    )
    found, reach = newest(rows, moment="begun_at", before=before)
    link = f"{reverse('admin:feedback_message_changelist')}?q={case.pk}"
    zone = case.region.time_zone
    return Told(
        [
            Line(
                at=one.begun_at,
                group=Group.CUSTOMERS,
                kind="told",
                label=_("customers told: %(reason)s") % {"reason": one.get_reason_display()},
                when=moment(one.begun_at, zone),
                who="",
                details=list(_counts(vars(one))),
                link=link,
                link_words=_("All messages"),
            )
            for one in found
        ],
        reach,
    )


def _in_states(*states: State) -> Count:
    return Count("messages", filter=Q(messages__state__in=states))


def _counts(row: dict[str, Any]) -> Iterator[str]:
    """How many messages there are and what became of them; what is nought is not said."""
    written = row["written"]
    yield ngettext("%(n)d message", "%(n)d messages", written) % {"n": written}
    for name, words in (
        ("delivered", _("delivered: %(n)d")),
        ("on_the_way", _("on the way: %(n)d")),
        ("lost", _("not delivered: %(n)d")),
        ("cancelled", _("cancelled: %(n)d")),
        ("without_contact", _("without phone and e-mail: %(n)d")),
    ):
        if row[name]:
            yield words % {"n": row[name]}


def answers(request: HttpRequest, case: Case, before: datetime | None) -> Told:
    """
    A line for each fix that customers rated, at the moment of the newest rating; one query.

    The fixes of cases that live on in this one are among them.
    """
    if not request.user.has_perm("feedback.view_answer"):
        return Told()
    rated = Answer.objects.within(walls_of(request)).filter(
        invitation__case__in=parts_of(case.pk), invitation__touch_point=Trigger.FIXED
    )
    fixes = rated.values("invitation__event", "invitation__case").annotate(
        count=Count("pk", filter=RATING),
        mean=Avg("score", filter=RATING),
        comments=Count("pk", filter=Q(words__isnull=False)),
        at=Max("at", filter=RATING),
    )
    fixes = fixes.filter(at__lt=before) if before else fixes.filter(at__isnull=False)
    link = f"{reverse('admin:feedback_answer_changelist')}?q={case.pk}"
    zone = case.region.time_zone
    return Told(
        [
            Line(
                at=fix["at"],
                group=Group.CUSTOMERS,
                kind="rated",
                label=_("customers rated the fix"),
                when=moment(fix["at"], zone),
                who="",
                details=list(_ratings(fix, case)),
                link=link,
                link_words=_("All answers"),
            )
            for fix in fixes.order_by("-at")[:MOST]
        ]
    )


def _ratings(fix: Mapping[str, Any], case: Case) -> Iterator[str]:
    if fix["invitation__case"] != case.pk:
        yield _("of № %(n)s, which was merged into this") % {"n": fix["invitation__case"]}
    yield ngettext("%(n)d answer", "%(n)d answers", fix["count"]) % {"n": fix["count"]}
    yield _("on average %(mean)s of 5") % {"mean": number(fix["mean"])}
    if fix["comments"]:
        words = ngettext("%(n)d comment", "%(n)d comments", fix["comments"])
        yield words % {"n": fix["comments"]}
