"""The street map, laid from an extract of OpenStreetMap."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.template import Context, Template

from spots.maps.grid import Tile
from spots.maps.tiles import base_tile
from spots.models import BaseFeature
from tests.spots.maps.mvt import read
from tests.spots.maps.pbf import pbf_of

pytestmark = pytest.mark.django_db

REAL = Path("../shared/data/moscow_marfino.osm.gz")
# Two roads, a footway, a house, a wood, a village, and a shop that is not drawn.
OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
  <node id="1" lat="55.750" lon="37.600"/><node id="2" lat="55.750" lon="37.602"/>
  <node id="3" lat="55.751" lon="37.602"/><node id="4" lat="55.751" lon="37.600"/>
  <node id="9" lat="55.7505" lon="37.601">
    <tag k="place" v="village"/><tag k="name" v="Полевая"/></node>
  <node id="8" lat="55.7506" lon="37.601"><tag k="shop" v="yes"/></node>
  <way id="11"><nd ref="1"/><nd ref="2"/>
    <tag k="highway" v="primary"/><tag k="name" v="Ленина"/></way>
  <way id="12"><nd ref="2"/><nd ref="3"/><tag k="highway" v="trunk_link"/></way>
  <way id="13"><nd ref="3"/><nd ref="4"/><tag k="highway" v="footway"/></way>
  <way id="14"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/><tag k="building" v="yes"/></way>
  <way id="15"><nd ref="1"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="natural" v="wood"/></way>
</osm>
"""


@pytest.fixture(name="extract")
def _extract(tmp_path) -> Path:
    path = tmp_path / "village.osm.gz"
    path.write_bytes(gzip.compress(OSM.encode()))
    return path


@pytest.fixture(name="binary")
def _binary(tmp_path) -> Path:
    path = tmp_path / "village.osm.pbf"
    path.write_bytes(pbf_of(OSM))
    return path


def drawn() -> list[tuple[str, str, str]]:
    return sorted(BaseFeature.objects.values_list("layer", "cls", "name"))


def attribution() -> str:
    return Template("{% load maps %}{% basemap_attribution %}").render(Context())


@pytest.mark.parametrize("form", ["extract", "binary"])
def test_an_extract_becomes_the_street_map(form, request):
    call_command("import_basemap", str(request.getfixturevalue(form)), verbosity=0)

    assert drawn() == [
        ("areas", "forest", ""),
        ("buildings", "house", ""),
        ("places", "village", "Полевая"),
        ("roads", "path", ""),
        ("roads", "primary", "Ленина"),
        ("roads", "trunk", ""),
    ]
    near = read(base_tile(Tile(15, 19806, 10244)))
    assert set(near) == {"areas", "buildings", "places", "roads"}


def test_its_makers_are_named_on_every_map(extract, settings, django_capture_on_commit_callbacks):
    settings.BASEMAP_ATTRIBUTION = ""
    cache.clear()
    assert attribution() == "GeoNames (CC BY 4.0)"

    call_command("import_basemap", str(extract), verbosity=0)
    assert attribution() == "© OpenStreetMap contributors"

    settings.BASEMAP_ATTRIBUTION = "© somebody else"
    assert attribution() == "© somebody else"


def test_a_new_extract_takes_the_place_of_the_old_unless_it_is_added(extract):
    call_command("import_basemap", str(extract), verbosity=0)
    call_command("import_basemap", str(extract), verbosity=0)
    once = BaseFeature.objects.count()

    call_command("import_basemap", str(extract), "--add", verbosity=0)

    assert (once, BaseFeature.objects.count()) == (6, 12)


def test_geojson_with_tags_is_drawn_too(tmp_path):
    line = {"type": "LineString", "coordinates": [[37.6, 55.75], [37.61, 55.75]]}
    feature = {"type": "Feature", "geometry": line, "properties": {"highway": "tertiary"}}
    path = tmp_path / "some.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))

    call_command("import_basemap", str(path), verbosity=0)

    assert drawn() == [("roads", "tertiary", "")]


def test_what_cannot_be_read_leaves_the_map_as_it_is(extract, tmp_path):
    call_command("import_basemap", str(extract), verbosity=0)
    broken = tmp_path / "broken.pbf"
    broken.write_bytes(b"no extract")

    with pytest.raises(CommandError):
        call_command("import_basemap", str(broken), verbosity=0)

    assert BaseFeature.objects.count() == 6


def test_a_provider_of_raster_tiles_is_a_setting(settings):
    settings.BASEMAP_TILES_URL = "https://tiles.example.org/{z}/{x}/{y}.png"

    assert "tiles.example.org" in Template("{% load maps %}{% basemap_raster %}").render(Context())


@pytest.mark.parametrize("provider", ["", "https://{s}.tiles.example.org/{z}/{x}/{y}.png"])
def test_the_browser_is_let_to_the_provider_and_to_nobody_else(provider):
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from heatmaps_project import settings; "
            "print(settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'])",
        ],
        env={**os.environ, "BASEMAP_TILES_URL": provider},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    own = ["'self'", "data:"]
    assert told.strip() == str([*own, "https://*.tiles.example.org"] if provider else own)


@pytest.mark.skipif(not REAL.exists(), reason="the real extract is not here")
def test_a_real_district_is_drawn():
    call_command("import_basemap", str(REAL), verbosity=0)

    layers = [layer for layer, _cls, _name in drawn()]
    assert layers.count("roads") > 400
    assert layers.count("buildings") > 500
    assert layers.count("areas") > 30
