"""What gateways report over HTTP of the messages that they took."""

from http import HTTPStatus
from typing import Annotated

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import BaseModel, ConfigDict, Field, RootModel
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.bodies import JsonBytes, body_of
from complaints.intake.sent import ONE_LINE
from complaints.limits import seldom_enough
from complaints.problems import RefusedError, read_as
from feedback.notifications import transitions
from feedback.notifications.channels.outcome import ReceiptFacts
from feedback.notifications.channels.receipt_text import meaning_of
from feedback.notifications.transitions import gateway_keys

MOST = 1000  # receipts in a request
POSTS, WINDOW = 6000, 60  # of a gateway, at most, within seconds
_Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]


class SentReceipt(BaseModel):
    """What became of a message, or of a part of it. What else a gateway says of it is let go."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")] = Field(
        description="As your answer to the message gave it; else our `Idempotency-Key`."
    )
    status: Annotated[str, Field(min_length=1, max_length=32, pattern=ONE_LINE)] = Field(
        description="delivered, failed or expired; or DELIVRD, UNDELIV, REJECTD, DELETED, EXPIRED."
        " Any other means that it is on its way, and changes nothing."
    )
    to: _Line = Field("", description="The number, where ids are not unique without it.")
    error: _Line = Field("", description="Your code or words.")


class SentReceipts(RootModel[SentReceipt | Annotated[list[SentReceipt], Field(max_length=MOST)]]):
    """One receipt, or up to a thousand."""

    @property
    def all(self) -> list[SentReceipt]:
        return self.root if isinstance(self.root, list) else [self.root]


class TakenReceipts(BaseModel):
    taken: int = Field(description="How many said what finally became of a message.")


class ReceiptsView(APIView):
    """The token in the address is the key: many gateways cannot sign, and send no header."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    parser_classes = (JsonBytes,)

    @extend_schema(
        operation_id="send_receipts",
        auth=[],
        request=SentReceipts,
        responses={202: OpenApiResponse(TakenReceipts, "Kept; they are booked within seconds.")},
    )
    def post(self, request: Request, token: str) -> Response:
        """
        Report what became of messages, in any order and as often as you need to.

        One that comes before we have booked your answer to the message waits for a day.
        """
        gateway = gateway_keys.reporter(token)
        if gateway is None:
            raise RefusedError(HTTPStatus.UNAUTHORIZED, "No gateway reports to this address.")
        if not seldom_enough(f"receipts:{gateway}", most=POSTS, seconds=WINDOW):
            raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS, "Too many in a minute.")
        sent = read_as(
            SentReceipts, body_of(request), refusal="This cannot be taken.", strict=False
        )
        found = [facts for one in sent.all if (facts := _facts(gateway, one)) is not None]
        try:
            transitions.take_receipts(found, now=timezone.now())
        except transitions.TooManyParkedError:
            words = "Too many are of messages that we know nothing of."
            raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS, words) from None
        told = TakenReceipts(taken=len(found)).model_dump(mode="json")
        return Response(told, HTTPStatus.ACCEPTED)


def _facts(gateway: str, one: SentReceipt) -> ReceiptFacts | None:
    delivery = meaning_of(one.status)
    return delivery and ReceiptFacts(gateway, one.id, one.to, delivery, one.error)
