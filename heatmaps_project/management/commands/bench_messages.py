"""./dev bench messages: how fast customers are told, and whether each is told once."""

from time import perf_counter, process_time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.test.utils import override_settings
from django.utils import timezone

from feedback.notifications import transitions
from feedback.notifications.outbox.models import Message
from feedback.notifications.sending import delivery
from heatmaps_project.bench.messages.bare import copied, submitted
from heatmaps_project.bench.messages.centre import centre
from heatmaps_project.bench.messages.filling import fill
from heatmaps_project.bench.messages.killing import killed

MOST_SECONDS = 60.0  # to plan 200,000
LEAST_A_SECOND = 300.0  # sent by one worker
HEAD = (
    "| | ours | bare | ours / bare | CPU of ours, ms each | wanted |\n"
    "|---|---:|---:|---:|---:|---:|"
)


class Command(BaseCommand):
    help = "Fill an empty database with fixed spots, and tell their customers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--customers", type=int, default=50_000)
        parser.add_argument("--sent", type=int, default=3_000, help="of them, for the rate")
        parser.add_argument("--killed", type=int, default=3_000, help="of them, under kills")
        parser.add_argument("--kills", type=int, default=6)

    def handle(self, *args: Any, **options: Any) -> None:
        if Message.objects.exists():
            raise CommandError("The database is not empty: this bench fills one of its own.")
        fill(options["customers"], now=timezone.now())
        self.stdout.write(HEAD)
        with override_settings(QUIET_HOURS=""):
            faults = self._plan(options["customers"])
            faults += self._send(options["sent"])
            faults += self._kill(options["killed"], kills=options["kills"])
        if faults:
            raise CommandError("; ".join(faults))

    def _plan(self, customers: int) -> list[str]:
        began, cpu = perf_counter(), process_time()
        written = transitions.plan_messages(now=timezone.now())
        took, cpu = perf_counter() - began, process_time() - cpu
        rate, bare, most = written / took, copied(), MOST_SECONDS * customers / 200_000
        self.stdout.write(
            f"| {written} planned in {took:.1f} s, rows/s | {rate:.0f} | {bare:.0f} |"
            f" {rate / bare:.2f} | {1000 * cpu / written:.2f} | ≤ {most:.0f} s |"
        )
        self.stdout.flush()
        return ["planning is too slow"] * (took > most) + ["not all are planned"] * (
            written != customers
        )

    def _send(self, count: int) -> list[str]:
        """Send some by one worker, then the same number by smpplib alone."""
        _only(count)
        text = Message.objects.filter(state="planned")[0].text[:67]
        parts = sum(Message.objects.filter(state="planned").values_list("parts", flat=True))
        with centre() as taking, override_settings(SMS_GATEWAY=taking.address):
            began, cpu = perf_counter(), process_time()
            while delivery.send_messages(now=timezone.now()):
                pass
            took, cpu = perf_counter() - began, process_time() - cpu
            bare = submitted(taking.port, messages=parts, text=text)
        rate, bare = count / took, bare * count / parts
        self.stdout.write(
            f"| {count} sent ({parts} parts), messages/s | {rate:.0f} | {bare:.0f} |"
            f" {rate / bare:.2f} | {1000 * cpu / count:.2f} | ≥ {LEAST_A_SECOND:.0f} |"
        )
        self.stdout.flush()
        return ["sending is too slow"] * (rate < LEAST_A_SECOND)

    def _kill(self, count: int, *, kills: int) -> list[str]:
        Message.objects.exclude(state="cancelled").delete()
        _only(count)
        with centre() as taking:
            found = killed(taking, kills=kills)
        self.stdout.write(f"\n{count} messages while {found.killed} workers were killed: {found}")
        wrong = found.twice or found.lost or found.left or not found.killed
        return ["not each was told once"] * bool(wrong)


def _only(count: int) -> None:
    """Let so many messages be due, and no others."""
    chosen = Message.objects.filter(state__in=["cancelled", "planned"]).order_by("pk")[:count]
    ids = list(chosen.values_list("pk", flat=True))
    Message.objects.filter(state="planned").update(state="cancelled")
    Message.objects.filter(pk__in=ids).update(state="planned")
