"""
Days of figures that changed when they were over: each trigger notes those that its rows are of.

What a fact is made of, heatmaps_project/supervision/rollups/sources.py says; what it reads is
watched here. A day is summed hours after it is over (facts.SETTLES), so a change of what happened
today notes nothing, and a writer whose transaction began on the day itself is done by then. A
note is a row of its own, for no writer to wait for another; a transaction makes each once.
"""

from django.db import migrations

# Facts that still change for days as things take their course are summed after four.
NOTE = """
CREATE FUNCTION figures_stale(name text, moment timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    over timestamptz := date_trunc('day', now(), 'UTC')
        - CASE WHEN name IN ('opened', 'joined') THEN interval '3 days' ELSE interval '0' END;
    its date := (moment AT TIME ZONE 'UTC')::date;
BEGIN
    IF moment < over AND NOT EXISTS (
        SELECT FROM heatmaps_project_staleday s
        WHERE s.fact = name AND s.day = its AND s.xmin = pg_current_xact_id()::xid
    ) THEN
        INSERT INTO heatmaps_project_staleday (fact, day) VALUES (name, its);
    END IF;
END $$;
"""
# An event changes what became of the opening of its case, and which fix was before the next.
EVENT = """
    IF NEW.by_id IS NOT NULL THEN
        PERFORM figures_stale('step', NEW.at);
    END IF;
    IF NEW.kind IN ('opened', 'fixed', 'reopened', 'failed') THEN
        PERFORM figures_stale('opened', at) FROM spots_event
        WHERE case_id = NEW.case_id AND kind = 'opened';
    END IF;
    IF NEW.kind = 'fixed' THEN
        PERFORM figures_stale('fixed', at) FROM spots_event
        WHERE case_id = NEW.case_id AND kind = 'fixed' AND at >= NEW.at;
    END IF;
"""
# What a case is of, all that is counted under it is of.
CASE = """
    IF TG_OP <> 'INSERT' THEN
        PERFORM figures_stale('ended', OLD.ended_at);
        PERFORM figures_stale('joined', OLD.opened_at);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM figures_stale('ended', NEW.ended_at);
        PERFORM figures_stale('joined', NEW.opened_at);
    END IF;
    IF TG_OP = 'UPDATE' AND (
        (OLD.kind, OLD.brand_id, OLD.region_id, OLD.state = 'merged')
            IS DISTINCT FROM (NEW.kind, NEW.brand_id, NEW.region_id, NEW.state = 'merged')
        OR OLD.team_id IS DISTINCT FROM NEW.team_id
    ) THEN
        PERFORM figures_stale(kind, at) FROM spots_event
        WHERE case_id = NEW.id AND kind IN ('opened', 'fixed');
        PERFORM figures_stale('step', at) FROM spots_event
        WHERE case_id = NEW.id AND by_id IS NOT NULL;
        PERFORM figures_stale('due', due_at) FROM spots_clock WHERE case_id = NEW.id;
        PERFORM figures_stale('rated', a.at)
        FROM feedback_invitation i JOIN feedback_answer a ON a.invitation_id = i.id
        WHERE i.case_id = NEW.id;
        PERFORM figures_stale(name, k.resolved_at)
        FROM spots_membership m JOIN complaints_complaint k ON k.id = m.complaint_id,
            unnest(ARRAY['solved', 'teamed', 'alone']) AS name
        WHERE m.case_id = NEW.id;
    END IF;
"""
CASE_CHANGED = """
    (OLD.kind, OLD.brand_id, OLD.region_id, OLD.team_id, OLD.topic_id, OLD.state = 'merged',
        OLD.opened_at, OLD.ended_at, OLD.dismissed_for)
    IS DISTINCT FROM
    (NEW.kind, NEW.brand_id, NEW.region_id, NEW.team_id, NEW.topic_id, NEW.state = 'merged',
        NEW.opened_at, NEW.ended_at, NEW.dismissed_for)
"""
CLOCK = """
    IF TG_OP <> 'INSERT' THEN PERFORM figures_stale('due', OLD.due_at); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM figures_stale('due', NEW.due_at); END IF;
"""
CLOCK_CHANGED = """
    (OLD.case_id, OLD.target, OLD.due_at, OLD.satisfied_at, OLD.stopped_at)
    IS DISTINCT FROM (NEW.case_id, NEW.target, NEW.due_at, NEW.satisfied_at, NEW.stopped_at)
"""
COMPLAINT = """
    IF TG_OP <> 'INSERT' THEN
        PERFORM figures_stale('solved', OLD.resolved_at);
        PERFORM figures_stale('teamed', OLD.resolved_at);
        PERFORM figures_stale('alone', OLD.resolved_at);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM figures_stale('solved', NEW.resolved_at);
        PERFORM figures_stale('teamed', NEW.resolved_at);
        PERFORM figures_stale('alone', NEW.resolved_at);
        PERFORM figures_stale('joined', c.opened_at)
        FROM spots_membership m JOIN spots_case c ON c.id = m.case_id
        WHERE m.complaint_id = NEW.id AND m.until IS NULL;
    END IF;
"""
COMPLAINT_CHANGED = """
    (OLD.brand_id, OLD.region_id, OLD.customer_id, OLD.received_at, OLD.resolved_at,
        OLD.withdrawn_at)
    IS DISTINCT FROM
    (NEW.brand_id, NEW.region_id, NEW.customer_id, NEW.received_at, NEW.resolved_at,
        NEW.withdrawn_at)
"""
OF_MEMBER = """
        PERFORM figures_stale(name, resolved_at)
        FROM complaints_complaint, unnest(ARRAY['solved', 'teamed', 'alone']) AS name
        WHERE id = {row}.complaint_id;
        PERFORM figures_stale('joined', opened_at) FROM spots_case WHERE id = {row}.case_id;
"""
MEMBER = f"""
    IF TG_OP <> 'INSERT' THEN {OF_MEMBER.format(row="OLD")} END IF;
    IF TG_OP <> 'DELETE' THEN {OF_MEMBER.format(row="NEW")} END IF;
"""
ANSWER = """
    IF TG_OP <> 'INSERT' THEN
        PERFORM figures_stale('rated', OLD.at);
        PERFORM figures_stale('scored', OLD.at);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM figures_stale('rated', NEW.at);
        PERFORM figures_stale('scored', NEW.at);
    END IF;
"""
ANSWER_CHANGED = """
    (OLD.invitation_id, OLD.question, OLD.kind, OLD.score, OLD.at)
    IS DISTINCT FROM (NEW.invitation_id, NEW.question, NEW.kind, NEW.score, NEW.at)
"""
ANSWERS = """
    PERFORM figures_stale(name, a.at)
    FROM feedback_invitation i JOIN feedback_answer a ON a.invitation_id = i.id,
        unnest(ARRAY['rated', 'scored']) AS name
    WHERE {them};
"""
INVITATION = ANSWERS.format(them="i.id = NEW.id")
INVITATION_CHANGED = """
    (OLD.customer_id, OLD.case_id, OLD.touch_point, OLD.brand_id, OLD.region_id)
    IS DISTINCT FROM
    (NEW.customer_id, NEW.case_id, NEW.touch_point, NEW.brand_id, NEW.region_id)
"""
# Employees and test numbers are in no figure of satisfaction.
CUSTOMER = ANSWERS.format(them="i.customer_id = NEW.id")
CUSTOMER_CHANGED = """
    (OLD.segment IN ('employee', 'test'), OLD.phone_index)
    IS DISTINCT FROM (NEW.segment IN ('employee', 'test'), NEW.phone_index)
"""
OF_NUMBER = ANSWERS.format(
    them="i.customer_id IN (SELECT id FROM complaints_customer WHERE phone_index = {row}.phone_index)"
)
OWN_NUMBER = f"""
    IF TG_OP <> 'INSERT' THEN {OF_NUMBER.format(row="OLD")} END IF;
    IF TG_OP <> 'DELETE' THEN {OF_NUMBER.format(row="NEW")} END IF;
"""
# (table, what it does, when it was inserted, changed or deleted; None: never by itself)
WATCHED = (
    (
        "spots_event",
        EVENT,
        "NEW.by_id IS NOT NULL OR NEW.kind IN ('opened', 'fixed', 'reopened', 'failed')",
        None,
        None,
    ),
    ("spots_case", CASE, "true", CASE_CHANGED, "true"),
    ("spots_clock", CLOCK, "NEW.due_at IS NOT NULL", CLOCK_CHANGED, "OLD.due_at IS NOT NULL"),
    (
        "complaints_complaint",
        COMPLAINT,
        "NEW.resolved_at IS NOT NULL",
        COMPLAINT_CHANGED,
        "OLD.resolved_at IS NOT NULL",
    ),
    ("spots_membership", MEMBER, "true", "OLD.* IS DISTINCT FROM NEW.*", "true"),
    (
        "feedback_answer",
        ANSWER,
        "NEW.score IS NOT NULL",
        ANSWER_CHANGED,
        "OLD.score IS NOT NULL",
    ),
    ("feedback_invitation", INVITATION, None, INVITATION_CHANGED, None),
    ("complaints_customer", CUSTOMER, None, CUSTOMER_CHANGED, None),
    ("complaints_ownnumber", OWN_NUMBER, "true", "true", "true"),
)
FUNCTION = """
CREATE FUNCTION figures_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {body} RETURN NULL; END $$;
"""
TRIGGER = """
CREATE TRIGGER figures_{event} AFTER {event} ON {table}
    FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION figures_of_{table}();
"""
DO = NOTE + "".join(
    FUNCTION.format(table=table, body=body)
    + "".join(
        TRIGGER.format(event=event, table=table, when=when)
        for event, when in zip(("insert", "update", "delete"), whens, strict=True)
        if when is not None
    )
    for table, body, *whens in WATCHED
)
UNDO = (
    "".join(
        f"DROP TRIGGER figures_{event} ON {table};"
        for table, _body, *whens in WATCHED
        for event, when in zip(("insert", "update", "delete"), whens, strict=True)
        if when is not None
    )
    + "".join(f"DROP FUNCTION figures_of_{table}();" for table, *_ in WATCHED)
    + "DROP FUNCTION figures_stale(text, timestamptz);"
)


class Migration(migrations.Migration):
    dependencies = [
        ("heatmaps_project", "0013_rollups"),
        ("feedback", "0014_figures_of_periods"),
    ]

    operations = [migrations.RunSQL(DO, UNDO)]
