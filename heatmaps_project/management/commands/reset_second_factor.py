"""For when nobody is left who could do it in the admin: docs/operate.md, "Who signs in"."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from heatmaps_project.accounts.second_factor.transitions import take_away
from heatmaps_project.models import User


class Command(BaseCommand):
    help = "Take somebody's second factor away: at their next sign-in they set up a new one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError("There is no such user.")
        had = take_away(user_id=user.pk, by=None)
        self.stdout.write("Taken away." if had else "There was none.")
