"""What a trial finds: spots as plain data, kept small."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
from django.contrib.gis.geos import Point

from spots.cases.places import place_in_words
from spots.detection.arrivals import moment
from spots.detection.engine import Change
from spots.detection.simple import SURE
from spots.watching.reading import Place

MOST_SPOTS = 2000
MOST_MEMBERS = 300  # the last ones


class Findings:
    """
    The spots of a trial, in the order of opening, each a dict of

    number, opened_at, ended_at (None: it was open at the end), place (words),
    customers, complaints, outline (lon, lat; a closed ring): when it had most members,
    score (its highest; None: the simple rule gives none), topic (None: several together),
    members (complaints, the last ones)

    One that was merged lives on in another and is left out.
    """

    def __init__(self, found: list[dict[str, Any]], *, place: Place) -> None:
        self._place = place
        self._spots = {spot["number"]: spot for spot in found}

    def listed(self) -> list[dict[str, Any]]:
        return list(self._spots.values())

    def take(self, change: Change, *, customers: Mapping[int, int]) -> None:
        """`customers` maps complaints of the window to whose they are."""
        at = moment(change.at_h)
        if change.state == "open":
            self._open(change, at, customers)
        elif change.state == "merged":
            self._spots.pop(change.spot, None)
        elif change.spot in self._spots:
            self._spots[change.spot]["ended_at"] = at.isoformat()

    def _open(self, change: Change, at: datetime, customers: Mapping[int, int]) -> None:
        spot = self._spots.get(change.spot)
        if spot is None:
            if len(self._spots) >= MOST_SPOTS:
                return
            spot = self._spots[change.spot] = self._new(change, at)
        spot["ended_at"] = None
        known = set(spot["members"])
        joined = [member for member in change.members if member not in known]
        spot["members"] = [*spot["members"], *joined][-MOST_MEMBERS:]
        if change.peak is not None and change.peak.value < SURE:
            spot["score"] = round(change.peak.value, 2)
        if len(change.members) > spot["complaints"]:
            spot["complaints"] = len(change.members)
            spot["customers"] = len({customers[member] for member in change.members})
            spot["outline"] = self._ring(change)

    def _new(self, change: Change, at: datetime) -> dict[str, Any]:
        east, north = np.mean(np.array(self._ring(change))[:-1], axis=0)
        topics, key = self._place.topics, change.peak.key if change.peak else -1
        return {
            "number": change.spot,
            "opened_at": at.isoformat(),
            "ended_at": None,
            "place": place_in_words(Point(float(east), float(north), srid=4326)),
            "customers": 0,
            "complaints": 0,
            "outline": [],
            "score": None,
            "topic": topics[key] if 0 <= key < len(topics) else None,
            "members": [],
        }

    def _ring(self, change: Change) -> list[list[float]]:
        assert change.outline is not None  # as of every open spot
        degrees: list[list[float]] = np.round(
            self._place.projection.degrees(change.outline), 6
        ).tolist()
        return degrees
