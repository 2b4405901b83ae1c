"""Heat of long ago is counted by the day, and looks as if it were counted for the tile."""

from datetime import timedelta
from math import asinh, pi, radians, tan

import pytest
from django.core.cache import cache
from django.utils import timezone

from complaints.customers.walls import Walls
from complaints.models import Complaint
from spots.maps import transitions_of_heat
from spots.maps.grid import Tile
from spots.maps.shaping import Asked
from spots.maps.transitions_of_heat import count_heat
from spots.maps.versions import Source, versions
from spots.models import HeatCell, HeatDay, StaleHeat
from tests.factories import CENTRE, NOW, make_brand, make_complaint, make_region, make_topic
from tests.spots.maps.mvt import data_tile, read

pytestmark = pytest.mark.django_db

MIDNIGHT = NOW.replace(hour=0)
# CENTRE is on these; heat is counted for zooms 6, 9 and 11
TILES = [Tile(4, 9, 5), Tile(9, 309, 160), Tile(10, 618, 320), Tile(12, 2475, 1280)]


def complained(days: int, **fields):
    at = NOW - timedelta(days=days)
    times = dict.fromkeys(("occurred_at", "received_at", "placed_at"), at)
    return make_complaint(**times, **fields)


def cells(tile: Tile, topics: frozenset[str] = frozenset()):
    walls = Walls(brands=frozenset({make_brand().pk}), regions=frozenset({make_region().pk}))
    asked = Asked(walls, now=NOW, since=MIDNIGHT - timedelta(days=28), topics=topics)
    drawn = read(data_tile(tile, asked, layers=["heat"])).get("heat", [])
    return sorted((one.first, one.props["complaints"]) for one in drawn)


def test_however_near_one_looks_cells_are_a_neighbourhoods():
    """Agents see heat, and no complaints; 60 m apart, each was a cell of its own."""
    wide = 360 / 2**18
    west = CENTRE[0] // wide * wide
    north = asinh(tan(radians(CENTRE[1])))
    nearest = Tile(18, round((west + 180) / wide), int((1 - north / pi) * 2**17))
    for part in (0.1, 0.9):
        complained(0, lon=west + part * wide)

    assert cells(nearest) == [((2048, 2048), 2)]


@pytest.mark.parametrize("tile", TILES, ids=lambda tile: f"zoom {tile.z}")
def test_counted_days_and_the_latest_complaints_draw_what_single_complaints_would(tile):
    for days, metres in ((0, 0), (2, 0), (5, 0), (5, 0), (5, 900), (27, 4000), (27, 40_000)):
        complained(days, lon=CENTRE[0] + metres / 60_000)
    complained(40)
    complained(6, topic=make_topic("internet"))
    complained(6, brand=make_brand("other"))
    complained(6, precision="locality")
    complained(6, withdrawn_at=NOW)
    kinds = (frozenset[str](), frozenset({"internet"}))
    before = [cells(tile, kind) for kind in kinds]

    assert count_heat(now=NOW) == 365
    assert [cells(tile, kind) for kind in kinds] == before  # a process may not know it yet
    cache.clear()

    assert HeatCell.objects.exists()
    assert [cells(tile, kind) for kind in kinds] == before
    assert sum(count for _, count in before[1]) == 1


def test_a_day_that_changes_when_it_is_over_is_counted_anew_and_drawn_anew():
    kept, gone = complained(5), complained(5)
    count_heat(now=NOW)
    assert (count_heat(now=NOW), StaleHeat.objects.count()) == (0, 0)
    version = versions([Source.COMPLAINTS])[Source.COMPLAINTS].number

    Complaint.objects.filter(pk=kept.pk).update(resolved_at=NOW)
    assert not StaleHeat.objects.exists()  # heat is not made of that
    Complaint.objects.filter(pk=gone.pk).update(withdrawn_at=NOW)
    assert count_heat(now=NOW) == 1

    assert [count for _, count in cells(TILES[0])] == [1]
    assert versions([Source.COMPLAINTS])[Source.COMPLAINTS].number > version + 2


def test_what_a_run_has_no_time_for_goes_on_at_the_next(monkeypatch):
    old = complained(300)
    count_heat(now=NOW)
    HeatDay.objects.filter(day__gt=NOW.date() - timedelta(days=100)).delete()
    Complaint.objects.filter(pk=old.pk).update(withdrawn_at=NOW)
    monkeypatch.setattr(transitions_of_heat, "_PATIENCE_S", -1)

    assert (count_heat(now=NOW), StaleHeat.objects.exists()) == (61, True)
    assert (count_heat(now=NOW), StaleHeat.objects.exists()) == (37, False)
    assert count_heat(now=NOW) == 0


def test_a_day_is_counted_when_it_is_three_days_over_and_forgotten_after_a_year():
    count_heat(now=NOW)
    count_heat(now=NOW + timedelta(days=1))

    days = HeatDay.objects.order_by("day").values_list("day", flat=True)
    assert (days[0], days.last()) == (
        NOW.date() - timedelta(days=366),
        NOW.date() - timedelta(days=2),
    )


def test_todays_complaints_leave_no_note():
    make_complaint(received_at=timezone.now(), occurred_at=timezone.now())

    assert not StaleHeat.objects.exists()
