"""Addresses of the map; its search, which tells of customers, is the roof's."""

from django.urls import path, re_path

from spots.maps import views
from spots.maps.exports.views import export

urlpatterns = [
    path("map/", views.map_page, name="map"),
    path("map/stay/", views.stay, name="map-stay"),
    re_path(r"^map/export\.(?P<form>geojson|csv|gpkg)$", export, name="map-export"),
    path("map/spots.geojson", views.spots_geojson, name="map-spots"),
    path("tiles/base/<int:z>/<int:x>/<int:y>.mvt", views.base_map_tile, name="base-tile"),
    path("tiles/data/<int:z>/<int:x>/<int:y>.mvt", views.data_map_tile, name="data-tile"),
]
