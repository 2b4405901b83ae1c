"""What customers said of those spots, in SQL: complaints, messages, surveys, follow-ups, months."""

from datetime import datetime
from typing import Any, Final

from django.db import connection

from complaints.models import Brand, Region
from feedback.surveys.catalogue import QuestionKind, Survey, Trigger
from feedback.surveys.drafts import SurveyQuestion
from feedback.surveys.models import Answer
from feedback.surveys.transitions import version_in_force
from heatmaps_project.accounts.units.models import Unit
from heatmaps_project.bench.pages.filling import Size, complain
from heatmaps_project.models import User
from heatmaps_project.supervision.planning.transitions import measure_all
from spots.models import Team

OF_A_SPOT: Final = 5  # complaints
LEVELS: Final = 8  # of units, one in the other

# Every hundredth fix did not hold: the customers' complaints came back within three days.
REOPENED = """
    INSERT INTO spots_event (case_id, kind, at, was, became, note, facts)
    SELECT id, what, fixed_at + after * interval '1 hour', '', became, '', '{}'
    FROM spots_case, (VALUES ('reopened', 1, 'routed'), ('fixed', 2, 'fixed')) AS told (
        what, after, became)
    WHERE id %% 100 = 0 AND fixed_at <= %(now)s
"""
# Two customers of each spot are asked in the message of the fix, and each day some at random.
INVITATIONS = """
    INSERT INTO feedback_invitation (
        survey_id, version_id, occasion, customer_id, touch_point, brand_id, region_id, case_id,
        event_id, topic_id, cause_id, team_id, engineer_id, state, skipped, created_at, due_at,
        expires_at, sent_at, delivered_at, answered_at, completed_at
    )
    SELECT %(survey)s, %(version)s, 'event:' || e.id, m.customer_id, 'fixed', c.brand_id,
        c.region_id, c.id, e.id, c.topic_id, c.cause_id, c.team_id, c.engineer_id,
        CASE WHEN answers THEN 'completed' ELSE 'sent' END, '', e.at, e.at,
        e.at + interval '30 days', e.at, e.at, CASE WHEN answers THEN told END,
        CASE WHEN answers THEN told END
    FROM spots_event e JOIN spots_case c ON c.id = e.case_id,
        LATERAL (SELECT DISTINCT customer_id FROM complaints_complaint k
            JOIN spots_membership s ON s.complaint_id = k.id WHERE s.case_id = c.id
            ORDER BY 1 LIMIT 2) AS m,
        LATERAL (SELECT e.at + interval '2 hours' AS told,
            m.customer_id %% 2 = 0 AND e.at + interval '2 hours' <= %(now)s AS answers) AS t
    WHERE e.kind = 'fixed' AND e.at = c.fixed_at AND e.at <= %(now)s
"""
SAMPLED = """
    INSERT INTO feedback_invitation (
        survey_id, version_id, occasion, customer_id, touch_point, brand_id, state, skipped,
        created_at, due_at, expires_at, sent_at, delivered_at, answered_at, completed_at
    )
    SELECT %(sample)s, %(sampled)s, 'day:' || c.id, c.id, 'sample', c.brand_id,
        CASE WHEN answers THEN 'completed' ELSE 'delivered' END, '', at, at,
        at + interval '30 days', at, at, CASE WHEN answers THEN at END,
        CASE WHEN answers THEN at END
    FROM complaints_customer c,
        LATERAL (SELECT %(now)s - interval '1 hour' - (c.id %% 730) * interval '1 day' AS at,
            c.id %% 4 = 0 AS answers) AS t
    WHERE c.id %% 2 = 0
"""
ANSWERS = """
    INSERT INTO feedback_answer (invitation_id, question, kind, score, chosen, words, at, channel)
    SELECT id, 1, CASE WHEN touch_point = 'fixed' THEN 'csat' ELSE 'nps' END,
        CASE WHEN touch_point = 'fixed' THEN 1 + id %% 5 ELSE id %% 11 END, '{}'::smallint[],
        NULL::bytea,
        answered_at, 'web'
    FROM feedback_invitation WHERE state = 'completed'
    UNION ALL
    SELECT id, 2, 'text', NULL, '{}', %(words)s, answered_at, 'web'
    FROM feedback_invitation WHERE state = 'completed' AND id %% 8 = 0
"""
MESSAGES = """
    INSERT INTO feedback_message (
        reason, case_id, event_id, brand_id, region_id, time_zone, customer_id, invitation_id,
        channel, language, subject, text, parts, state, planned_at, due_at, expires_at, key, copy,
        attempts, handed_over_at, delivered_at, why, error
    )
    SELECT 'fixed', case_id, event_id, brand_id, region_id, 'Europe/Moscow', customer_id, id,
        'sms', 'ru', '', %(words)s, 1, 'delivered', sent_at, sent_at, expires_at,
        gen_random_uuid(), 1, 1, sent_at, sent_at, '', ''
    FROM feedback_invitation WHERE touch_point = 'fixed'
"""
# The unhappiest are called; those of the last two days are yet to be.
FOLLOWUPS = """
    INSERT INTO feedback_followup (
        invitation_id, customer_id, brand_id, region_id, case_id, alarms, state, misses, outcome,
        opened_at, due_at, closed_at
    )
    SELECT i.id, i.customer_id, i.brand_id, i.region_id, i.case_id, '{low_score}',
        CASE WHEN waits THEN 'open' ELSE 'closed' END, 0, CASE WHEN waits THEN '' ELSE 'saved' END,
        a.at, a.at + interval '1 day', CASE WHEN waits THEN NULL ELSE a.at + interval '9 hours' END
    FROM feedback_answer a JOIN feedback_invitation i ON i.id = a.invitation_id,
        LATERAL (SELECT a.at > %(now)s - interval '2 days' AS waits) AS t
    WHERE a.question = 1 AND a.score <= 1
"""
# An agent looked every fifth caller up, and passed a tenth of these on.
LOOKUPS = """
    INSERT INTO heatmaps_project_lookup (
        key, call, at, origin, by_id, agent, asked, customer_id, brand_id, region_id, situation,
        took_ms
    )
    SELECT gen_random_uuid(), gen_random_uuid(), received_at, 'page', %(agent)s, '', 'phone',
        customer_id, brand_id, region_id, 'outage', 9
    FROM complaints_complaint WHERE id %% 5 = 0
"""
OUTCOMES = """
    INSERT INTO heatmaps_project_lookupoutcome (
        lookup_id, outcome, at, complaint_id, channel, tell
    )
    SELECT id, 'answered', at + interval '50 seconds', NULL, '', NULL::boolean
    FROM heatmaps_project_lookup WHERE id %% 10 > 0
    UNION ALL
    SELECT id, 'passed_on', at + interval '50 seconds', (SELECT min(k.id)
        FROM complaints_complaint k WHERE k.customer_id = l.customer_id), 'call', true
    FROM heatmaps_project_lookup l WHERE id %% 10 = 0
"""
MONTHS = """
    INSERT INTO complaints_monthlyfact (customer_id, month, revenue, "left")
    SELECT c.id, (date_trunc('month', %(now)s::timestamptz) - n * interval '1 month')::date,
        300 + c.id %% 500, n = 0 AND c.id %% 50 = 0
    FROM complaints_customer c, generate_series(0, 6) AS n
"""


