"""
By which channels customers come, how often, and whether those that serve themselves are content.

Definitions are the sentences of `HOW`, which the page prints below the numbers.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.customers.walls import within, within_brands
from complaints.intake.models import Channel
from feedback.comments.labels import Alarm
from feedback.models import Answer, Comment
from feedback.surveys.models import COUNTED
from feedback.surveys.questions import Kind
from feedback.surveys.scores import DETRACTS_UP_TO, PROMOTES_FROM, Estimate, Nps
from heatmaps_project.desk.models import Origin, Situation
from heatmaps_project.supervision.before_after.effects import Rate, fall_of_rate
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import NOTHING, Share

CONTAINED_FOR: Final = timedelta(hours=24)
RATES_WITHIN: Final = timedelta(days=30)  # a score is of the last way within
PEOPLE: Final = 1000  # subscribers that a rate is of

HOW: Final[tuple[Promise, ...]] = (
    _(
        "Complaints by the channel they came in by, without those withdrawn, for each 1,000"
        " subscribers of the houses that were imported. The change is against as many days"
        " before, of the same subscribers, and stands only where its interval leaves out that there"
        " is none."
    ),
    _(
        "Conversations by who looked up: staff (the lookup page, or a CRM that names its agent);"
        " bots and voice menus (an API client that names none); customers themselves (their own"
        " page, once they gave a code, asked for an address or to be told)."
    ),
    _("Self-service: of all conversations, those of bots, voice menus and own pages."),
    _(
        "Calls saved: of the conversations of known customers who were told something about their"
        " place, more than 24 hours old, those after which nobody of the staff looked the customer"
        " up within 24 hours, nor did a complaint of theirs come by call or in a shop. Whether they"
        " would have called otherwise, no number says."
    ),
    _("NPS by what a customer came by last, within 30 days before they were asked."),
)


class Way(TextChoices):
    """Who looked up."""

    STAFF = "staff", _("staff")
    MACHINE = "machine", _("bots and voice menus")
    OWN = "own", _("customers’ own pages")


@dataclass(frozen=True)
class ChannelRow:
    """Complaints by one channel: of the period, and of as many days before."""

    channel: Channel
    rate: Rate  # complaints and subscribers
    before: Rate
    nps: Nps

    @property
    def label(self) -> str:
        return str(self.channel.label)

    @property
    def per_thousand(self) -> float | None:
        return PEOPLE * self.rate.each if self.rate.each is not None else None

    @property
    def fall(self) -> Estimate | None:
        """By how many per cent it fell, where that is proven."""
        found = fall_of_rate(self.before, self.rate)
        return found if found and not found.low <= 0 <= found.high else None


@dataclass(frozen=True)
class WayRow:
    way: Way
    conversations: int
    saved: Share  # calls that did not follow
    nps: Nps

    @property
    def label(self) -> str:
        return str(self.way.label)


@dataclass(frozen=True)
class Channels:
    """
    subscribers    of the scope's brands and regions, as houses tell; 0: nobody imported any
    self_service   of all conversations
    """

    subscribers: int
    channels: list[ChannelRow]
    ways: list[WayRow]
    self_service: Share
    saved: Share


def _in_scope(row: str) -> str:
    """Return the condition, in SQL, that a scope holds a row of this name."""
    walls = within(brand=f"{row}.brand_id", region=f"{row}.region_id")
    return f"{walls} AND (%(region)s::bigint IS NULL OR {row}.region_id = %(region)s)"


_SUBSCRIBERS: Final = f"""
    SELECT coalesce(sum(h.people), 0)::bigint FROM complaints_housesubscribers h
    JOIN complaints_address a ON a.id = h.address_id
    WHERE {within_brands("h.brand_id")}
        AND (%(within)s::bigint[] IS NULL OR EXISTS (
            SELECT FROM complaints_region r
            WHERE r.id = ANY(%(within)s) AND ST_Covers(r.outline, a.point)))
"""
_COMPLAINTS: Final = f"""
    SELECT k.channel, count(*) FILTER (WHERE k.received_at >= %(since)s),
        count(*) FILTER (WHERE k.received_at < %(since)s)
    FROM complaints_complaint k
    WHERE k.received_at >= %(before)s AND k.received_at <= %(now)s AND k.withdrawn_at IS NULL
        AND {_in_scope("k")}
    GROUP BY 1
