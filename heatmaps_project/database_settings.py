"""How PostgreSQL is reached, and what each connection to it asks for."""

import os
from typing import Any

import dj_database_url

# Tried ever more seldom for longer, it would take minutes after an outage to see that PostgreSQL is
# back; after so long the next request tries anew.
# Whoever holds a line to a server that another took over from, and that is only read since, is
# rid of it after minutes (max_lifetime, seconds), not an hour.
POOL = {"min_size": 1, "max_size": 8, "timeout": 5, "reconnect_timeout": 3, "max_lifetime": 300}
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", "postgis:///heatmaps"),
        conn_health_checks=True,
        engine="django.contrib.gis.db.backends.postgis",
    )
}
DATABASES["default"]["OPTIONS"] = {
    # A machine whose cable is pulled says nothing more: it is given up for another one. Seconds,
    # but for the last, which is milliseconds.
    "connect_timeout": 2,
    "keepalives_idle": 3,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 9_000,
    **DATABASES["default"].get("OPTIONS", {}),
    "options": (
        "-c statement_timeout=30000 -c lock_timeout=3000"
        " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
        # The audit counts hundreds of thousands of rows by eleven things: in memory, not on
        # disk; to compile such a query takes longer than to run it; and an index that holds all
        # that is asked for costs what it costs on a solid-state disk.
        " -c work_mem=32MB -c jit=off -c random_page_cost=1.1"
    ),
    "pool": POOL if os.environ.get("DATABASE_POOL", "").lower() in {"1", "true", "yes"} else False,
}
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("TEST_DATABASE_NAME", "test_heatmaps")}
# Whom `migrate`, which the owner of the tables runs, lets use them; with a password it is made, or
# given that one. Web, workers and timetable know neither: DATABASE_URL names the role there.
DATABASE_ROLE = os.environ.get("DATABASE_ROLE", "")
DATABASE_ROLE_PASSWORD = os.environ.get("DATABASE_ROLE_PASSWORD", "")
