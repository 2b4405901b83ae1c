"""manage.py check_queue NAME: fails where a queue is not worked off, for who restarts workers."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from heatmaps_project.operations.health import QUEUES, queue_is_worked_off


class Command(BaseCommand):
    help = "Fail where no task has come through a queue for minutes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("queue", choices=QUEUES)

    def handle(self, *args: Any, queue: str, **options: Any) -> None:
        if not queue_is_worked_off(queue, now=timezone.now()):
            longest = QUEUES[queue].seconds
            raise CommandError(f"Nothing has come through the queue {queue} for {longest} s.")
