"""
The Celery application and its whole timetable.

Every promise lives in PostgreSQL: a task only asks the database what is left to do, so a lost
or doubled run changes nothing. Settings and the measurements behind them:
docs/decide/0003-tasks.md.
"""

import os
import socket

from celery import Celery
from celery.signals import worker_process_init

from heatmaps_project.garbage import spare_what_stays
from heatmaps_project.idle_worker import EndsWhenIdle
from heatmaps_project.task_connections import CELERYS_OWN, keep_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heatmaps_project.settings")

VISIBILITY_TIMEOUT = 900  # seconds until Redis hands a silent worker's task to another
# A connection to a machine whose cable was pulled is given up after 14 s, not two hours.
SILENT_MACHINE = {socket.TCP_KEEPIDLE: 5, socket.TCP_KEEPINTVL: 3, socket.TCP_KEEPCNT: 3}


def broker_url(redis_url: str) -> str:
    """
    Return REDIS_URL as kombu spells it.

    The redis client's "unix://" has another name there, and of "rediss://" it would take any
    certificate, unless told to check it, as the redis client does.
    """
    if redis_url.startswith("rediss://") and "ssl_cert_reqs=" not in redis_url:
        return f"{redis_url}{'&' if '?' in redis_url else '?'}ssl_cert_reqs=required"
    if not redis_url.startswith("unix://"):
        return redis_url
    return redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)


REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
BROKER_URL = broker_url(REDIS_URL)

# Its packages are installed only where it is wanted: docs/operate.md.
TELEMETRY = bool(os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"))
TASK = (
    "heatmaps_project.operations.telemetry:TracedTask"
    if TELEMETRY
    else "heatmaps_project.task_clock:OnTimeTask"
)

worker_process_init.connect(spare_what_stays)
keep_connections()
app = Celery("heatmaps", task_cls=TASK)
app.config_from_object(
    {
        "broker_url": BROKER_URL,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY_TIMEOUT,
            "socket_timeout": 5,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "socket_keepalive_options": SILENT_MACHINE,
            "health_check_interval": 25,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
        },
        "visibility_timeout": VISIBILITY_TIMEOUT,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_time_limit": 300,
        "task_soft_time_limit": 240,
        "task_ignore_result": True,
        "task_serializer": "json",
        "worker_soft_shutdown_timeout": 30,
        "worker_enable_soft_shutdown_on_idle": True,
        "worker_max_tasks_per_child": 1000,
        "worker_hijack_root_logger": False,
        # Detection keeps its window in one process's memory: a queue with one worker of its own.
        "task_routes": {
            "spots.detect": {"queue": "detection"},
            "heatmaps_project.beat_of_detection": {"queue": "detection"},
        },
        **CELERYS_OWN,
        "enable_utc": True,
        "timezone": "UTC",
    }
)

app.steps["worker"].add(EndsWhenIdle)

app.conf.beat_schedule = {
    name: {"task": name, "schedule": seconds, "options": {"expires": max(seconds, 10.0)}}
    for name, seconds in (
        ("complaints.geocode", 3.0),
        ("complaints.geocode_online", 10.0),
        ("complaints.forget_keys", 600.0),
        ("complaints.run_imports", 2.0),
        ("complaints.forget_imports", 3600.0),
        ("spots.detect", 3.0),
        ("spots.learn_baseline", 3600.0),
        ("spots.run_trials", 3.0),
        ("spots.run_imports", 3.0),
        ("spots.forget_imports", 3600.0),
        ("spots.count_suggestions", 10.0),
        ("spots.count_heat", 60.0),
        ("spots.open_singles", 15.0),
        ("spots.refresh_priorities", 300.0),
        ("spots.verify_fixes", 60.0),
        ("spots.mark_breaches", 15.0),
        ("spots.escalate", 15.0),
        ("spots.recompute_promises", 5.0),
        ("spots.switch_off_broken_rules", 60.0),
        ("feedback.plan_messages", 5.0),
        ("feedback.count_batches", 3.0),
        ("feedback.find_customers", 15.0),
        ("feedback.ask_customers", 5.0),
        ("feedback.send_messages", 5.0),
        ("feedback.send_to_staff", 5.0),
        ("feedback.tell_cases", 5.0),
        ("feedback.reopen_unhappy", 60.0),
        ("feedback.raise_alarms", 15.0),
        ("feedback.learn_comments", 3600.0),
        ("feedback.count_values", 60.0),
        ("feedback.give_on_occasions", 15.0),
        ("heatmaps_project.report_last_month", 600.0),
        ("heatmaps_project.measure_places", 3600.0),
        ("heatmaps_project.note_raised", 30.0),
        ("heatmaps_project.watch_launches", 600.0),
        ("heatmaps_project.count_half_hours", 600.0),
        ("heatmaps_project.roll_up", 15.0),
        ("heatmaps_project.make_digests", 60.0),
        ("heatmaps_project.send_digests", 30.0),
        ("heatmaps_project.ask_inlets", 5.0),
        ("heatmaps_project.send_codes", 2.0),
        ("heatmaps_project.forget_codes", 3600.0),
        ("heatmaps_project.end_by_age", 600.0),
        ("heatmaps_project.forget_lookups", 3600.0),
        ("heatmaps_project.call_again", 15.0),
        ("heatmaps_project.beat_of_celery", 30.0),
        ("heatmaps_project.beat_of_detection", 30.0),
        ("heatmaps_project.plan_webhooks", 3.0),
        ("heatmaps_project.announce_to_hubs", 3.0),
        ("heatmaps_project.send_webhooks", 2.0),
        ("heatmaps_project.forget_webhooks", 600.0),
        ("heatmaps_project.forget_calls", 3600.0),
    )
}

app.autodiscover_tasks(
    [
        "complaints.geocoding",
        "complaints.geocoding.online",
        "complaints.intake",
        "complaints.imports",
        "spots.watching",
        "spots.trials",
        "spots.network.imports",
        "spots.cases",
        "spots.routing",
        "spots.causes",
        "spots.sla",
        "spots.escalation",
        "spots.maps",
        "feedback.notifications",
        "feedback.surveys",
        "feedback.comments",
        "feedback.followups",
        "feedback.value",
        "feedback.goodwill",
        "heatmaps_project.desk",
        "heatmaps_project.desk.danger",
        "heatmaps_project.accounts.calls",
        "heatmaps_project.channels",
        "heatmaps_project.customers.retention",
        "heatmaps_project.desk.own",
        "heatmaps_project.operations",
        "heatmaps_project.supervision.audit.reports",
        "heatmaps_project.supervision.planning",
        "heatmaps_project.supervision.digests",
        "heatmaps_project.supervision.launches",
        "heatmaps_project.supervision.staffing",
        "heatmaps_project.supervision.rollups",
        "heatmaps_project.tmf.hub",
        "heatmaps_project.webhooks",
    ]
)
