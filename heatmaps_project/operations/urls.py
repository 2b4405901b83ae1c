"""Addresses of probes."""

from django.urls import path

from heatmaps_project.operations import views

urlpatterns = [
    path("health/", views.overview, name="health"),
    path("health/live/", views.live, name="health-live"),
    path("health/ready/", views.ready, name="health-ready"),
    path("metrics/", views.scrape, name="metrics"),
]
