"""Addresses of the contact centre, of its panel, of customers' own pages, and of them on a map."""

from django.urls import path

from heatmaps_project.desk import on_map, panel, views
from heatmaps_project.desk.campaigns import views as campaigns
from heatmaps_project.desk.danger import views as danger
from heatmaps_project.desk.knowledge import views as knowledge
from heatmaps_project.desk.own import views as own
from heatmaps_project.desk.requests import views as requests
from heatmaps_project.desk.reviews import views as reviews

urlpatterns = [
    path("map/search/", on_map.search, name="map-search"),
    path("lookup/", views.lookup, name="lookup"),
    path("lookup/suggest/", views.suggest, name="lookup-suggest"),
    path("lookup/act/", views.act, name="lookup-act"),
    path("lookup/articles/", knowledge.articles, name="lookup-articles"),
    path("lookup/articles/<int:article_id>/vote/", knowledge.vote, name="lookup-vote"),
    path("lookup/verify/", danger.verify_view, name="lookup-verify"),
    path("lookup/campaign/", campaigns.answer_view, name="lookup-campaign"),
    path("lookup/request/", requests.ask_view, name="lookup-request"),
    path("emergencies/", danger.emergencies_page, name="emergencies"),
    path("emergencies/raise/", danger.raise_page, name="emergency-raise"),
    path("emergencies/<int:emergency_id>/", danger.emergency_page, name="emergency"),
    path("emergencies/<int:emergency_id>/<slug:kind>/", danger.step_view, name="emergency-step"),
    path("reviews/", reviews.reviews_page, name="reviews"),
    path("reviews/<int:review_id>/", reviews.review_page, name="review"),
    path("panel/<str:token>/", panel.panel, name="panel"),
    path("panel/<str:token>/act/", panel.act, name="panel-act"),
    path("panel/<str:token>/request/", panel.ask, name="panel-request"),
    path("panel/<str:token>/campaign/", panel.answer_offer, name="panel-campaign"),
    path("my/s/<str:token>/", own.page, name="own"),
    path("my/<slug:brand>/", own.start, name="own-start"),
    path("my/<slug:brand>/code/", own.enter, name="own-enter"),
]
