"""manage.py make_api_client: credentials for a machine that uses the API."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_slug
from django.db import transaction
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.settings import oauth2_settings

from complaints.customers.models import Brand
from complaints.geocoding.models import Region
from heatmaps_project.accounts.models import ApiClient
from heatmaps_project.accounts.transitions import give_account
from heatmaps_project.api_settings import SCOPES_OF_MOVES


class Command(BaseCommand):
    help = "Make an API client and print its id and secret, once: only a hash is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        scopes = ", ".join(oauth2_settings.SCOPES)
        add = parser.add_argument
        add("source", help="names what the client sends; letters, digits, hyphens, underscores")
        add("--brands", nargs="+", required=True, metavar="CODE", help="whose complaints it sends")
        add("--regions", nargs="*", default=[], metavar="CODE", help="what it may read, beside")
        add("--scopes", nargs="+", required=True, metavar="SCOPE", help=scopes)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        source: str = options["source"]
        check_new(source)
        check_scopes(options["scopes"])
        brands = chosen(Brand, options["brands"])
        regions = chosen(Region, options["regions"])
        secret = generate_client_secret()
        client = ApiClient.objects.create(
            source=source,
            name=source,
            client_secret=secret,
            client_type=ApiClient.CLIENT_CONFIDENTIAL,
            authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
            scopes=" ".join(options["scopes"]),
        )
        client.brands.set(brands)
        client.regions.set(regions)
        if SCOPES_OF_MOVES & {*options["scopes"]}:
            give_account(client_id=client.pk)
        self.stdout.write(f"client_id={client.client_id}\nclient_secret={secret}")


def check_new(source: str) -> None:
    """:raises CommandError: not a name, or one that is taken"""
    try:
        validate_slug(source)
    except ValidationError as error:
        raise CommandError(f"{source!r}: {error.messages[0]}") from None
    if ApiClient.objects.filter(source=source).exists():
        raise CommandError(f"There is an API client {source!r} already.")


def check_scopes(scopes: list[str]) -> None:
    """:raises CommandError: a scope that does not exist"""
    unknown = sorted(set(scopes) - set(oauth2_settings.SCOPES))
    if unknown:
        raise CommandError(f"No such scope: {', '.join(unknown)}.")


def chosen(model: type[Brand] | type[Region], codes: list[str]) -> list[Any]:
    """:raises CommandError: there is none with one of these codes"""
    rows: list[Any] = list(model._default_manager.filter(code__in=codes))
    missing = sorted(set(codes) - {row.code for row in rows})
    if missing:
        raise CommandError(f"No such {model._meta.model_name}: {', '.join(missing)}.")
    return rows
