"""Three towns of the demo region and eight quiet weeks: enough for a spot to stand out."""

from datetime import datetime

from heatmaps_project.demo import history
from heatmaps_project.demo.callers import Neighbourhood
from heatmaps_project.demo.ground import lay_ground
from heatmaps_project.demo.office import open_office
from heatmaps_project.demo.seeding import make_client, register
from heatmaps_project.demo.streets import TownPlan
from heatmaps_project.demo.towns import towns

TOWNS = ("Teykovo", "Privolzhsk", "Yuzha")


def neighbourhood() -> Neighbourhood:
    return Neighbourhood.of(tuple(TownPlan(t) for t in towns() if t.name_en in TOWNS))


def fill(*, now: datetime) -> None:
    """Fill an empty database."""
    brand, region = open_office(now=now)
    make_client(brand_pk=brand.pk, region_pk=region.pk)
    here = neighbourhood()
    lay_ground(brand, here.plans, today=now.date())
    register(here)
    history.tell(here, now=now, faults=())
