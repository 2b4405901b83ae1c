"""
Which of several PostgreSQL servers is written to, where each but one follows: one of those takes
over when that one is gone.

Safe where each commit waits for a follower (`synchronous_standby_names = 'ANY 1 (*)'`): before one
of the followers is promoted all of them are cut off, so that whoever still reaches the former
server is promised nothing any more; what was promised is in one of them, and the one that has most
takes over. Each step may be done again: whoever dies in between is gone on for by the next round.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

GONE_AFTER: Final = 3  # rounds in which none is written to
ANSWERS_S: Final = 2
CUT_S: Final = 10.0
NOWHERE: Final = "/nowhere"  # a host that no follower reaches, and that is refused at once

logger = logging.getLogger(__name__)


class UnsureError(Exception):
    """Nobody but a person can tell which server has all that was promised."""


@dataclass(frozen=True)
class Server:
    """
    One that answers.

    timeline    how many promotions its history has had; known of one that follows nobody
    shut_out    follows nobody, and refuses to be written to: another one took over from it
    source      how it finds the one that it follows
    """

    host: str
    follows: bool
    timeline: str
    shut_out: bool
    source: str


class Servers:
    """The servers that a connection string names: `host=db1,db2,db3 user=postgres`."""

    def __init__(self, conninfo: str) -> None:
        self._given = conninfo_to_dict(conninfo)
        self.hosts: list[str] = str(self._given.pop("host", "")).split(",")

    def look(self) -> list[Server]:
        """Ask each; return those that answer."""
        return [one for one in map(self._look_at, self.hosts) if one]

    def settle(self, seen: Sequence[Server]) -> bool:
        """
        Return whether one is written to; then the others follow it, and a former one is shut out.

        :raises UnsureError: two are written to, and neither took over from the other
        """
        writable = [one for one in seen if not one.follows and not one.shut_out]
        if not writable:
            return False
        latest = max(writable, key=lambda one: one.timeline)
        for former in writable:
            if former is latest:
                continue
            if former.timeline == latest.timeline:
                raise UnsureError(f"Both {former.host} and {latest.host} are written to.")
            self._set(former.host, "default_transaction_read_only", "on")
            logger.error("%s was taken over from: it is shut out.", former.host)
        for follower in seen:
            if follower.follows and not _may_follow(follower, latest.host):
                self._set(follower.host, "primary_conninfo", _of(follower.source, latest.host))
                logger.warning("%s follows %s now.", follower.host, latest.host)
        return True

    def fail_over(self, seen: Sequence[Server]) -> str:
        """
        Promote the follower that has most, and return its host.

        :raises UnsureError: more than the former one do not answer, or one is not cut off in time
        """
        followers = [one for one in seen if one.follows]
        if len(self.hosts) - len(followers) > 1 or not followers:
            answer = ", ".join(one.host for one in followers) or "none"
            raise UnsureError(f"Of those that follow only these answer: {answer}.")
        for one in followers:
            self._set(one.host, "primary_conninfo", _of(one.source, NOWHERE))
        has = {one.host: self._received(one.host) for one in followers}
        best = max(has, key=lambda host: has[host])
        self._ask(best, "SELECT pg_promote()")
        logger.warning("%s takes over.", best)
        return best

    def _look_at(self, host: str) -> Server | None:
        try:
            [(follows, timeline, read_only, source)] = self._ask(
                host,
                "SELECT pg_is_in_recovery(),"
                " CASE WHEN pg_is_in_recovery() THEN ''"
                " ELSE left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END,"
                " current_setting('default_transaction_read_only'),"
                " current_setting('primary_conninfo')",
            )
        except psycopg.OperationalError:
            return None
        return Server(host, follows, timeline, not follows and read_only == "on", source)

    def _received(self, host: str) -> int:
        """Return up to where a follower has the log, in bytes, once it gets no more of it."""
        until = monotonic() + CUT_S
        while self._ask(host, "SELECT 1 FROM pg_stat_wal_receiver"):
            if monotonic() > until:
                raise UnsureError(f"{host} goes on following.")
            sleep(0.1)
        [(received,)] = self._ask(
            host,
            "SELECT greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) - '0/0'::pg_lsn",
        )
        return int(received)

    def _set(self, host: str, setting: str, value: str) -> None:
        with self._connected(host) as connection:
            connection.execute(
                sql.SQL("ALTER SYSTEM SET {} = {}").format(
                    sql.Identifier(setting), sql.Literal(value)
                )
            )
            connection.execute("SELECT pg_reload_conf()")

    def _ask(self, host: str, question: LiteralString) -> list[tuple[Any, ...]]:
        with self._connected(host) as connection:
            return connection.execute(question).fetchall()

    def _connected(self, host: str) -> psycopg.Connection[tuple[Any, ...]]:
        known: dict[str, Any] = {
            "dbname": "postgres",
            "connect_timeout": ANSWERS_S,
            "tcp_user_timeout": ANSWERS_S * 1000,
            "keepalives_idle": ANSWERS_S,
            "keepalives_interval": 1,
            "keepalives_count": 2,
            **self._given,
            "host": host,
        }
        return psycopg.connect(make_conninfo(**known), autocommit=True)


def watch(servers: Servers, *, every_s: float) -> None:
    """Look for ever; fail over when none has been written to for GONE_AFTER rounds."""
    gone = 0
    while True:
        try:
            seen = servers.look()
            gone = 0 if servers.settle(seen) else gone + 1
            if gone >= GONE_AFTER:
                servers.fail_over(seen)
        except (UnsureError, psycopg.Error) as error:
            logger.error("%s", error)
        sleep(every_s)


def _may_follow(follower: Server, host: str) -> bool:
    return host in str(conninfo_to_dict(follower.source).get("host", "")).split(",")


def _of(source: str, host: str) -> str:
    return make_conninfo(source, host=host)
