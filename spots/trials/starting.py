"""From a rule's page to a trial of it: which values, where, and over which days."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.admin_theme import HistoryAdmin
from complaints.customers.reader import walls_of
from spots.trials import running
from spots.trials.forms import RuleForm, TrialForm
from spots.trials.transitions import TrialRefusedError
from spots.trials.values import put_on, values_of
from spots.trials.wording import differences
from spots.watching.rules import DetectionRule

PERMISSION = "spots.add_trial"


def respond(admin: HistoryAdmin, request: HttpRequest, object_id: str) -> HttpResponse | None:
    """
    Answer a request to try a rule; None: the values that were sent cannot be tried.

    It comes from the rule's page with the whole form, saved or not, or from this page with
    those values and the period; whoever may not change rules tries them as they are.

    :raises PermissionDenied: the reader may not try rules
    :raises Http404: there is no such rule, or it is behind a wall
    """
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    rule = admin.get_object(request, object_id)
    if rule is None:
        raise Http404
    edits = request.method == "POST" and admin.has_change_permission(request, rule)
    form = _form(request, rule) if edits else None
    if form is not None and not form.is_valid():
        return None
    values = values_of(rule) if form is None else _values(form)
    return _period(admin, request, DetectionRule.objects.get(pk=rule.pk), values)


def _form(request: HttpRequest, rule: DetectionRule) -> RuleForm:
    tried = request.POST.get("tried")
    if tried is None:
        return RuleForm(request.POST, instance=rule)
    try:
        data = json.loads(tried)
    except ValueError:
        data = None
    return RuleForm(data if isinstance(data, dict) else {}, instance=rule)


def _values(form: RuleForm) -> dict[str, Any]:
    """The form was checked and is not saved: its row holds the values, but for topics."""
    return values_of(form.instance, topics=sorted(row.pk for row in form.cleaned_data["topics"]))


def _period(
    admin: HistoryAdmin, request: HttpRequest, saved: DetectionRule, values: dict[str, Any]
) -> HttpResponse:
    now = timezone.now()
    as_tried = DetectionRule(pk=saved.pk)
    put_on(as_tried, values)
    sent = request.POST if "first_day" in request.POST else None
    form = TrialForm(sent, rule=as_tried, walls=walls_of(request), now=now)
    if form.is_valid():
        where = {name: form.cleaned_data[name] for name in ("brand", "region", "since", "until")}
        try:
            trial = running.start(saved, values=values, by=request.user, now=now, **where)
        except TrialRefusedError as refusal:
            messages.error(request, str(refusal))
        else:
            return HttpResponseRedirect(reverse("admin:spots_trial_change", args=[trial.pk]))
    request.current_app = admin.admin_site.name
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Try “%(rule)s” on history") % {"rule": saved},
        "opts": admin.opts,
        "original": saved,
        "media": admin.media,
        "rule": saved,
        "form": form,
        "tried": json.dumps(values),
        "changes": differences(saved, values),
    }
    return TemplateResponse(request, "admin/spots/trial/start.html", context)
