"""Addresses of the web form, and of what is sent here."""

from django.urls import path

from heatmaps_project.channels import social, web_form

urlpatterns = [
    path("complain/<slug:brand>/", web_form.complain, name="complain"),
    path("in/<slug:source>/", social.receive, name="inlet"),
]
