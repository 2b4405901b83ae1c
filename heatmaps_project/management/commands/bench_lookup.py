"""./dev bench lookup: how long a lookup takes with 5 million complaints and 400,000 addresses."""

from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.test.utils import override_settings
from django.utils import timezone
from oauth2_provider.models import AccessToken, set_token_value

from complaints.models import Brand, Complaint, Region
from heatmaps_project.accounts.roles import Role
from heatmaps_project.bench.filling import filled_once
from heatmaps_project.bench.lookup.asking import MOST_MS, table, timed, tomorrow
from heatmaps_project.bench.lookup.filling import fill_around
from heatmaps_project.bench.pages.filling import Size, fill
from heatmaps_project.models import ApiClient, User

TOKEN = "bench-lookup"


class Command(BaseCommand):
    help = (
        "Fill an empty database and time lookups by point, address and phone, over the API and on "
        "the page, beside the bare PostGIS queries for the same places."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--complaints", type=int, default=5_000_000)
        parser.add_argument("--spots", type=int, default=50_000)
        parser.add_argument("--addresses", type=int, default=400_000)
        parser.add_argument("--lookups", type=int, default=300, help="of each kind")

    def handle(self, *args: Any, **options: Any) -> None:
        many = options["complaints"]
        filled = filled_once(
            partial(_fill, options),
            there=Complaint.objects.count(),
            wanted=many,
            what=f"complaints, with {options['spots']:,} spots, {options['addresses']:,} addresses",
        )
        self.stdout.write(filled)
        reader = User.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        with override_settings(
            DEBUG=False,
            ALLOWED_HOSTS=["localhost"],
            STORAGES={**settings.STORAGES, "staticfiles": plain},
            LOOKUP_QUOTA_PER_HOUR=10**9,
        ):
            rows = list(timed(options["lookups"], reader=reader, token=_token()))
        self.stdout.write(table(rows))
        if any(row.at(95) > MOST_MS for row in rows):
            raise CommandError(f"A lookup took more than {MOST_MS} ms at p95.")


def _fill(options: dict[str, Any]) -> None:
    now = timezone.now()
    fill(Size(options["spots"], options["complaints"]), now=now)
    fill_around(options["addresses"], now=now)


def _token() -> str:
    """Return a token of an API client of every brand and region that the office has."""
    AccessToken.objects.filter(application__source=TOKEN).delete()  # of the run before
    client, _ = ApiClient.objects.get_or_create(
        source=TOKEN,
        defaults={
            "name": TOKEN,
            "client_type": ApiClient.CLIENT_CONFIDENTIAL,
            "authorization_grant_type": ApiClient.GRANT_CLIENT_CREDENTIALS,
            "scopes": "lookup:read",
        },
    )
    client.brands.set(Brand.objects.all())
    client.regions.set(Region.objects.all())
    token = AccessToken(application=client, scope="lookup:read", expires=tomorrow())
    set_token_value(token, TOKEN)
    token.save()
    return TOKEN
