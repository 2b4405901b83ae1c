"""Addresses of the contact centre's page."""

from django.urls import path

from heatmaps_project.desk import views

urlpatterns = [
    path("lookup/", views.lookup, name="lookup"),
    path("lookup/suggest/", views.suggest, name="lookup-suggest"),
    path("lookup/act/", views.act, name="lookup-act"),
]
