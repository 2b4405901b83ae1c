"""./dev bench growth: what one of each kind costs, from a hundred thousand to ten million."""

import os
import platform
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test.utils import override_settings

from heatmaps_project.accounts.roles import Role
from heatmaps_project.bench import document
from heatmaps_project.bench.growth.asking import costs
from heatmaps_project.bench.growth.detecting import detection
from heatmaps_project.bench.growth.filling import grow, settle
from heatmaps_project.bench.growth.report import drawing, keep, kept, table
from heatmaps_project.management.commands.bench_audit import STORAGES
from heatmaps_project.models import User

STEPS: Final = (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
PICTURE: Final = document.ROOT / "docs" / "growth.svg"


class Command(BaseCommand):
    help = (
        "Let a database grow, measure at each step what one of each kind costs, and write it into"
        " docs/operate.md. Stopped, it goes on with the step where it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--steps", type=int, nargs="+", default=STEPS)
        parser.add_argument("--again", action="store_true", help="forget what was measured")

    def handle(self, *args: Any, **options: Any) -> None:
        file = settings.BASE_DIR / ".run" / "bench-growth.json"
        if options["again"]:
            file.unlink(missing_ok=True)
        curves = kept(file)
        for size in sorted(set(options["steps"]) - set(curves)):
            now = grow(size)
            settle()
            with override_settings(
                DEBUG=False,
                ALLOWED_HOSTS=["*"],
                STORAGES=STORAGES,
                API_LIST_SECONDS_PER_MINUTE=10**9,
                API_REQUESTS_PER_MINUTE=10**9,
                LOOKUP_QUOTA_PER_HOUR=10**9,
            ):
                reader = User.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
                curves[size] = {**costs(reader, now=now), **detection()}
            keep(file, curves)
            self.stdout.write(table({size: curves[size]}))
            self.stdout.flush()
            document.write("./dev bench growth", f"{_machine()}\n\n{table(curves)}")
            PICTURE.write_text(drawing(curves), encoding="utf-8")


def _machine() -> str:
    """Return what it was measured on, and when, in a sentence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), pg_database_size(current_database())"
        )
        version, size = cursor.fetchone()
        cursor.execute("SHOW shared_buffers")
        (buffers,) = cursor.fetchone()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB of memory, Python {platform.python_version()},"
        f" PostgreSQL {version.split()[0]} with {buffers} of shared buffers; the database has"
        f" {size / 1e9:.1f} GB at the last step. Made {document.made()}."
    )
