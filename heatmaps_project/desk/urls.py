"""Addresses of the contact centre, of its panel, and of customers' own pages."""

from django.urls import path

from heatmaps_project.desk import panel, views
from heatmaps_project.desk.knowledge import views as knowledge
from heatmaps_project.desk.own import views as own

urlpatterns = [
    path("lookup/", views.lookup, name="lookup"),
    path("lookup/suggest/", views.suggest, name="lookup-suggest"),
    path("lookup/act/", views.act, name="lookup-act"),
    path("lookup/articles/", knowledge.articles, name="lookup-articles"),
    path("lookup/articles/<int:article_id>/vote/", knowledge.vote, name="lookup-vote"),
    path("panel/<str:token>/", panel.panel, name="panel"),
    path("panel/<str:token>/act/", panel.act, name="panel-act"),
    path("my/s/<str:token>/", own.page, name="own"),
    path("my/<slug:brand>/", own.start, name="own-start"),
    path("my/<slug:brand>/code/", own.enter, name="own-enter"),
]
