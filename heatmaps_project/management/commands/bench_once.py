"""./dev bench once: the same complaints from sixteen senders are stored once, whatever dies."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.intake.models import Complaint
from heatmaps_project.bench.intake.once import Outcome, run
from heatmaps_project.bench.intake.world import bodies, make_world
from heatmaps_project.bench.serving import serving


class Command(BaseCommand):
    help = "Send the same complaints from sixteen senders to a server that is killed meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--complaints", type=int, default=10_000)

    def handle(self, *args: Any, **options: Any) -> None:
        if Complaint.objects.exists():
            raise CommandError("The database is not empty: this bench fills one of its own.")
        token, sent = make_world(), list(bodies("once", options["complaints"]))
        with serving("--preload") as server:  # a worker that is killed has another at once
            outcome = run(server, token, sent)
        stored = dict(Complaint.objects.values_list("external_id", "pk"))
        answers = sum(map(len, outcome.told.values()))
        troubles = ", ".join(f"{n} × {what}" for what, n in outcome.troubles.most_common())
        self.stdout.write(
            f"{len(sent)} complaints, {answers} answers, {len(outcome.killed)} kills;"
            f" stored: {len(stored)}; without an answer at first: {troubles or 'none'}"
        )
        check(outcome, stored, wanted={body["external_id"] for body in sent})


def check(outcome: Outcome, stored: dict[str, int], *, wanted: set[str]) -> None:
    """:raises CommandError: something is lost, doubled, or was answered untruly"""
    if not outcome.killed or not outcome.troubles:
        raise CommandError("Nothing has gone wrong on the way: this proves nothing.")
    if set(stored) != wanted or Complaint.objects.count() != len(wanted):
        raise CommandError("Not every complaint is stored once.")
    for external_id, answers in outcome.told.items():
        if {pk for _, pk in answers} != {stored[external_id]}:
            raise CommandError(f"{external_id}: an answer names another complaint.")
        words = [word for word, _ in answers]
        # Who created it may not have heard of it; nobody else is told so, and none of a conflict.
        if words.count("created") > 1 or set(words) - {"created", "exists"}:
            raise CommandError(f"{external_id}: an answer is untrue.")
