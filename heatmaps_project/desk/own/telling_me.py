"""What customers see of themselves, and how they ask to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from complaints.customers.models import Customer
from complaints.customers.walls import Walls
from complaints.intake import transitions_of_state
from complaints.intake.models import Channel, Complaint
from complaints.intake.sent import read_row
from complaints.intake.transitions import receive
from feedback.surveys.catalogue import Trigger
from feedback.surveys.links import links_to
from feedback.surveys.models import Invitation
from feedback.surveys.states import State
from heatmaps_project.desk import callers
from heatmaps_project.desk.answers import Answer, Place, answer_at
from spots.cases import transitions as cases
from spots.cases.models import Case
from spots.cases.states import WORKING

SOURCE = "own-page"
MOST_COMPLAINTS = 10


@dataclass(frozen=True)
class Own:
    """
    The page of one customer.

    complaints  theirs, newest first, each with its case if it is in one
    told        they will hear of the spot at their place; None: there is none to be told of
    proven      where they are has been told by who knows them, and not by a form alone
    rate        where they rate the last fix that they were told of; empty: none waits for it
    """

    customer: Customer
    answer: Answer
    complaints: Sequence[tuple[Complaint, Case | None]]
    told: bool | None
    proven: bool
    rate: str


def own(customer: Customer, *, place: Place | None = None, now: datetime) -> Own:
    """
    Return what a customer may see: of themselves, and of the place they live at or asked for.

    place  that they asked for; None: where they complained from last
    """
    walls = Walls(brands=frozenset({customer.brand_id}), regions=None)
    known = callers.caller(customer, walls=walls)
    if place is None and known.last and known.last.point:
        place = Place(known.last.point, known.where, known.last.precision, of_caller=True)
    answer = answer_at(place, walls=walls, own=True, now=now)
    complaints = callers.complaints_of(customer, walls=walls, most=MOST_COMPLAINTS)
    spot = answer.spot
    told = None
    if spot is not None and spot.state in WORKING:
        told = any(one.tell and case is not None and case.pk == spot.id for one, case in complaints)
    proven = known.last is not None and known.last.proven
    return Own(customer, answer, complaints, told, proven, _where_to_rate(customer, now=now))


def _where_to_rate(customer: Customer, *, now: datetime) -> str:
    waiting = Invitation.objects.answerable(now).filter(
        customer=customer, touch_point=Trigger.FIXED
    )
    newest = waiting.exclude(state=State.COMPLETED).order_by("-pk").values_list("pk", flat=True)[:1]
    return next(iter(links_to(newest).values()), "")


@transaction.atomic
def tell_me(page: Own, *, now: datetime) -> None:
    """
    Let a customer hear of the spot at their place, once however often they ask.

    A complaint of theirs that is in the spot is marked; without one, one is written down. The code
    says whose the phone is, and no code says where somebody lives: whoever typed an address into
    the form stays as unproven as it. Else a few people with a phone each, and a form for each spot,
    would count in all of them, and take any fix back.

    :raises IllegalMoveError: the spot has just ended
    """
    spot, place = page.answer.spot, page.answer.place
    if spot is None or place is None or page.told is not False:
        return
    if Customer.objects.held(page.customer.pk) is None:  # erased since the page was read
        return
    mine = [one.pk for one, case in page.complaints if case is not None and case.pk == spot.id]
    if mine:
        transitions_of_state.tell(Complaint.objects.filter(pk__in=mine))
        return
    sent = read_row(
        {
            "external_id": f"{page.customer.pk}-{spot.id}",
            "brand": page.customer.brand.code,
            "customer": {"id": page.customer.crm_id},
            "topic": _topic(page, spot.id),
            "channel": Channel.ACCOUNT,
            "point": {"lon": place.point.x, "lat": place.point.y},
            "precision": place.precision or None,
            "occurred_at": now,
        },
        now=now,
        ours=True,
    )
    # the same id: whoever asked twice at once is told of one complaint
    [receipt] = receive([sent], source=SOURCE, now=now, proven=page.proven)
    if receipt.complaint_id is not None:
        cases.attach(case_id=spot.id, complaint_id=receipt.complaint_id, by=None, now=now)


def _topic(page: Own, spot_id: int) -> str:
    """Return the topic of the spot, else of what they complained of last."""
    spot = Case.objects.select_related("topic").get(pk=spot_id)
    if spot.topic is not None:
        return spot.topic.code
    member = Complaint.objects.filter(memberships__case=spot).select_related("topic").first()
    known = page.complaints[0][0] if page.complaints else member
    return known.topic.code if known else ""
