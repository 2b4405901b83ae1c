"""manage.py fail_over "host=db1,db2,db3 user=postgres": a follower takes over, docs/operate.md."""

from argparse import ArgumentParser
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError
from psycopg.conninfo import conninfo_to_dict

from heatmaps_project.operations import failover

EVERY_S = 2.0


class Command(BaseCommand):
    help = "Let a follower of PostgreSQL take over where none of the servers is written to."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("servers", help="as libpq has it; the password from ~/.pgpass")
        parser.add_argument("--watch", action="store_true", help="go on, and do it when it is due")

    def handle(self, *args: Any, servers: str, watch: bool, **options: Any) -> None:
        if "password" in conninfo_to_dict(servers):
            raise CommandError("Whoever lists the processes reads it: ~/.pgpass is for passwords.")
        them = failover.Servers(servers)
        if watch:
            failover.watch(them, every_s=EVERY_S)
        try:
            seen = them.look()
            if them.settle(seen):
                self.stdout.write("One is written to: nothing is to be done.")
            else:
                self.stdout.write(f"{them.fail_over(seen)} takes over.")
        except (failover.UnsureError, psycopg.Error) as error:
            raise CommandError(str(error)) from error
