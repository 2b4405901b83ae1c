"""An event of a complaint as a sender describes it."""

from typing import Annotated, Any

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from complaints.events.folding import EventType
from complaints.intake.models import Precision
from complaints.intake.sent import (
    LINES,
    LONGEST_TEXT,
    ONE_LINE,
    SentPoint,
    in_our_time,
    needed_line,
)

_Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT, pattern=LINES),
]
_Line = Annotated[str, needed_line(500)]
_CORRECTS = frozenset({"topic", "occurred_at", "text", "address", "point", "precision"})


class EventData(BaseModel):
    """What the event says: each type takes some of these."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]+$", max_length=50)] | None = (
        Field(None, description="corrected: code of the right topic.")
    )
    occurred_at: AwareDatetime | None = Field(None, description="corrected: when it was.")
    text: _Text | None = Field(
        None, description="corrected: the right words. comment: what is said; needed."
    )
    address: _Line | None = Field(None, description="corrected: it is placed anew.")
    point: SentPoint | None = Field(None, description="corrected: where the customer is.")
    precision: Precision | None = Field(None, description="Of the point.")
    reason: _Line | None = Field(None, description="withdrawn, closed, reopened: why.")

    _in_time = field_validator("occurred_at", mode="after")(in_our_time)


EXAMPLE: JsonDict = {
    "event_id": "crm-77812",
    "type": "corrected",
    "occurred_at": "2026-03-25T11:20:00+03:00",
    "data": {"topic": "slow_internet", "address": "Мытищи, ул. Полевая, 7"},
}


class SentEvent(BaseModel):
    """What happened to a complaint. The same `event_id` again is the same event."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [EXAMPLE]}
    )

    event_id: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=ONE_LINE)]
    type: EventType
    occurred_at: AwareDatetime = Field(
        description="When it happened: events count in this order, however late they come."
    )
    data: EventData = Field(default_factory=EventData)

    _in_time = field_validator("occurred_at", mode="after")(in_our_time)

    @model_validator(mode="after")
    def _says_what_its_type_takes(self) -> "SentEvent":
        told = set(self.said)
        if foreign := sorted(told - _TAKES[self.type]):
            text = "An event of this type takes no {names}."
            raise PydanticCustomError("not_of_this_type", text, {"names": ", ".join(foreign)})
        if self.type is EventType.COMMENT and "text" not in told:
            raise PydanticCustomError("missing", "A comment needs a text.")
        if self.type is EventType.CORRECTED and not told:
            raise PydanticCustomError("missing", "A correction needs what it corrects.")
        if "precision" in told and "point" not in told:
            raise PydanticCustomError("no_point", "A precision needs a point.")
        if "point" in told and self.data.point and self.data.point.is_nowhere:
            raise PydanticCustomError("no_place", "0, 0 is no place.")
        return self

    @property
    def said(self) -> dict[str, Any]:
        """What its data tells, ready for JSON."""
        return self.data.model_dump(mode="json", exclude_none=True)


_REASON = frozenset({"reason"})
_TAKES = {
    EventType.CORRECTED: _CORRECTS,
    EventType.COMMENT: frozenset({"text"}),
    EventType.WITHDRAWN: _REASON,
    EventType.CLOSED: _REASON,
    EventType.REOPENED: _REASON,
}