def fill_voices(spots: int, *, now: datetime) -> None:
    """Add what customers said of the spots that are there, and the organisation that hears it."""
    brand, region = Brand.objects.earliest("pk"), Region.objects.earliest("pk")
    _organise()
    complain(Size(spots, OF_A_SPOT * spots), brand_id=brand.pk, region_id=region.pk, now=now)
    survey = _survey(Trigger.FIXED, QuestionKind.CSAT, now=now)
    sample = _survey(Trigger.SAMPLE, QuestionKind.NPS, now=now)
    values: dict[str, Any] = {
        "now": now,
        "survey": survey.pk,
        "version": version_in_force(survey.pk, now=now).pk,
        "sample": sample.pk,
        "sampled": version_in_force(sample.pk, now=now).pk,
        "agent": User.objects.earliest("pk").pk,
        "words": Answer._meta.get_field("words").get_prep_value("Связь есть, спасибо."),
    }
    said = (REOPENED, INVITATIONS, SAMPLED, ANSWERS, MESSAGES, FOLLOWUPS, LOOKUPS, OUTCOMES, MONTHS)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in said:
            cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
    measure_all(now=now)


def _organise() -> None:
    """Make a chain of units with all teams in the last, and a team of its own beside each."""
    teams, above = list(Team.objects.order_by("pk")), Unit.objects.create(name="Level 1")
    for level in range(2, LEVELS + 1):
        above = Unit.objects.create(name=f"Level {level}", parent=above)
        beside = Unit.objects.create(name=f"Beside {level}", parent=above)
        beside.teams.set(teams[level % len(teams) :][:1])
    above.teams.set(teams)


def _survey(trigger: Trigger, kind: QuestionKind, *, now: datetime) -> Survey:
    names = {"name": f"bench {trigger}", "title_ru": "Опрос", "title_en": "Survey"}
    survey = Survey.objects.create(trigger=trigger, active_since=now, **names)
    for number, asked in enumerate((kind, QuestionKind.TEXT), start=1):
        SurveyQuestion.objects.create(survey=survey, number=number, kind=asked, words_ru="Вопрос?")
    return survey