"""


def _way(row: str) -> str:
    return f"""CASE WHEN {row}.origin = '{Origin.OWN}' THEN '{Way.OWN}'
        WHEN {row}.origin = '{Origin.API}' AND {row}.agent = '' THEN '{Way.MACHINE}'
        ELSE '{Way.STAFF}' END"""


def _first(name: str) -> str:
    return f"(array_agg({name} ORDER BY at, id) FILTER (WHERE {name} IS NOT NULL))[1] AS {name}"


_SAYING_NOTHING: Final = f"('', '{Situation.UNSURE}', '{Situation.NOTHING}')"
_CONVERSATIONS: Final = f"""
    WITH calls AS (
        SELECT call, min(at) AS at, {_first("customer_id")}, {_first("brand_id")},
            {_first("region_id")}, (array_agg({_way("l")} ORDER BY at, id))[1] AS way,
            bool_or(situation NOT IN {_SAYING_NOTHING}) AS told
        FROM heatmaps_project_lookup l WHERE at >= %(since)s AND at <= %(now)s GROUP BY call
    )
    SELECT way, count(*), count(*) FILTER (WHERE is_judged),
        count(*) FILTER (WHERE is_judged AND NOT EXISTS (
            SELECT FROM heatmaps_project_lookup r
            WHERE r.customer_id = c.customer_id AND r.call <> c.call AND r.at > c.at
                AND r.at <= c.at + %(contained)s AND {_way("r")} = '{Way.STAFF}'
        ) AND NOT EXISTS (
            SELECT FROM complaints_complaint k
            WHERE k.customer_id = c.customer_id AND k.received_at > c.at
                AND k.received_at <= c.at + %(contained)s
                AND k.channel IN ('{Channel.CALL}', '{Channel.SHOP}')
        ))
    FROM (
        SELECT *, told AND customer_id IS NOT NULL AND at <= %(now)s - %(contained)s AS is_judged
        FROM calls
    ) AS c
    WHERE {_in_scope("c")} GROUP BY 1
"""
_SCORES: Final = f"""
    SELECT came.way, count(*) FILTER (WHERE a.score >= {PROMOTES_FROM}),
        count(*) FILTER (WHERE a.score <= {DETRACTS_UP_TO}), count(*)
    FROM feedback_answer a JOIN feedback_invitation i ON i.id = a.invitation_id
    CROSS JOIN LATERAL ({{came}}) AS came
    WHERE a.at >= %(since)s AND a.at <= %(now)s AND a.kind = '{Kind.NPS}' AND a.score IS NOT NULL
        AND {COUNTED}
        AND {_in_scope("i")}
    GROUP BY 1
"""
_OF_COMPLAINTS: Final = """
    SELECT k.channel AS way FROM complaints_complaint k
    WHERE k.customer_id = i.customer_id AND k.received_at <= i.created_at
        AND k.received_at > i.created_at - %(rates)s AND k.withdrawn_at IS NULL
    ORDER BY k.received_at DESC, k.id DESC LIMIT 1
"""
_OF_LOOKUPS: Final = f"""
    SELECT {_way("l")} AS way FROM heatmaps_project_lookup l
    WHERE l.customer_id = i.customer_id AND l.at <= i.created_at
        AND l.at > i.created_at - %(rates)s
    ORDER BY l.at DESC, l.id DESC LIMIT 1
"""


def channels(scope: Scope) -> Channels:
    """Count the period; five queries, whatever there is."""
    values = _values(scope)
    [(subscribers,)] = _asked(_SUBSCRIBERS, values)
    complaints = {channel: counts for channel, *counts in _asked(_COMPLAINTS, values)}
    talks = {way: counts for way, *counts in _asked(_CONVERSATIONS, values)}
    of_channel = _scores(_OF_COMPLAINTS, values)
    of_way = _scores(_OF_LOOKUPS, values)
    ways = [
        WayRow(way, told, Share(saved, judged), of_way.get(way, Nps(0, 0, 0)))
        for way in Way
        for told, judged, saved in [talks.get(way, (0, 0, 0))]
    ]
    alone = [row for way, row in zip(Way, ways, strict=True) if way != Way.STAFF]
    return Channels(
        subscribers=subscribers,
        channels=[
            ChannelRow(
                channel,
                Rate(now, subscribers),
                Rate(before, subscribers),
                of_channel.get(channel, Nps(0, 0, 0)),
            )
            for channel in Channel
            for now, before in [complaints.get(channel, (0, 0))]
        ],
        ways=ways,
        self_service=Share(
            sum(row.conversations for row in alone), sum(row.conversations for row in ways)
        ),
        saved=sum((row.saved for row in alone), NOTHING),
    )


def leaving(scope: Scope) -> int:
    """Count the distinct customers whose words in the period said that they will leave."""
    rows = Comment.objects.filter(
        alarms__contains=[Alarm.LEAVING],
        answer__at__gte=scope.since(),
        answer__at__lte=scope.now,
        answer__in=Answer.objects.within(scope.walls),
    )
    if scope.region is not None:
        rows = rows.filter(answer__invitation__region=scope.region)
    return rows.values("answer__invitation__customer").distinct().count()


def _values(scope: Scope) -> dict[str, Any]:
    walls = scope.walls.values
    return {
        "now": scope.now,
        "since": scope.since(),
        "before": scope.since() - (scope.now - scope.since()),
        **walls,
        "region": scope.region,
        "within": [scope.region] if scope.region else walls["regions"],
        "contained": CONTAINED_FOR,
        "rates": RATES_WITHIN,
    }


def _scores(came: str, values: dict[str, Any]) -> dict[str, Nps]:
    rows = _asked(_SCORES.format(came=came), values)
    return {way: Nps(promoters, detractors, n) for way, promoters, detractors, n in rows}


def _asked(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
