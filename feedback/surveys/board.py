"""
What the board shows: scores with their intervals, response, by whatever customers' answers have.

Definitions: scores by the moment of the answer as it stands; response by the moment of sending:
completed of delivered, those in part apart. A fixed number of queries, whatever the rows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db.models import Count, F, FilteredRelation, Q
from django.db.models.functions import ExtractHour, TruncDate
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.customers.models import Brand
from complaints.customers.reader import name_of
from complaints.customers.walls import Walls
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from feedback.surveys.catalogue import Survey
from feedback.surveys.models import Answer, AnswerQuerySet, Invitation, InvitationQuerySet
from feedback.surveys.questions import Kind
from feedback.surveys.scores import (
    DETRACTS_UP_TO,
    PROMOTES_FROM,
    Csat,
    Estimate,
    Nps,
    wilson,
)
from feedback.surveys.states import REACHED, About, State
from feedback.surveys.wording import touch_point_in_words
from spots.cases.catalogue import Cause
from spots.models import Team

MOST = 100  # rows of a table
NAMES: dict[str, Promise] = {
    "touch_point": gettext_lazy("touch point"),
    "survey": gettext_lazy("survey"),
    "brand": gettext_lazy("brand"),
    "region": gettext_lazy("region"),
    "team": gettext_lazy("team"),
    "engineer": gettext_lazy("engineer"),
    "agent": gettext_lazy("agent"),
    "segment": gettext_lazy("segment"),
    "topic": gettext_lazy("topic"),
    "cause": gettext_lazy("cause"),
    "day": gettext_lazy("day"),
    "hour": gettext_lazy("hour it was sent"),
    "channel": gettext_lazy("channel"),
    "text": gettext_lazy("text"),
}
# The message that asks is read through the invitation: the room of messages is above this one.
_ASKING = ("survey", "fixed", "area_fixed")  # its reasons; a reminder is another message
_OF_MESSAGE = {"channel": "channel", "text": "template"}
_CHANNELS: dict[str, Promise | str] = {
    "sms": "SMS",
    "email": gettext_lazy("e-mail"),
    "push": gettext_lazy("push message"),
}
_TEXT_SHOWN = 60  # letters
_TABLES: dict[str, Any] = {
    "survey": Survey,
    "brand": Brand,
    "region": Region,
    "team": Team,
    "topic": Topic,
    "cause": Cause,
}
_NPS = Q(kind=Kind.NPS)
_CSAT = Q(kind=Kind.CSAT)
SCORED = {
    "promoters": Count("pk", filter=_NPS & Q(score__gte=PROMOTES_FROM)),
    "detractors": Count("pk", filter=_NPS & Q(score__lte=DETRACTS_UP_TO)),
    "gave_nps": Count("pk", filter=_NPS),
    "satisfied": Count("pk", filter=_CSAT & Q(score__gte=F("invitation__version__good_from"))),
    "gave_csat": Count("pk", filter=_CSAT),
}
RESPONDED = {
    "delivered": Count("pk", filter=Q(state__in=REACHED)),
    "completed": Count("pk", filter=Q(state=State.COMPLETED)),
    "partial": Count("pk", filter=Q(state__in=[State.STARTED, State.PARTIAL])),
}


@dataclass(frozen=True)
class Slice:
    """
    What a reader may count: the walls, and of an agent or an engineer their own alone.

    about  of which of the two kinds of surveys; their scores are never added up
    """

    walls: Walls
    now: datetime
    days: int
    zone: ZoneInfo
    own: Q = field(default_factory=Q)  # on invitations
    survey: int | None = None
    about: About = About.TOUCH_POINTS

    def answers(self, *, since: datetime, until: datetime) -> AnswerQuerySet:
        rows = Answer.objects.counted().within(self.walls).about(self.about)
        rows = rows.filter(at__gt=since, at__lte=until)
        mine = Invitation.objects.filter(self.own)
        rows = rows.filter(invitation__in=mine) if self.own else rows
        return rows.filter(invitation__survey=self.survey) if self.survey else rows

    def invitations(self) -> InvitationQuerySet:
        rows = Invitation.objects.within(self.walls).about(self.about).filter(self.own)
        rows = rows.filter(due_at__gt=self.since, due_at__lte=self.now)
        return rows.filter(survey=self.survey) if self.survey else rows

    @property
    def since(self) -> datetime:
        return self.now - timedelta(days=self.days)


def own_of(user: AbstractUser) -> Q:
    """Return which invitations a reader may count: all, or those they and their team served."""
    if user.has_perm("feedback.view_whole_board"):
        return Q()
    theirs = Team.objects.filter(members=user.pk)  # joined, a row would count once per member
    return Q(agent=user.pk) | Q(engineer=user.pk) | Q(team__in=theirs)


@dataclass(frozen=True)
class Row:
    """A line of the board."""

    name: str
    nps: Nps = field(default_factory=Nps)
    csat: Csat = field(default_factory=Csat)
    delivered: int = 0
    completed: int = 0
    partial: int = 0

    @property
    def response(self) -> Estimate | None:
        """Completed of delivered, percent; None: nobody was reached."""
        if not self.delivered:
            return None
        low, high = wilson(self.completed, self.delivered)
        return Estimate(100 * self.completed / self.delivered, 100 * low, 100 * high)

    @property
    def begun(self) -> int:
        """How many gave an answer at all."""
        return self.completed + self.partial

    @property
    def completion(self) -> float | None:
        """Completed of begun, percent; None: nobody has begun."""
        return 100 * self.completed / self.begun if self.begun else None


def total(part: Slice) -> Row:
    """Return the line of everything."""
    scored = part.answers(since=part.since, until=part.now).aggregate(**SCORED)
    return _row(_("in all"), scored, part.invitations().counted().aggregate(**RESPONDED))


def rows_by(part: Slice, dimension: str) -> list[Row]:
    """Return a line for each value of a dimension, those most answered first; three queries."""
    answers = part.answers(since=part.since, until=part.now)
    invitations = part.invitations().counted()
    scored = _split(answers, dimension, "invitation__", part).annotate(**SCORED).order_by("by")
    asked = _split(invitations, dimension, "", part).annotate(**RESPONDED).order_by("by")
    found: dict[Any, dict[str, Any]] = {}
    for one in chain(scored, asked):
        found[one["by"]] = {**found.get(one["by"], {}), **one}
    names = _names(dimension, found)
    if dimension in ("day", "hour"):
        keys = sorted((key for key in found if key is not None), reverse=dimension == "day")
        keys += [None] if None in found else []
    else:
        keys = _by_answers(found)
    shown = [key for key in keys if any(v for k, v in found[key].items() if k != "by")]
    return [_row(names.get(key, "—"), found[key], found[key]) for key in shown[:MOST]]


def _split(rows: Any, dimension: str, prefix: str, part: Slice) -> Any:
    """Return answers or invitations with `by`: what a row of theirs counts for."""
    if dimension == "day":
        return rows.values(by=TruncDate("at" if prefix else "due_at", tzinfo=part.zone))
    if dimension == "hour":
        return rows.values(by=ExtractHour(f"{prefix}sent_at", tzinfo=part.zone))
    if dimension in _OF_MESSAGE:
        of = f"{prefix}messages"
        that = FilteredRelation(of, condition=Q(**{f"{of}__reason__in": _ASKING}))
        return rows.annotate(that=that).values(by=F(f"that__{_OF_MESSAGE[dimension]}"))
    column = "customer__segment" if dimension == "segment" else dimension
    return rows.values(by=F(f"{prefix}{column}"))


def _by_answers(found: Mapping[Any, Mapping[str, Any]]) -> list[Any]:
    def given(key: Any) -> int:
        answers: int = found[key].get("gave_nps", 0) + found[key].get("gave_csat", 0)
        return answers

    return sorted(found, key=lambda key: (-given(key), str(key)))


def _names(dimension: str, keys: Iterable[Any]) -> dict[Any, str]:
    if dimension == "day":
        return {key: date_format(key, "j E") for key in keys}
    if dimension == "touch_point":
        return {key: touch_point_in_words(key) for key in keys}
    if dimension == "segment":
        return {key: key or "—" for key in keys}
    wanted = [key for key in keys if key is not None]
    if dimension == "hour":
        return {hour: f"{hour:02d}:00" for hour in wanted}
    if dimension == "channel":
        return {key: str(_CHANNELS.get(key, key)) for key in wanted}
    if dimension == "text":
        return {None: _("packaged text"), **_texts(wanted)}
    if dimension in ("engineer", "agent"):
        people = get_user_model().objects.filter(pk__in=wanted)
        return {person.pk: name_of(person) for person in people}
    return {one.pk: str(one) for one in _TABLES[dimension].objects.filter(pk__in=wanted)}


def _texts(templates: Iterable[int]) -> dict[int, str]:
    used = Invitation.objects.filter(messages__template__in=templates)
    bodies = used.order_by().values_list("messages__template", "messages__template__body")
    return {
        pk: body if len(body) <= _TEXT_SHOWN else f"{body[:_TEXT_SHOWN]}…"
        for pk, body in bodies.distinct()
        if pk is not None
    }


def _row(name: str, scored: Mapping[str, Any], asked: Mapping[str, Any]) -> Row:
    counts = (_count(asked, what) for what in ("delivered", "completed", "partial"))
    return Row(name, *scores_of(scored), *counts)


def scores_of(counted: Mapping[str, Any]) -> tuple[Nps, Csat]:
    """Return the scores that a row of SCORED counts."""
    nps = (_count(counted, what) for what in ("promoters", "detractors", "gave_nps"))
    return Nps(*nps), Csat(_count(counted, "satisfied"), _count(counted, "gave_csat"))


def _count(of: Mapping[str, Any], what: str) -> int:
    return int(of.get(what) or 0)


def not_asked(part: Slice) -> list[tuple[str, int]]:
    """Return why customers were not asked, and how many, the most frequent first."""
    skipped = part.invitations().filter(state=State.SKIPPED)
    counts = skipped.values_list("skipped").annotate(n=Count("pk")).order_by("-n")
    return list(counts)


def newest(part: Slice) -> str:
    """Return a mark that changes whenever an answer arrives or is changed; one query."""
    last = part.answers(since=part.since, until=part.now).order_by("-at", "-pk")
    found = last.values_list("at", "pk").first()
    return f"{found[0].timestamp()}-{found[1]}" if found else "0"
