"""What complaints and comments are about, span by span: two queries."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, F, Func, QuerySet, Value
from django.db.models.functions import Extract, Floor

from complaints.intake.models import Complaint, Topic
from feedback.comments.labels import LABELS
from feedback.comments.models import Comment
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.topics.rising import BEFORE, Change, change


@dataclass(frozen=True)
class Line:
    """A topic, how often it came in each span, and whether it rises."""

    name: str
    spans: Sequence[int]  # the oldest first
    change: Change

    @property
    def earlier(self) -> Sequence[int]:
        return self.spans[:-1]


@dataclass(frozen=True)
class Topics:
    complaints: Sequence[Line]
    comments: Sequence[Line]


def topics(scope: Scope) -> Topics:
    """
    Return the topics of the scope's brands and region, those that rise the most first.

    Of who is known: anybody may send forms and letters until a topic rises.
    """
    since = scope.now - timedelta(days=scope.days) * (1 + BEFORE)
    complaints = Complaint.objects.in_effect().within(scope.walls).filter(proven=True)
    complaints = complaints.filter(occurred_at__gt=since, occurred_at__lte=scope.now)
    comments = Comment.objects.within(scope.walls).exclude(answer__invitation__of_stranger=True)
    comments = comments.filter(answer__at__gt=since, answer__at__lte=scope.now)
    if scope.region is not None:
        complaints = complaints.filter(region=scope.region)
        comments = comments.filter(answer__invitation__region=scope.region)
    names = {topic.pk: topic.name for topic in Topic.objects.all()}
    labels = dict(LABELS)
    told = _counted(complaints, "occurred_at", "topic", scope)
    about = _counted(comments.exclude(topic=""), "answer__at", "topic", scope)
    alarms = comments.annotate(alarm=Func(F("alarms"), function="unnest"))
    about |= _counted(alarms, "answer__at", "alarm", scope)
    return Topics(
        _lines(told, names.__getitem__),
        _lines(about, lambda label: str(labels.get(label, label))),
    )


def _counted(rows: QuerySet[Any], at: str, by: str, scope: Scope) -> dict[Any, list[int]]:
    """Return by what is counted how many came in each span, the oldest first."""
    length = timedelta(days=scope.days).total_seconds()
    ago = Extract(Value(scope.now, output_field=models.DateTimeField()) - F(at), "epoch")
    spans: dict[Any, list[int]] = defaultdict(lambda: [0] * (1 + BEFORE))
    counts = (
        rows.order_by()
        .annotate(span=Floor(ago / length, output_field=models.IntegerField()))
        .values_list(by, "span")
        .annotate(n=Count("pk"))
    )
    for what, span, n in counts:
        spans[what][BEFORE - min(int(span), BEFORE)] += n
    return dict(spans)


def _lines(counts: dict[Any, list[int]], name: Callable[[Any], str]) -> list[Line]:
    found = [
        Line(name(what), spans, change(spans, compared=len(counts)))
        for what, spans in counts.items()
    ]
    return sorted(found, key=_rank)


def _rank(line: Line) -> tuple[bool, float, int, str]:
    of = line.change
    return not of.rises, -(of.low or 0.0), -of.now, line.name


def begins(scope: Scope) -> list[datetime]:
    """Return when each span began, the oldest first."""
    length = timedelta(days=scope.days)
    return [scope.now - length * (n + 1) for n in reversed(range(1 + BEFORE))]
