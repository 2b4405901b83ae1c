"""What routing knows of a case: small, frozen, and the same when it is read back years later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True)
class Facts:
    """
    A case at the moment when it was routed.

    topics and segments are shares of 0 … 1: of the case's complaints, and of its customers.
    """

    kind: str  # spot | single
    brand: int
    region: int
    at: tuple[float, float]  # centre: degrees of longitude and latitude, WGS 84
    opened: datetime  # aware, in the time zone of the region
    technologies: frozenset[str] = frozenset()
    topics: Mapping[int, float] = field(default_factory=dict)
    cause: int | None = None
    segments: Mapping[str, float] = field(default_factory=dict)  # "": none known
    complexity: frozenset[str] = frozenset()  # why it is complex; empty: it is not

    @property
    def main_topic(self) -> int | None:
        """The topic that most complaints have; of several such, the one that was made first."""
        return min(self.topics, key=lambda topic: (-self.topics[topic], topic), default=None)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "brand": self.brand,
            "region": self.region,
            "at": list(self.at),
            "opened": self.opened.isoformat(),
            "technologies": sorted(self.technologies),
            "topics": {str(topic): share for topic, share in self.topics.items()},
            "cause": self.cause,
            "segments": dict(self.segments),
            "complexity": sorted(self.complexity),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """:raises (KeyError, TypeError, ValueError): this was not written by `as_json`"""
        longitude, latitude = kept["at"]
        return cls(
            kind=kept["kind"],
            brand=kept["brand"],
            region=kept["region"],
            at=(longitude, latitude),
            opened=datetime.fromisoformat(kept["opened"]),
            technologies=frozenset(kept["technologies"]),
            topics={int(topic): share for topic, share in kept["topics"].items()},
            cause=kept["cause"],
            segments=dict(kept["segments"]),
            complexity=frozenset(kept.get("complexity", ())),  # not known of earlier ones
        )
