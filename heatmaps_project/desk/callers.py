"""Who calls: customers by phone, id or complaint, what they told us and what we told them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, Q

from complaints.customers.models import Brand, Customer
from complaints.customers.personal import blind_indexes, masked_address
from complaints.customers.persons import other_numbers
from complaints.customers.walls import Walls
from complaints.intake.models import Complaint, ComplaintQuerySet, Placing
from feedback.notifications.outbox.models import Message
from heatmaps_project.desk.questions import Asked, Question
from spots.cases.models import Case, Membership

MOST_CALLERS = 5  # who are told apart by hand
MOST_COMPLAINTS = 5  # open ones; the newest
MOST_MESSAGES = 5
_SHOWN = ("kind", "state", "place", "eta_at")  # of a complaint's case


@dataclass(frozen=True)
class OpenComplaint:
    """A complaint that is not solved yet, and the case that it is in, if the reader may see it."""

    complaint: Complaint
    case: Case | None


@dataclass(frozen=True)
class Caller:
    customer: Customer
    complaints: Sequence[OpenComplaint] = ()  # the newest first
    messages: Sequence[Message] = ()  # the newest first
    asked_for: Complaint | None = None  # the one whose number was asked for
    numbers: Sequence[Customer] = ()  # others of the same person
    last: Complaint | None = field(default=None, repr=False)  # on the map; says where they live

    @property
    def where(self) -> str:
        """The address of the last complaint, without the numbers of house and flat."""
        return masked_address(self.last.address) if self.last else ""

    def member_of(self, case_id: int) -> bool:
        return any(one.case is not None and one.case.pk == case_id for one in self.complaints)


def found(question: Question, *, walls: Walls) -> list[tuple[Customer, Complaint | None]]:
    """
    Return whom a question means, at most MOST_CALLERS, and the complaint where it names one.

    An address or a point means nobody.
    """
    match question.kind:
        case Asked.PHONE:
            rows = Customer.objects.filter(phone_index__in=blind_indexes(question.text))
        case Asked.CUSTOMER:
            # the index begins with the brand
            brands = Brand.objects.within(walls)
            rows = Customer.objects.filter(brand__in=brands, crm_id=question.text)
        case Asked.COMPLAINT:
            return _by_complaint(question.text, walls=walls)
        case _:
            return []
    people = rows.within(walls).select_related("brand").order_by("-described_at", "pk")
    return [(person, None) for person in people[:MOST_CALLERS]]


def _by_complaint(text: str, *, walls: Walls) -> list[tuple[Customer, Complaint | None]]:
    named = Q(external_id=text)
    if text.isascii() and text.isdigit() and len(text) <= 18:
        named |= Q(pk=int(text))
    rows = Complaint.objects.within(walls).in_effect().filter(named, customer__isnull=False)
    rows = rows.select_related("customer__brand").order_by("-received_at", "pk")
    return [(row.customer, row) for row in rows[:MOST_CALLERS] if row.customer]


def caller(customer: Customer, *, asked_for: Complaint | None = None, walls: Walls) -> Caller:
    """Return what is known of a customer to a reader behind `walls`, in five queries."""
    rows = Complaint.objects.within(walls).in_effect().filter(customer=customer)
    unsolved = _with_cases(rows.filter(resolved_at=None), walls)
    placed = rows.filter(placing=Placing.PLACED).order_by("-received_at", "-pk")
    messages = Message.objects.within(walls).filter(customer=customer).defer("text")
    return Caller(
        customer=customer,
        complaints=tuple(_open(row) for row in unsolved[:MOST_COMPLAINTS]),
        messages=tuple(messages.order_by("-planned_at", "-pk")[:MOST_MESSAGES]),
        asked_for=asked_for,
        numbers=tuple(other_numbers(customer).within(walls).not_erased()[:MOST_CALLERS]),
        last=asked_for if asked_for and asked_for.point else placed.first(),
    )


def complaints_of(
    customer: Customer, *, walls: Walls, most: int
) -> list[tuple[Complaint, Case | None]]:
    """Return a customer's complaints in effect, solved ones too, newest first, with their cases."""
    rows = Complaint.objects.within(walls).in_effect().filter(customer=customer)
    found = [_open(row) for row in _with_cases(rows, walls)[:most]]
    return [(one.complaint, one.case) for one in found]


def _with_cases(rows: ComplaintQuerySet, walls: Walls) -> ComplaintQuerySet:
    current = Membership.objects.current().filter(case__in=Case.objects.within(walls))
    shown = current.select_related("case").only("complaint", *(f"case__{name}" for name in _SHOWN))
    members = Prefetch("memberships", shown, to_attr="present")
    newest = rows.select_related("topic").prefetch_related(members)
    return newest.order_by("-received_at", "-pk")


def _open(complaint: Complaint) -> OpenComplaint:
    present: list[Membership] = vars(complaint)["present"]
    return OpenComplaint(complaint, present[0].case if present else None)


def within_brand(walls: Walls, customer: Customer) -> Walls:
    """Return the walls to answer a customer behind: what is of other brands is not theirs."""
    return Walls(brands=frozenset({customer.brand_id}), regions=walls.regions)
