"""What a single case shows besides: whose complaint it is, masked, and what it says."""

from django.db.models import Prefetch
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from complaints.customers.personal import masked_phone, scrubbed
from complaints.intake.models import Complaint
from spots.cases.models import Case, Membership

LETTERS = 80  # of a complaint's text, in the queue

PRESENT = Prefetch(
    "memberships",
    Membership.objects.current().select_related("complaint__customer").order_by("pk"),
    to_attr="present",
)


def complaint_of(case: Case) -> Complaint | None:
    """Return the complaint of a single case fetched with PRESENT; None: it has left."""
    present: list[Membership] = getattr(case, "present", [])
    return present[0].complaint if present else None


def customer(case: Case) -> SafeString:
    """The masked phone, and how the complaint came."""
    complaint = complaint_of(case)
    if complaint is None:
        return SafeString()
    phone = masked_phone(complaint.customer.phone) if complaint.customer else ""
    return format_html(
        '<span class="case-whole">{}</span> <span class="case-second">{}</span>',
        phone,
        complaint.get_channel_display(),
    )


def text(case: Case) -> str:
    complaint = complaint_of(case)
    return Truncator(scrubbed(complaint.text)).chars(LETTERS) if complaint else ""
