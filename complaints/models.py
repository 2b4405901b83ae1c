"""The tables of complaints, gathered from their topics."""

from complaints.customers.consent import OptOut, TakenBackRefusal
from complaints.customers.models import Brand, Customer, Erasure
from complaints.customers.months import MonthlyFact
from complaints.customers.numbers.models import NumberRange, OwnNumber
from complaints.events.models import ComplaintEvent
from complaints.geocoding.models import (
    Address,
    HouseSubscribers,
    Locality,
    PlacedAddress,
    Region,
    Street,
    UnplacedComplaint,
)
from complaints.geocoding.online.models import OnlineAnswer, OnlineGeocoder
from complaints.imports.models import (
    ComplaintImport,
    ImportPart,
    ImportPiece,
    RememberedLayout,
)
from complaints.intake.models import Complaint, SentKey, Topic

__all__ = (
    "Address",
    "Brand",
    "Complaint",
    "ComplaintEvent",
    "ComplaintImport",
    "Customer",
    "Erasure",
    "HouseSubscribers",
    "ImportPart",
    "ImportPiece",
    "Locality",
    "MonthlyFact",
    "NumberRange",
    "OnlineAnswer",
    "OnlineGeocoder",
    "OptOut",
    "OwnNumber",
    "PlacedAddress",
    "Region",
    "RememberedLayout",
    "SentKey",
    "Street",
    "TakenBackRefusal",
    "Topic",
    "UnplacedComplaint",
)
