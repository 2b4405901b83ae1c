"""Customers over the API: told of, changed, what they agreed to, and erased."""

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.bodies import JsonBytes, body_of
from complaints.client_limits import count_of_day
from complaints.customers.models import Brand, Customer, CustomerQuerySet
from complaints.customers.transitions import agree, describe, register
from complaints.intake.api import may, sender_of
from complaints.intake.keyed import KEY_PARAMETER, keep_key, key_of
from complaints.problems import Problem, RefusedError, named, read_as
from complaints.scoped import ScopedView
from heatmaps_project.customers.sent import (
    ChangedConsent,
    ChangedCustomer,
    Consent,
    KnownCustomer,
    NamedCustomer,
    NewCustomer,
    ToldConsent,
    differing,
    known,
    unread,
)
from heatmaps_project.customers.transitions import erase_person

_REFUSAL: Final = "Some fields cannot be taken."


class CustomersView(ScopedView):
    scopes = {"POST": "customers:write"}
    parser_classes = (JsonBytes,)

    @extend_schema(
        operation_id="register_customer",
        request=NewCustomer,
        parameters=[KEY_PARAMETER],
        responses={
            201: OpenApiResponse(KnownCustomer, "Stored."),
            200: OpenApiResponse(KnownCustomer, "Known just so: nothing changed."),
            409: OpenApiResponse(Problem, "Known otherwise: what changed is sent by PATCH."),
        },
    )
    def post(self, request: Request) -> Response:
        """
        Tell of a customer, as often as you need to: the id is stored once.

        A customer that complaints told of already is known: send what changed by PATCH.
        """
        body, sender, now = body_of(request), sender_of(request), timezone.now()
        sent = read_as(NewCustomer, body, refusal=_REFUSAL)
        with transaction.atomic():
            if key := key_of(request):
                keep_key(key, body=body, source=sender.source, now=now)
            customer, is_new = register(
                brand=_brand(request, sent.brand), crm_id=sent.id, told=sent.told, now=now
            )
            if fields := differing(customer, sent.told):
                errors = [named(field, "Differs.", "differs") for field in fields]
                raise RefusedError(409, "This customer is known otherwise.", errors)
        status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
        return Response(_told(request, _one(request, customer.pk)), status=status)


class CustomerSearchView(ScopedView):
    scopes = {"POST": "customers:read"}
    parser_classes = (JsonBytes,)

    @extend_schema(
        operation_id="find_customer", request=NamedCustomer, responses={200: KnownCustomer}
    )
    def post(self, request: Request) -> Response:
        """Find a customer by the CRM's id, which stands in no address; 404: nobody told of them."""
        sent = read_as(NamedCustomer, body_of(request), refusal=_REFUSAL)
        row = _own(request).filter(brand__code=sent.brand, crm_id=sent.id).first()
        if row is None:
            raise Http404
        return Response(known(row))


class CustomerView(ScopedView):
    scopes = {"GET": "customers:read", "PATCH": "customers:write", "DELETE": "customers:write"}
    parser_classes = (JsonBytes,)

    @extend_schema(operation_id="read_customer", responses=KnownCustomer)
    def get(self, request: Request, number: int) -> Response:
        """Read a customer of the client's brands."""
        return Response(known(_one(request, number)))

    @extend_schema(
        operation_id="change_customer", request=ChangedCustomer, responses={200: KnownCustomer}
    )
    def patch(self, request: Request, number: int) -> Response:
        """Change what is sent; null takes away what was known, the rest stays."""
        sent = read_as(ChangedCustomer, body_of(request), refusal=_REFUSAL)
        customer = _one(request, number)
        try:
            describe(customer_id=customer.pk, told=sent.told, now=timezone.now())
        except Customer.DoesNotExist:  # erased meanwhile
            raise Http404 from None
        return Response(_told(request, _one(request, number)))

    @extend_schema(
        operation_id="erase_customer",
        request=None,
        responses={
            204: OpenApiResponse(description="Erased, now or before."),
            429: OpenApiResponse(Problem, "As many as a client erases in a day."),
        },
    )
    def delete(self, request: Request, number: int) -> Response:
        """
        Erase a customer: contacts, words and addresses, in complaints, messages and answers too;
        and what came by forms and letters under their phone or e-mail, if no other customer has it.

        Complaints and ratings stay, of nobody. It cannot be taken back, and is done so often in a
        day (`ERASURES_PER_DAY`).
        """
        sender = sender_of(request)
        row = Customer.objects.within(sender.walls).filter(pk=number)
        if not row.exists():
            raise Http404
        if row.not_erased().exists():
            _not_too_many(sender.source)
        erase_person(customer_id=number, by=sender.source, now=timezone.now())
        return Response(status=HTTPStatus.NO_CONTENT)


class ConsentView(ScopedView):
    scopes = {"GET": "customers:read", "PATCH": "customers:write"}
    parser_classes = (JsonBytes,)

    @extend_schema(operation_id="read_consent", responses=Consent)
    def get(self, request: Request, number: int) -> Response:
        """Read for what a customer may be written to."""
        return Response(_consent(request, number))

    @extend_schema(
        operation_id="change_consent", request=ChangedConsent, responses={200: ToldConsent}
    )
    def patch(self, request: Request, number: int) -> Response:
        """Note for what a customer may be written to; what is planned already is not sent."""
        sent = read_as(ChangedConsent, body_of(request), refusal=_REFUSAL)
        customer, by = _one(request, number), sender_of(request).source
        agree(customer_id=customer.pk, agreed=sent.told, told_by="api", by=by, now=timezone.now())
        reads = may(request, "customers:read")
        consent = _consent(request, number).items()
        return Response(
            {name: value if reads or name in sent.told else None for name, value in consent}
        )


def _not_too_many(source: str) -> None:
    """
    Count an erasure.

    Whoever has a client's secret, or a program of it that runs wild, could erase every customer of
    a brand within hours, one number after the other; a restored database erases them anew.

    :raises Throttled: the client has erased as many as in a day
    """
    most = settings.ERASURES_PER_DAY
    count_of_day(
        source,
        "erasures",
        most=most,
        wants=f"erase more than {most} customers",
        refusal="More than a client erases in a day; nothing was done.",
    )


def _own(request: Request) -> CustomerQuerySet:
    rows = Customer.objects.within(sender_of(request).walls).not_erased()
    return rows.select_related("brand").prefetch_related("opt_outs")


def _one(request: Request, number: int) -> Customer:
    """:raises Http404: there is none, it was erased, or it is behind a wall"""
    row = _own(request).filter(pk=number).first()
    if row is None:
        raise Http404
    return row


def _told(request: Request, customer: Customer) -> dict[str, Any]:
    """Return what a client that tells of a customer is told of them: no more than it may read."""
    told = known(customer)
    return told if may(request, "customers:read") else unread(told)


def _consent(request: Request, number: int) -> dict[str, Any]:
    told: dict[str, Any] = known(_one(request, number))["consent"]
    return told


def _brand(request: Request, code: str) -> Brand:
    """:raises RefusedError: it is none of the client's"""
    row = Brand.objects.within(sender_of(request).walls).filter(code=code).first()
    if row is None:
        error = named("brand", "This client tells of no customers of such a brand.", "unknown")
        raise RefusedError(400, _REFUSAL, [error])
    return row
