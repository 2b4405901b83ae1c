"""Every address of the web application."""

from django.contrib import admin
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path, re_path

from feedback.surveys.baselines.page import baseline_page
from feedback.surveys.board_page import board_page
from feedback.surveys.views import survey
from feedback.value.page import import_page, staying_page, value_page
from heatmaps_project import api
from heatmaps_project.accounts.provider import views as provider
from heatmaps_project.accounts.second_factor import views as second_factor
from heatmaps_project.accounts.views import acting, choose_language, reveal
from heatmaps_project.sidebar import home
from heatmaps_project.supervision.audit.reports import views as reports
from heatmaps_project.supervision.audit.views import audit_file, audit_page
from heatmaps_project.supervision.audit.what_if_page import what_if_page
from heatmaps_project.supervision.before_after.views import case_page
from heatmaps_project.supervision.boards import views as boards
from heatmaps_project.supervision.channels.page import channels_page
from heatmaps_project.supervision.complexity import page as complexity
from heatmaps_project.supervision.dealers.page import dealers_page
from heatmaps_project.supervision.launches.page import launches_page
from heatmaps_project.supervision.listening.page import listening_page
from heatmaps_project.supervision.market import page as market
from heatmaps_project.supervision.openness.page import openness_page
from heatmaps_project.supervision.sales import page as sales
from heatmaps_project.supervision.scorecards import page as scorecards
from heatmaps_project.supervision.staffing import page as staffing
from heatmaps_project.supervision.topics.page import topics_page
from heatmaps_project.supervision.views import figures_page

urlpatterns = [
    # First: no page asks for as many addresses as a map for its tiles.
    path("", include("spots.maps.urls")),
    path("", home, name="home"),
    # Browsers ask for it at pages that name no icon of their own.
    path(
        "favicon.ico",
        lambda request: redirect(static("heatmaps_project/icon.svg")),
        name="favicon",
    ),
    # Before the admin's own, which knows one step alone, and no provider.
    path("admin/login/", second_factor.SignIn.as_view(), name="sign-in"),
    path("admin/logout/", provider.SignOut.as_view(), name="sign-out"),
    path("sign-in/provider/", provider.there, name="provider"),
    path("sign-in/provider/back/", provider.back, name="provider-back"),
    path("sign-in/provider/out/", provider.out, name="provider-out"),
    path("sign-in/code/", second_factor.code_page, name="sign-in-code"),
    path("sign-in/set-up/", second_factor.set_up_page, name="second-factor-set-up"),
    path("second-factor/", admin.site.admin_view(second_factor.own_page), name="second-factor"),
    path("admin/", admin.site.urls),
    path("acting/", admin.site.admin_view(acting), name="acting"),
    path("reveal/", admin.site.admin_view(reveal), name="reveal"),
    path("board/", admin.site.admin_view(board_page), name="board"),
    path("board/baseline/", admin.site.admin_view(baseline_page), name="board-baseline"),
    path("value/", admin.site.admin_view(value_page), name="value"),
    path("value/staying/", admin.site.admin_view(staying_page), name="value-staying"),
    path("value/import/", admin.site.admin_view(import_page), name="value-import"),
    path("figures/", admin.site.admin_view(figures_page), name="figures"),
    path("wall/", admin.site.admin_view(boards.wall_page), name="wall"),
    path("wall/numbers/", admin.site.admin_view(boards.wall_numbers), name="wall-numbers"),
    path("wall/<slug:code>/", admin.site.admin_view(boards.rows_page), name="wall-rows"),
    path("morning/", admin.site.admin_view(boards.morning_page), name="morning"),
    path("manager/", admin.site.admin_view(boards.manager_page), name="manager"),
    path("detection-quality/", admin.site.admin_view(boards.quality_page), name="quality"),
    path("staffing/", admin.site.admin_view(staffing.staffing_page), name="staffing"),
    path("staffing/import/", admin.site.admin_view(staffing.import_page), name="staffing-import"),
    path("market/", admin.site.admin_view(market.market_page), name="market"),
    path("market/import/", admin.site.admin_view(market.import_page), name="market-import"),
    path("sales/", admin.site.admin_view(sales.sales_page), name="sales"),
    path("sales/import/", admin.site.admin_view(sales.import_page), name="sales-import"),
    path("scorecards/", admin.site.admin_view(scorecards.scorecards_page), name="scorecards"),
    path("points/", scorecards.points_page, name="points"),
    path("launches/", admin.site.admin_view(launches_page), name="launches"),
    path("listening/", listening_page, name="listening"),
    path("openness/", admin.site.admin_view(openness_page), name="openness"),
    path("channels/", admin.site.admin_view(channels_page), name="channels"),
    path("complex/", admin.site.admin_view(complexity.complexity_page), name="complexity"),
    path("complex/rows/", admin.site.admin_view(complexity.rows_page), name="complexity-rows"),
    path("dealers/", admin.site.admin_view(dealers_page), name="dealers"),
    path("topics/", admin.site.admin_view(topics_page), name="topics"),
    path("before-after/", admin.site.admin_view(case_page), name="before-after"),
    path("audit/", admin.site.admin_view(audit_page), name="audit"),
    path("audit/what-if/", admin.site.admin_view(what_if_page), name="audit-what-if"),
    re_path(
        r"^audit/(?P<what>broken|all)\.(?P<form>csv|xlsx)$",
        admin.site.admin_view(audit_file),
        name="audit-file",
    ),
    path("audit-reports/", admin.site.admin_view(reports.reports_page), name="audit-reports"),
    path(
        "audit-reports/<int:report_id>/",
        admin.site.admin_view(reports.report_page),
        name="audit-report",
    ),
    path(
        "audit-reports/<int:report_id>/figures/",
        admin.site.admin_view(reports.report_figures),
        name="audit-report-figures",
    ),
    path(
        "audit-reports/<int:report_id>/verify/",
        admin.site.admin_view(reports.verify_page),
        name="audit-report-verify",
    ),
    path("language/", choose_language, name="set_language"),
    path("oauth/", include((api.oauth_patterns, "oauth2_provider"))),
    path("r/<str:token>/", survey, name="survey"),
    path("", include("heatmaps_project.channels.urls")),
    path("", include("heatmaps_project.desk.urls")),
    path("", include("heatmaps_project.tmf.urls")),
    path("", include("heatmaps_project.operations.urls")),
    path("", include(api.urlpatterns)),
]
