"""The parts of a text as SMPP 3.4 submits them, and what a centre's answers make of it."""

from dataclasses import dataclass, field
from typing import Any

from smpplib import consts

from feedback.notifications.channels.outcome import Failure, Outcome, Outgoing
from feedback.notifications.templates.segments import segments

_THROTTLED = {consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL}
_PERMANENT = {
    consts.SMPP_ESME_RINVMSGLEN,
    consts.SMPP_ESME_RINVDSTADR,
    consts.SMPP_ESME_RINVSRCADR,
    consts.SMPP_ESME_RINVDSTTON,
    consts.SMPP_ESME_RINVDSTNPI,
    consts.SMPP_ESME_RX_P_APPN,
    consts.SMPP_ESME_RX_R_APPN,
}
# What is worst for a text of several parts stands for all of it.
_GRAVITY = (Failure.TEMPORARY, Failure.THROTTLED, Failure.PERMANENT, Failure.UNKNOWN)


@dataclass
class Tally:
    """What has come of one text's parts so far."""

    accepted: dict[int, str] = field(default_factory=dict)
    failure: Failure | None = None
    error: str = ""

    def fail(self, failure: Failure, error: str) -> None:
        if self.failure is None or _GRAVITY.index(failure) > _GRAVITY.index(self.failure):
            self.failure, self.error = failure, error

    def outcome(self) -> Outcome:
        return Outcome(self.accepted, self.failure, self.error)


@dataclass(frozen=True)
class SubmittedPart:
    """A part that is to be submitted, and the text it belongs to."""

    tally: Tally
    number: int
    fields: dict[str, Any]


def failure_of(status: int) -> Failure:
    """Return what a centre's error means for a part."""
    if status in _THROTTLED:
        return Failure.THROTTLED
    return Failure.PERMANENT if status in _PERMANENT else Failure.TEMPORARY


def parts_of(tally: Tally, outgoing: Outgoing, *, sender: str) -> list[SubmittedPart]:
    """Return the parts of a text that the centre does not have yet."""
    cut = segments(outgoing.text)
    count = len(cut.parts)
    # 3GPP TS 23.040 9.2.3.24.1; the reference is the same in every attempt, so a telephone joins
    # parts of different attempts
    header = bytes((5, 0, 3, outgoing.key.int % 256, count)) if count > 1 else b""
    named = not sender.lstrip("+").isdigit()
    fields = {
        "source_addr_ton": consts.SMPP_TON_ALNUM if named else consts.SMPP_TON_UNK,
        "source_addr_npi": consts.SMPP_NPI_UNK if named else consts.SMPP_NPI_ISDN,
        "source_addr": sender,
        "dest_addr_ton": consts.SMPP_TON_INTL,
        "dest_addr_npi": consts.SMPP_NPI_ISDN,
        "destination_addr": outgoing.address.lstrip("+"),
        "esm_class": consts.SMPP_GSMFEAT_UDHI if header else consts.SMPP_MSGMODE_DEFAULT,
        "data_coding": cut.encoding.data_coding,
        "registered_delivery": 1,
    }
    return [
        SubmittedPart(
            tally,
            number,
            {
                **fields,
                "short_message": (header + bytes((number,)) if header else b"") + cut.octets(text),
            },
        )
        for number, text in enumerate(cut.parts, start=1)
        if number not in outgoing.accepted
    ]
