"""In the admin: of which spots customers are told as they open."""

from django.utils.translation import gettext_lazy

from complaints.admin_theme import display
from complaints.customers.own_brands import OwnBrandsAdmin
from feedback.notifications.batches.opening import OpeningPolicy


class OpeningPolicyAdmin(OwnBrandsAdmin):
    list_display = ("about", "band", "neighbours", "says_promise", "since", "active")
    list_filter = ("active",)
    list_select_related = ("brand", "topic")
    ordering = ("brand__name", "topic", "pk")

    @display(description=gettext_lazy("of which spots"))
    def about(self, policy: OpeningPolicy) -> str:
        return str(policy)
