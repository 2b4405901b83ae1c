"""Reviews of conversations: what was drawn, the form, and how agents fare."""

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from complaints.customers.reader import walls_of
from complaints.turns import NoTurnError
from heatmaps_project.accounts.models import User
from heatmaps_project.desk.in_turn import BUSY, COUNTING
from heatmaps_project.desk.models import Lookup
from heatmaps_project.desk.reviews import transitions
from heatmaps_project.desk.reviews.forms import DrawForm, ReviewForm, usual
from heatmaps_project.desk.reviews.models import RISKS, Review
from heatmaps_project.desk.reviews.reading import MOST, by_agent, reviewed, waiting
from heatmaps_project.desk.reviews.sampling import Risk

LOOKED_BACK: Final = timedelta(days=90)
may_review = permission_required("heatmaps_project.review_contact", raise_exception=True)


@require_http_methods(["GET", "HEAD", "POST"])
@admin.site.admin_view
@may_review
def reviews_page(request: HttpRequest) -> HttpResponse:
    """Show what waits and how agents fare; a POST draws."""
    walls, now = walls_of(request), timezone.now()
    zone = ZoneInfo(timezone.get_current_timezone_name())
    today = now.astimezone(zone).date()
    form = DrawForm(request.POST or None, walls=walls, initial=usual(today))
    is_asked = request.method == "POST" and form.is_valid()
    if is_asked and _draw(request, form, zone=zone, now=now):
        return HttpResponseRedirect(reverse("reviews"))
    criteria, agents = by_agent(walls, since=now - LOOKED_BACK)
    rows = waiting(walls)
    page = {
        **admin.site.each_context(request),
        "title": _("Reviews of conversations"),
        "form": form,
        "count": rows.count(),
        "waiting": [(row, _risks(row)) for row in rows[:MOST]],
        "reviewed": reviewed(walls, since=now - LOOKED_BACK)[:MOST],
        "criteria": criteria,
        "agents": agents,
        "days": LOOKED_BACK.days,
    }
    return render(request, "desk/reviews/page.html", page)


def _draw(request: HttpRequest, form: DrawForm, *, zone: ZoneInfo, now: datetime) -> bool:
    """Draw, and say how many; False: others are counting."""
    since, until = form.span(zone)
    given = form.cleaned_data
    brand = given["brand"].pk if given["brand"] else None
    try:
        with COUNTING.taken():
            n = transitions.draw(
                walls=walls_of(request),
                brand=brand,
                since=since,
                until=until,
                size=given["size"],
                seed=given["seed"],
                by=_reader(request),
                now=now,
            )
    except NoTurnError:
        messages.error(request, str(BUSY))
        return False
    said = ngettext("%(n)d conversation was drawn.", "%(n)d conversations were drawn.", n)
    messages.success(request, said % {"n": n})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@admin.site.admin_view
@may_review
def review_page(request: HttpRequest, review_id: int) -> HttpResponse:
    """:raises Http404: there is no such conversation for this reader"""
    walls = walls_of(request)
    rows = Review.objects.within(walls).select_related("agent", "brand", "by", "sample")
    row = rows.filter(pk=review_id).first()
    if row is None:
        raise Http404
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _review(request, row, form)
        except transitions.RefusedError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("reviews"))
    looked_up = Lookup.objects.within(walls).filter(call=row.call)
    page = {
        **admin.site.each_context(request),
        "title": _("Review of a conversation"),
        "row": row,
        "risks": _risks(row),
        "form": form,
        "lookups": looked_up.prefetch_related("outcomes").order_by("at", "pk")[:20],
        "scores": row.scores.select_related("criterion").order_by("criterion__order", "pk"),
    }
    return render(request, "desk/reviews/review.html", page)


def _review(request: HttpRequest, row: Review, form: ReviewForm) -> None:
    """:raises transitions.RefusedError: see there"""
    given: dict[str, Any] = form.cleaned_data
    transitions.review(
        review_id=row.pk,
        scores=form.scores(),
        note=given["note"],
        recording=given["recording"],
        by=_reader(request),
        now=timezone.now(),
    )
    messages.success(request, _("The review is kept."))


def _risks(row: Review) -> list[str]:
    return [str(RISKS[Risk(risk)]) for risk in row.risks]


def _reader(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)  # the site asks for a sign-in first
    return user
