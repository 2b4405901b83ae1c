"""What becomes a single case, and the way to one from a complaint's page."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from complaints import admin as complaints
from complaints.customers.reader import walls_of
from complaints.row_number import row_number
from spots.cases.admin_only_row import OnlyRowAdmin
from spots.cases.models import Case
from spots.cases.singles.forms import SingleRuleForm
from spots.cases.states import ENDED, Permission


class SingleRuleAdmin(OnlyRowAdmin):
    form = SingleRuleForm
    list_display = ("__str__", "severity_from", "segments", "channels", "spotless_minutes")


class ComplaintAdmin(complaints.ComplaintAdmin):
    """A complaint leads to its case, or can be handled by itself."""

    change_form_outer_before_template = "admin/spots/singlecase/of_complaint.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        number, case = row_number(object_id), None
        if number is not None:
            seen = Case.objects.within(walls_of(request))
            case = seen.filter(memberships__complaint=number, memberships__until=None).first()
        may = request.user.has_perm(Permission.DISPATCH)
        more = {
            "case": case,
            "may_handle": may and (case is None or case.state in ENDED),
            **(extra_context or {}),
        }
        response: HttpResponse = super().change_view(request, object_id, form_url, more)
        return response
