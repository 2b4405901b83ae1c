"""What a simulated stream is made of: outages, and the complaints they and usual days bring."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HOUSE, STREET, LOCALITY = 0, 1, 2  # how exactly a complaint was placed
PRECISIONS = ("house", "street", "locality")
NONE = -1  # no outage is behind the complaint


@dataclass(frozen=True)
class Outage:
    """
    One fault: those within `radius_m` of it may complain, most of them soon after it began.

    Towards the edge fewer are concerned, see `Behaviour.edge`.
    """

    lon: float  # degrees east
    lat: float  # degrees north
    radius_m: float
    began_h: float  # hours from the stream's start
    lasts_h: float
    topic: int  # index into Behaviour.topic_shares
    complaining: float  # share of the subscribers concerned


@dataclass(frozen=True)
class Complaints:
    """Complaints in order of reception: columns of one length."""

    customer: Ints
    occurred_h: Floats
    received_h: Floats
    lon: Floats
    lat: Floats
    precision: Ints  # HOUSE, STREET or LOCALITY: index into PRECISIONS
    topic: Ints  # index into Behaviour.topic_shares
    outage: Ints  # index into Stream.outages or NONE: hidden from a detector
    misplaced: Bools  # put at the centre of the town: hidden too, unless precision tells


@dataclass(frozen=True)
class Stream:
    complaints: Complaints
    outages: tuple[Outage, ...]
