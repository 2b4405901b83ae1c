"""Events at touch points over the API: what surveys after a visit, a call or a tariff ask about."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.bodies import JsonBytes, body_of
from complaints.customers.models import Brand, Customer
from complaints.geocoding.models import Region
from complaints.intake.api import sender_of
from complaints.intake.sent import ONE_LINE, in_our_time
from complaints.problems import RefusedError, named, read_as
from complaints.scoped import ScopedView
from feedback.surveys import transitions

_Line = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")]


class SentTouch(BaseModel):
    """A customer met us: a visit, a call, a new tariff. The same `reference` is the same event."""

    model_config = ConfigDict(extra="forbid")

    reference: _Line
    touch_point: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,50}$")] = Field(
        description="visit, call, tariff_change … as surveys name it."
    )
    at: AwareDatetime = Field(
        description="With an offset or Z, not before 2000 and not more than ten minutes ahead."
    )
    brand: _Line
    customer: _Line = Field(description="The CRM's id of a customer we have heard of.")
    region: _Line | None = Field(None, description="Code of the region.")
    agent: _Line | None = Field(None, description="Login of the member of staff they met.")
    unit: Annotated[str, Field(max_length=100, pattern=ONE_LINE)] = Field(
        "", description="Shop or office."
    )
    roaming: bool = Field(default=False, description="Customers abroad are not asked.")

    # Of one far ahead nothing can be reckoned, and a customer who is met then is kept until then.
    _in_time = field_validator("at", mode="after")(in_our_time)


class StoredTouch(BaseModel):
    id: int
    reference: str
    touch_point: str
    at: datetime


class TouchesView(ScopedView):
    scopes = {"POST": "feedback:write"}
    parser_classes = (JsonBytes,)

    @extend_schema(
        operation_id="send_touch",
        request=SentTouch,
        responses={
            201: OpenApiResponse(StoredTouch, "Stored."),
            200: OpenApiResponse(StoredTouch, "It was sent before: nothing changed."),
        },
    )
    def post(self, request: Request) -> Response:
        """Tell of a customer at a touch point, as often as you need to: it is stored once."""
        sender, now = sender_of(request), timezone.now()
        refusal = "This cannot be taken."
        context = {"now": now}
        sent = read_as(SentTouch, body_of(request), refusal=refusal, strict=False, context=context)
        walls = sender.walls
        brand = Brand.objects.within(walls).filter(code=sent.brand).first()
        known = Customer.objects.not_erased()  # whose row has an id of ours, that can be guessed
        customer = known.filter(brand=brand, crm_id=sent.customer).first()
        region = Region.objects.within(walls).filter(code=sent.region).first()
        agent = get_user_model().objects.filter(username=sent.agent).first()
        unknown = {
            "brand": brand is None,
            "customer": customer is None,
            "region": sent.region is not None and region is None,
            "agent": sent.agent is not None and agent is None,
        }
        missing = [name for name, is_so in unknown.items() if is_so]
        if missing:
            errors = [named(name, "This client knows no such one.", "unknown") for name in missing]
            raise RefusedError(400, "Some fields cannot be taken.", errors)
        touch, new = transitions.take_touch(
            source=sender.source,
            reference=sent.reference,
            touch_point=sent.touch_point,
            at=sent.at,
            customer=customer,
            region=region,
            agent=agent,
            unit=sent.unit,
            roaming=sent.roaming,
            now=now,
        )
        status = HTTPStatus.CREATED if new else HTTPStatus.OK
        return Response(_stored(touch), status=status)


def _stored(touch: Any) -> dict[str, Any]:
    return StoredTouch(
        id=touch.pk, reference=touch.reference, touch_point=touch.touch_point, at=touch.at
    ).model_dump(mode="json")
