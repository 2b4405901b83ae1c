"""What becomes a single case, promises for them, and the way to one from a complaint's page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from complaints import admin as complaints
from complaints.admin_theme import display
from complaints.row_number import row_number
from spots.cases.admin_only_row import OnlyRowAdmin
from spots.cases.models import Case, Kind
from spots.cases.singles.forms import PolicyForm, SingleRuleForm
from spots.cases.states import ENDED, Permission
from spots.sla import admin as sla
from spots.sla.models import Policy


class SingleRuleAdmin(OnlyRowAdmin):
    form = SingleRuleForm
    list_display = ("__str__", "severity_from", "segments", "channels", "spotless_minutes")


class PolicyAdmin(sla.PolicyAdmin):
    """Policies may ask for the kind of case, which promises themselves know nothing of."""

    form = PolicyForm
    list_display = (
        *sla.PolicyAdmin.list_display[:2],
        "kind_shown",
        *sla.PolicyAdmin.list_display[2:],
    )

    @display(description=_("kind"), ordering="kind")
    def kind_shown(self, policy: Policy) -> str:
        return str(dict(Kind.choices).get(policy.kind, ""))


class ComplaintAdmin(complaints.ComplaintAdmin):
    """A complaint leads to its case, or can be handled by itself."""

    change_form_outer_before_template = "admin/spots/singlecase/of_complaint.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        number, case = row_number(object_id), None
        if number is not None:
            case = Case.objects.filter(
                memberships__complaint=number, memberships__until=None
            ).first()
        may = request.user.has_perm(Permission.DISPATCH)
        more = {
            "case": case,
            "may_handle": may and (case is None or case.state in ENDED),
            **(extra_context or {}),
        }
        response: HttpResponse = super().change_view(request, object_id, form_url, more)
        return response
