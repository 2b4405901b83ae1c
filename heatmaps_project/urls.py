"""Every address of the web application."""

from django.contrib import admin
from django.urls import include, path

from feedback.surveys.views import rating
from heatmaps_project import api
from heatmaps_project.accounts.views import choose_language, reveal
from heatmaps_project.supervision.views import figures_page

urlpatterns = [
    path("admin/", admin.site.urls),
    path("reveal/", admin.site.admin_view(reveal), name="reveal"),
    path("figures/", admin.site.admin_view(figures_page), name="figures"),
    path("language/", choose_language, name="set_language"),
    path("oauth/", include((api.oauth_patterns, "oauth2_provider"))),
    path("r/<str:token>/", rating, name="rating"),
    path("", include("spots.maps.urls")),
    path("", include("heatmaps_project.desk.urls")),
    path("", include(api.urlpatterns)),
]
