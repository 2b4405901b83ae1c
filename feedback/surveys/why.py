"""Why a customer was asked or not: for each survey one verdict, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.customers.consent import Purpose, refusing
from complaints.customers.models import Customer
from complaints.customers.numbers.models import own_among
from complaints.customers.personal import blind_indexes, masked_email, masked_phone
from complaints.customers.phones import e164
from complaints.customers.walls import Walls
from feedback.surveys.catalogue import Survey, Trigger
from feedback.surveys.models import Invitation
from feedback.surveys.quarantine import Other
from feedback.surveys.states import Skip
from feedback.surveys.touches import Touch
from feedback.surveys.transitions.deciding import others_of
from spots.cases.models import Membership

MOST_CUSTOMERS = 5  # one phone may have several
MOST = 50  # surveys, and invitations of one customer


@dataclass(frozen=True)
class Verdict:
    """What became of a customer in one survey, at the newest occasion there was."""

    survey: Survey
    invitation: Invitation | None  # None: there was none, `why` says for what reason
    why: str


@dataclass(frozen=True)
class About:
    """What is said of one customer."""

    customer: Customer
    name: str  # masked
    obstacles: list[str]  # to asking them anything just now
    verdicts: list[Verdict]


def answered(who: str, *, walls: Walls, now: datetime) -> list[About]:
    """Return what is said of the customers of an id of the CRM's, or of a phone."""
    phone = e164(who, region=settings.PHONE_REGION)
    meant = Q(crm_id=who.strip())
    if phone:
        meant |= Q(phone_index__in=blind_indexes(phone))
    rows = Customer.objects.within(walls).filter(meant) if who.strip() else Customer.objects.none()
    return [
        About(
            customer,
            masked_phone(customer.phone) or masked_email(customer.email) or customer.told_id,
            obstacles_of(customer),
            verdicts_of(customer, walls=walls, now=now),
        )
        for customer in rows.select_related("brand").order_by("pk")[:MOST_CUSTOMERS]
    ]


def verdicts_of(customer: Customer, *, walls: Walls, now: datetime) -> list[Verdict]:
    """Return a verdict on each survey that a reader may see; a fixed number of queries."""
    rows = Invitation.objects.within(walls).filter(customer=customer).order_by("-pk")[:MOST]
    found = list(rows.select_related("survey"))
    newest: dict[int, Invitation] = {}
    for one in reversed(found):
        newest[one.survey_id] = one
    surveys = Survey.objects.within(walls).order_by("-active", "rank", "name")
    known = _Known.of(customer)
    others = others_of([customer.pk], now=now)[customer.pk]
    return [
        Verdict(survey, newest.get(survey.pk), _why(survey, newest.get(survey.pk), known, others))
        for survey in surveys[:MOST]
    ]


def obstacles_of(customer: Customer) -> list[str]:
    """Return why nobody may ask this customer just now, whatever the survey; two queries."""
    refused = refusing(Purpose.SURVEY).filter(pk=customer.pk).exists()
    checks = (
        (Skip.OPTED_OUT, refused),
        (Skip.NO_CONTACT, not customer.phone and not customer.email),
        (Skip.EMPLOYEE, bool(own_among([customer.pk]))),
        (Skip.GONE, customer.gone),
    )
    return [str(why.label) for why, holds in checks if holds]


@dataclass(frozen=True)
class _Known:
    """What has happened to a customer that surveys ask about."""

    customer: Customer
    touch_points: frozenset[str]
    has_complained: bool

    @classmethod
    def of(cls, customer: Customer) -> "_Known":
        points = Touch.objects.filter(customer=customer).values_list("touch_point", flat=True)
        members = Membership.objects.filter(complaint__customer=customer)
        return cls(customer, frozenset(points.distinct()), members.exists())


def _why(
    survey: Survey, invitation: Invitation | None, known: _Known, others: dict[int, Other]
) -> str:
    if invitation is None:
        return _never(survey, known)
    why = str(invitation.get_skipped_display())
    if invitation.skipped == Skip.QUARANTINE:
        near = _nearest(others, invitation, survey.quarantine_days)
        if near:
            why += ": " + _("by invitation %(id)d, %(days)d days are kept between") % {
                "id": near,
                "days": survey.quarantine_days,
            }
    return why


def _nearest(others: dict[int, Other], one: Invitation, days: int) -> int | None:
    span = timedelta(days=days)
    near = [
        (abs(other.at - one.due_at), pk)
        for pk, other in others.items()
        if pk != one.pk and abs(other.at - one.due_at) < span
    ]
    return min(near)[1] if near else None


def _never(survey: Survey, known: _Known) -> str:
    """Say why there was no occasion at all."""
    customer = known.customer
    checks = (
        (not survey.active, _("the survey is switched off")),
        (
            survey.brand_id not in (None, customer.brand_id),
            _("the survey is of another brand"),
        ),
        (
            survey.segment not in ("", customer.segment),
            _("the survey is of another segment"),
        ),
        (
            survey.trigger == Trigger.TOUCH and survey.touch_point not in known.touch_points,
            _("the CRM told of no such event of this customer"),
        ),
        (survey.trigger == Trigger.SAMPLE, _("chance has not drawn this customer")),
        (
            survey.trigger in _OF_CASES and not known.has_complained,
            _("no complaint of this customer is in a spot or a single case"),
        ),
    )
    otherwise = _("nothing has happened since it was switched on, or not what it asks about")
    return next((said for holds, said in checks if holds), otherwise)


_OF_CASES = frozenset({Trigger.FIXED, Trigger.FIXED_LATER, Trigger.SINGLE_CLOSED})
