"""Fill an empty database with the demo region; a second time it finds everything there."""

import csv
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.core.management import call_command

from complaints.geocoding.models import Address
from complaints.geocoding.transitions import geocode_waiting
from heatmaps_project.accounts.models import ApiClient
from heatmaps_project.demo import calls, history, monitoring, work
from heatmaps_project.demo.callers import Neighbourhood
from heatmaps_project.demo.ground import lay_ground
from heatmaps_project.demo.leads import lead
from heatmaps_project.demo.live import SOURCE
from heatmaps_project.demo.logins import CLIENT_ID, CLIENT_SECRET
from heatmaps_project.demo.office import BRAND, open_office
from heatmaps_project.demo.streets import TownPlan
from heatmaps_project.demo.towns import towns
from spots.watching import learning
from spots.watching import transitions as watching
from spots.watching.models import Watch

Say = Callable[[str], None]


def seed(*, now: datetime, say: Say, progress: Callable[[float], None], years: int = 0) -> None:
    """
    Make the demo region: office, ground, addresses, eight weeks of complaints, ten days of work.

    years  so many more of both: of those, the hours after each storm are played

    `say` is told each step as it begins; `progress` the share of the last and longest one.
    """
    if is_seeded():
        return
    say("office")
    began = now - timedelta(days=work.DAYS) - years * history.A_YEAR
    brand, region = open_office(now=began - timedelta(days=50))
    make_client(brand_pk=brand.pk, region_pk=region.pk)
    say("towns, streets and houses")
    neighbourhood = neighbourhood_of_demo()
    lay_ground(brand, neighbourhood.plans, today=now.date())
    if not Address.objects.exists():
        say("address registry")
        register(neighbourhood)
    monitoring.tell(brand, neighbourhood, now=now)
    say("weeks of complaints")
    history.tell(neighbourhood, now=now, faults=history.faults_of(years), years=years)
    while geocode_waiting(now=now):
        pass
    say("days of work")
    watching.ensure_watches()
    watch = Watch.objects.get(brand=brand, region=region)
    learning.learn_anew(watch, now=began)
    calls.tell_halves(brand, now=now)
    moments = work.moments(history.storms_of(years), began=began, now=now)
    work.play(watch, moments, progress=progress)
    lead(brand, region, now=now)


def is_seeded() -> bool:
    return Watch.objects.filter(brand__code=BRAND, looked_at__isnull=False).exists()


def neighbourhood_of_demo() -> Neighbourhood:
    return Neighbourhood.of(tuple(TownPlan(town) for town in towns()))


def make_client(*, brand_pk: int, region_pk: int) -> None:
    """Make the demo's CRM a client of the API."""
    client, is_new = ApiClient.objects.get_or_create(
        client_id=CLIENT_ID,
        defaults={
            "name": "Demo CRM",
            "source": SOURCE,
            "client_secret": CLIENT_SECRET,
            "client_type": ApiClient.CLIENT_CONFIDENTIAL,
            "authorization_grant_type": ApiClient.GRANT_CLIENT_CREDENTIALS,
            "scopes": "complaints:write complaints:read spots:read lookup:read feedback:read"
            " network:write",
        },
    )
    if is_new:
        client.brands.add(brand_pk)
        client.regions.add(region_pk)


def register(neighbourhood: Neighbourhood) -> None:
    """Import the houses as an operator would: from a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "addresses.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(
                ("city", "street", "housenumber", "postcode", "lon", "lat", "subscribers")
            )
            rows.writerows(
                (plan.town.name_ru, street.name, h.number, "", h.lon, h.lat, h.subscribers)
                for plan, street, h in neighbourhood.places
            )
        call_command("import_addresses", str(path), stdout=sys.stderr)
