"""./dev bench answers: how many customers may answer at once, beside bare INSERTs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from feedback.surveys.models import Answer
from heatmaps_project.bench.answers.burst import PER_SECOND, heard, inserted, tapped
from heatmaps_project.bench.answers.filling import asked, replied
from heatmaps_project.bench.answers.month import answered, board_ms
from heatmaps_project.bench.serving import serving

WARMING = 50  # taps before those that count
SECONDS = 10  # of the burst
SLOWEST_MS = 1000.0  # of 99 in a hundred taps in the burst
BOARD_MS = 3000.0  # with the pause between two looks, an answer is seen within five seconds


class Command(BaseCommand):
    help = "Let customers answer by the page and by text, in an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--answers", type=int, default=1000, help="Of each kind.")
        parser.add_argument(
            "--month", type=int, default=0, help="Questionnaires answered in the month before."
        )

    def handle(self, *args: Any, answers: int, month: int, **options: Any) -> None:
        if Answer.objects.exists():
            raise CommandError("The database is not empty: this bench fills one of its own.")
        now = timezone.now()
        answered(month, now=now)
        bare = inserted(asked(answers, name="bare", now=now))
        with serving() as server:
            tapped(server, asked(WARMING, name="warm", now=now))
            fast = tapped(server, asked(answers, name="fast", now=now))
            burst = tapped(
                server, asked(PER_SECOND * SECONDS, name="burst", now=now), rate=PER_SECOND
            )
        replied(asked(answers, name="texts", now=now), now=now)
        texts = heard()
        looked_ms, counted_ms = board_ms(now=timezone.now())
        kept = Answer.objects.filter(kind="nps").count()
        self.stdout.write(
            "| | a second | beside bare INSERTs | median, ms | 99 %, ms |\n"
            "|---|---:|---:|---:|---:|\n"
            f"| bare INSERTs | {bare:.0f} | 1 | | |\n"
            f"| taps on the page, without a pause | {fast.per_second:.0f}"
            f" | {fast.per_second / bare:.2f} | {fast.p50_ms:.0f} | {fast.p99_ms:.0f} |\n"
            f"| taps on the page, a burst of {PER_SECOND}/s | {burst.per_second:.0f}"
            f" | | {burst.p50_ms:.0f} | {burst.p99_ms:.0f} |\n"
            f"| replies by text | {texts:.0f} | {texts / bare:.2f} | | |\n\n"
            f"The board, with {month} questionnaires of the month before: {looked_ms:.0f} ms to see"
            f" that nothing is new, {counted_ms:.0f} ms to count anew."
        )
        if (
            kept != month + 3 * answers + WARMING + PER_SECOND * SECONDS
            or fast.refused
            or burst.refused
        ):
            raise CommandError("Not every answer was kept.")
        if burst.p99_ms > SLOWEST_MS or min(fast.per_second, texts) < PER_SECOND:
            raise CommandError("Too slow.")
        if counted_ms > BOARD_MS:
            raise CommandError("The board is too slow.")
