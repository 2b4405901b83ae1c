"""Passes over the API: the panel for a CRM's page, and the link to a customer's own page."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, Field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.bodies import JsonBytes, body_of
from complaints.customers.models import Brand, Customer
from complaints.problems import RefusedError, named, read_as
from heatmaps_project.accounts.transitions import note_look
from heatmaps_project.desk import panel
from heatmaps_project.desk.api import asker_of, known_customer
from heatmaps_project.desk.may import author
from heatmaps_project.desk.own.links import link_to
from heatmaps_project.desk.questions import Asked, Question, e164
from heatmaps_project.desk.speech import Language

_Line = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]


class PanelRequest(BaseModel):
    """For whom a panel is opened."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"agent": "ivanova", "brand": "demo", "language": "ru"}]},
    )

    agent: _Line = Field(description="The one agent who will use it, as the CRM calls them.")
    brand: _Line
    language: Language = "ru"
    minutes: Annotated[int, Field(ge=1, le=60)] = Field(15, description="How long it opens.")


class LinkRequest(BaseModel):
    """Whose own page: `phone` with `brand`, or `customer`."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"customer": "crm-17", "days": 7}]}
    )

    customer: _Line | None = None
    phone: _Line | None = None
    days: Annotated[int, Field(ge=1, le=30)] = 7


class PassAnswer(BaseModel):
    url: str
    expires_at: datetime


_REFUSAL: Final = "The body cannot be taken."
_LOOK: Final = "link to own page"


class PanelView(APIView):
    required_scopes: Sequence[str] = panel.SCOPES
    parser_classes = (JsonBytes,)

    @extend_schema(operation_id="open_panel", request=PanelRequest, responses=PassAnswer)
    def post(self, request: Request) -> Response:
        """
        Get the address of a lookup panel to put into an iframe, for one agent and a short time.

        Which sites may frame it is set with the client, by an administrator.
        """
        sent = read_as(PanelRequest, body_of(request), refusal=_REFUSAL)
        asker = asker_of(request)
        assert asker.client is not None
        brand = Brand.objects.within(asker.walls).filter(code=sent.brand).first()
        if brand is None:
            raise _refused(400, "brand", "This client has no such brand.", "unknown")
        if not asker.client.frame_ancestors:
            raise _refused(409, "", "No site may frame this client's panel yet.", "no_sites")
        until = timezone.now() + timedelta(minutes=sent.minutes)
        one = panel.Pass(asker.client, sent.agent, brand.pk, sent.language)
        answer = PassAnswer(url=panel.address_of(one, until=until), expires_at=until)
        return Response(answer.model_dump(mode="json"))


class LinkView(APIView):
    required_scopes: Sequence[str] = ("lookup:read", "complaints:read")
    parser_classes = (JsonBytes,)

    @extend_schema(operation_id="link_to_own_page", request=LinkRequest, responses=PassAnswer)
    def post(self, request: Request) -> Response:
        """
        Get the link that opens a customer's own page, to send it to that customer.

        Whoever has it reads what is known of them: that it was asked for is recorded.
        """
        sent = read_as(LinkRequest, body_of(request), refusal=_REFUSAL)
        if bool(sent.customer) == bool(sent.phone):
            raise _refused(400, "", "One is needed: customer or phone.", "no_customer")
        phone = e164(sent.phone or "", region=settings.PHONE_REGION)
        person = (
            Question(Asked.CUSTOMER, sent.customer)
            if sent.customer
            else Question(Asked.PHONE, phone)
        )
        asker, now = asker_of(request), timezone.now()
        number = known_customer(person, asker=asker)
        if number is None:
            raise _refused(404, person.kind, "No one such customer is known.", "unknown")
        until = now + timedelta(days=sent.days)
        url = link_to(Customer.objects.get(pk=number), until=until)
        note_look(by=author(asker), whose=f"customer {number}", what=_LOOK, why="", now=now)
        return Response(PassAnswer(url=url, expires_at=until).model_dump(mode="json"))


def _refused(status: int, field: str, message: str, code: str) -> RefusedError:
    return RefusedError(status, message, [named(field, message, code)])
