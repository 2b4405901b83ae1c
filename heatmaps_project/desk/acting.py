"""What an agent does for a caller: attach to a spot, pass a complaint on, open a single case."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.customers.models import Brand, Customer, Erasure
from complaints.customers.walls import Walls
from complaints.intake.models import Complaint, Placing
from complaints.intake.sent import SentComplaint, UnreadableError, read_row
from complaints.intake.transitions import receive
from heatmaps_project.desk import callers, transitions
from heatmaps_project.desk.asking import Asker
from heatmaps_project.desk.may import author, lacks_certificate
from heatmaps_project.desk.models import Lookup, LookupOutcome, Outcome
from heatmaps_project.desk.questions import e164
from spots.cases import transitions as cases
from spots.cases.models import Case, Membership
from spots.cases.states import ENDED, Permission
from spots.cases.transitions import IllegalMoveError

SOURCE = "desk"  # of the complaints that agents write down
_UNREADABLE = {"customer": "phone", "address": "place", "point": "place"}


class NotDoneError(Exception):
    """Nothing was done; says why, to the person who asked for it."""


@dataclass(frozen=True)
class Said:
    """What the caller said, and where they are. Degrees, WGS 84."""

    brand: str  # code
    topic: str  # code
    channel: str
    lon: float | None = None
    lat: float | None = None
    precision: str = ""
    address: str = ""
    phone: str = ""  # of a caller who is not known yet
    language: str = "ru"  # to be told in
    text: str = ""
    tell: bool = True


@transaction.atomic
def act(
    lookup: Lookup,
    outcome: Outcome,
    said: Said,
    *,
    spot_id: int | None = None,
    complaint_id: int | None = None,
    asker: Asker,
    now: datetime,
) -> LookupOutcome:
    """
    Do what the agent chose for the caller of a lookup, once: a second click is told of the first.

    spot_id       to attach to
    complaint_id  the caller's own complaint, if it was asked for and is in no case: it is taken
                  instead of a new one

    :raises NotDoneError: the phone or something else cannot be taken, there is no such spot, or
        it does not take the complaint
    """
    if done := transitions.locked(lookup.pk):
        return done
    # Nobody erases them meanwhile: what is written down would make them known anew.
    customer = Customer.objects.held(lookup.customer_id) if lookup.customer_id else None
    walls = callers.within_brand(asker.walls, customer) if customer else asker.walls
    own = _own(complaint_id, customer, walls)
    last = _last(customer, complaint_id, walls)
    complaint = own or _received(lookup, said, customer, last, asker=asker, now=now)
    case = _into_case(outcome, complaint, spot_id=spot_id, walls=walls, asker=asker, now=now)
    return transitions.conclude(
        lookup_id=lookup.pk,
        outcome=outcome,
        complaint_id=complaint,
        case_id=case.pk if case else None,
        channel=said.channel,
        tell=said.tell,
        now=now,
    )


def ask_certificate(lookup: Lookup, brand_code: str, *, asker: Asker, now: datetime) -> None:
    """
    Refuse whoever may not serve the caller's brand; machines answer for their own agents.

    brand_code  as the agent chose it; the caller's own goes before it. Of a caller nobody knows it
                counts beside that of the spot which was found: what is written down is of it

    :raises NotDoneError: the brand asks for a certificate that the agent has not, or not any more
    """
    customer = _caller(lookup)
    chosen = Brand.objects.filter(code=brand_code).values_list("pk", flat=True)
    brands = [customer.brand_id] if customer else [lookup.brand_id, *chosen]
    for brand_id in brands:
        if brand_id and (why := lacks_certificate(asker, brand_id=brand_id, now=now)):
            raise NotDoneError(why)


def _caller(lookup: Lookup) -> Customer | None:
    """Return whom a lookup found; None: nobody, or who was erased since."""
    customer = lookup.customer
    return None if customer is None or Erasure.objects.has(customer.pk) else customer


def _own(complaint_id: int | None, customer: Customer | None, walls: Walls) -> int | None:
    """Return the complaint that can be taken instead of a new one."""
    if complaint_id is None or customer is None:
        return None
    free = Complaint.objects.within(walls).in_effect().filter(customer=customer, resolved_at=None)
    return free.filter(pk=complaint_id).values_list("pk", flat=True).first()


def _received(
    lookup: Lookup,
    said: Said,
    customer: Customer | None,
    last: Complaint | None,
    *,
    asker: Asker,
    now: datetime,
) -> int:
    sent = _sent(lookup, said, customer, last, now=now)
    source = asker.client.source if asker.client else SOURCE
    [receipt] = receive([sent], source=source, now=now, walls=asker.walls)
    if receipt.complaint_id is None:
        raise NotDoneError(_("Choose the brand and the topic."))
    return receipt.complaint_id


def _sent(
    lookup: Lookup,
    said: Said,
    customer: Customer | None,
    last: Complaint | None,
    *,
    now: datetime,
) -> SentComplaint:
    """
    Return what the caller says, as a complaint.

    last  where they are if no other place is told: the desk shows it to nobody, so it is not sent

    :raises NotDoneError: naming what cannot be taken
    """
    place = {
        "point": None if said.lon is None else {"lon": said.lon, "lat": said.lat},
        "precision": said.precision or None,
        "address": said.address or (last.address if last else ""),
    }
    if last and last.point and said.lon is None and not said.address:
        lon, lat = last.point.coords
        place |= {"point": {"lon": lon, "lat": lat}, "precision": last.precision or None}
    person = (
        {"id": customer.crm_id}
        if customer
        else {"phone": e164(said.phone, region=settings.PHONE_REGION), "language": said.language}
    )
    row = {
        "external_id": f"lookup-{lookup.key}",
        "brand": customer.brand.code if customer else said.brand,
        "customer": person,
        "topic": said.topic,
        "channel": said.channel,
        "text": said.text,
        **place,
        "occurred_at": lookup.at,
        "tell": said.tell,
    }
    try:
        return read_row(row, now=now, ours=customer is not None)
    except UnreadableError as error:
        field = error.refusals[0].field.partition(".")[0]
        raise NotDoneError(_what_is_missing(_UNREADABLE.get(field, field))) from None


def _last(customer: Customer | None, complaint_id: int | None, walls: Walls) -> Complaint | None:
    """Return what says where the customer is: the complaint that was asked for, or the newest."""
    if customer is None:
        return None
    theirs = Complaint.objects.within(walls).in_effect().filter(customer=customer)
    placed = theirs.filter(placing=Placing.PLACED).order_by("-received_at", "-pk")
    return placed.filter(pk=complaint_id or 0).first() or placed.first()


def _what_is_missing(field: str) -> str:
    return {
        "phone": _("The caller's phone is needed, with all its digits."),
        "place": _("Where the caller is must be known: look the address up first."),
        "brand": _("Choose the brand."),
        "topic": _("Choose the topic."),
    }.get(field, _("This cannot be taken."))


def _into_case(
    outcome: Outcome,
    complaint_id: int,
    *,
    spot_id: int | None,
    walls: Walls,
    asker: Asker,
    now: datetime,
) -> Case | None:
    try:
        if outcome == Outcome.ATTACHED:
            return attached(complaint_id, spot_id=spot_id, walls=walls, asker=asker, now=now)
        if outcome == Outcome.SINGLE:
            return cases.open_single(complaint_id=complaint_id, by=asker.user, now=now)
    except IllegalMoveError as refusal:
        raise NotDoneError(str(refusal)) from None
    return None


def attached(
    complaint_id: int, *, spot_id: int | None, walls: Walls, asker: Asker, now: datetime
) -> Case:
    """
    Attach a complaint to a spot that the asker may see; one that was merged, to where it lives on.

    Out of another case only a member of staff who dispatches takes it: agents, here or in a panel,
    serve callers one after another, and would empty a spot that engineers work on.

    :raises NotDoneError: there is no such spot
    :raises IllegalMoveError: it does not take the complaint, or another case has it
    """
    spots = Case.objects.within(walls).spots().select_related("merged_into")
    spot = spots.filter(pk=spot_id or 0).first()
    if spot is None:
        raise NotDoneError(_("There is no such spot."))
    by = author(asker)
    if asker.user is None or not asker.user.has_perm(Permission.DISPATCH):
        _refuse_taking(complaint_id, into=spot.survivor)
    return cases.attach(case_id=spot.survivor.pk, complaint_id=complaint_id, by=by, now=now)


def _refuse_taking(complaint_id: int, *, into: Case) -> None:
    """:raises IllegalMoveError: another case, which has not ended, has the complaint"""
    current = Membership.objects.current().filter(complaint=complaint_id).exclude(case=into)
    other = current.exclude(case__state__in=ENDED).values_list("case", flat=True).first()
    if other is not None:
        words = _("The complaint is in № %(case)s already: dispatchers move it.")
        raise IllegalMoveError(words % {"case": other})
