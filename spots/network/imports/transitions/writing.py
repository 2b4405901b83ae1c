"""What an import's things become in the tables, and how they are taken away again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import Prefetch

from complaints.geocoding import transitions_of_houses
from spots.network.imports.kinds import coverage
from spots.network.imports.kinds.adapter import Body
from spots.network.imports.kinds.measurements import row_of
from spots.network.imports.kinds.subscribers import living_of
from spots.network.imports.kinds.values import shape_of
from spots.network.imports.models import Kind
from spots.network.models import Coverage, Measurement, NetworkEvent, Sector, Site

BATCH = 1000
Lost = dict[str, Any]


class Writer(Protocol):
    def write(self, brand_id: int, bodies: Mapping[str, Body], lost: Mapping[str, Lost]) -> None:
        """Make things so, new or known. `lost`: what `remove` returned of those it took."""
        ...

    def remove(self, brand_id: int, keys: Sequence[str]) -> dict[str, Lost]:
        """Take things away, and return what else went with each."""
        ...


class SiteWriter:
    def write(self, brand_id: int, bodies: Mapping[str, Body], lost: Mapping[str, Lost]) -> None:
        known = {
            site.code: site for site in Site.objects.filter(brand=brand_id, code__in=list(bodies))
        }
        fresh = []
        for code, body in bodies.items():
            site = known.get(code)
            if site is None:
                site = Site(brand_id=brand_id, code=code, pk=lost.get(code, {}).get("pk"))
                fresh.append(site)
            site.name, site.point = body["name"], shape_of(body["point"])
            site.technologies = body["technologies"]
        Site.objects.bulk_update(
            known.values(), ["name", "point", "technologies"], batch_size=BATCH
        )
        Site.objects.bulk_create(fresh, batch_size=BATCH)
        sites = {**known, **{site.code: site for site in fresh}}
        Sector.objects.filter(site__in=known.values()).delete()
        Sector.objects.bulk_create(
            (
                Sector(site=sites[code], **sector)
                for code, body in bodies.items()
                for sector in body["sectors"]
            ),
            batch_size=BATCH,
        )
        _link({sites[code].pk: said["events"] for code, said in lost.items()})

    def remove(self, brand_id: int, keys: Sequence[str]) -> dict[str, Lost]:
        sites = Site.objects.filter(brand=brand_id, code__in=keys)
        # An event's ground is large.
        events = Prefetch("networkevent_set", NetworkEvent.objects.only("pk"))
        lost: dict[str, Lost] = {
            site.code: {
                "pk": site.pk,
                "events": [event.pk for event in site.networkevent_set.all()],
            }
            for site in sites.prefetch_related(events)
        }
        sites.delete()
        return lost


def _link(events: Mapping[int, Sequence[int]]) -> None:
    """Tie sites, by primary key, to those of the events that are still there."""
    through = NetworkEvent.sites.through
    wanted = {pk for found in events.values() for pk in found}
    there = set(NetworkEvent.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    through.objects.bulk_create(
        (
            through(site_id=site, networkevent_id=pk)
            for site, found in events.items()
            for pk in found
            if pk in there
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )


class CoverageWriter:
    def write(self, brand_id: int, bodies: Mapping[str, Body], lost: Mapping[str, Lost]) -> None:
        for key, body in bodies.items():  # a handful, each of megabytes
            technology, level, source = key.split("|", 2)
            Coverage.objects.update_or_create(
                brand_id=brand_id,
                technology=technology,
                level=level,
                source=source,
                defaults={
                    "area": shape_of(body["area"]),
                    "valid_from": date.fromisoformat(body["valid_from"]),
                },
            )

    def remove(self, brand_id: int, keys: Sequence[str]) -> dict[str, Lost]:
        unwanted = set(keys)
        rows = Coverage.objects.filter(brand=brand_id).defer("area")
        gone = [row.pk for row in rows if coverage.key_of(row) in unwanted]
        Coverage.objects.filter(pk__in=gone).delete()
        return {}


class EventWriter:
    def write(self, brand_id: int, bodies: Mapping[str, Body], lost: Mapping[str, Lost]) -> None:
        rows = NetworkEvent.objects.filter(brand=brand_id, external_id__in=list(bodies))
        known = {row.external_id: row for row in rows}
        fresh = []
        for key, body in bodies.items():
            event = known.get(key)
            if event is None:
                pk = lost.get(key, {}).get("pk")
                event = NetworkEvent(brand_id=brand_id, external_id=key, pk=pk)
                fresh.append(event)
            event.kind, event.title, event.cause_code = body["kind"], body["title"], body["cause"]
            event.starts_at = datetime.fromisoformat(body["starts_at"])
            ends_at = body["ends_at"]
            event.ends_at = datetime.fromisoformat(ends_at) if ends_at else None
            event.area = shape_of(body["area"])
        fields = ["kind", "title", "cause_code", "starts_at", "ends_at", "area"]
        NetworkEvent.objects.bulk_update(known.values(), fields, batch_size=BATCH)
        NetworkEvent.objects.bulk_create(fresh, batch_size=BATCH)
        events = {**known, **{event.external_id: event for event in fresh}}
        _tie(brand_id, {events[key].pk: body["sites"] for key, body in bodies.items()})

    def remove(self, brand_id: int, keys: Sequence[str]) -> dict[str, Lost]:
        rows = NetworkEvent.objects.filter(brand=brand_id, external_id__in=keys)
        lost: dict[str, Lost] = {
            number: {"pk": pk} for number, pk in rows.values_list("external_id", "pk")
        }
        rows.delete()
        return lost


def _tie(brand_id: int, sites: Mapping[int, Sequence[str]]) -> None:
    """Tie events, by primary key, to these sites and no others."""
    through = NetworkEvent.sites.through
    codes = {code for found in sites.values() for code in found}
    known = Site.objects.filter(brand=brand_id, code__in=codes)
    named = dict(known.values_list("code", "pk"))
    through.objects.filter(networkevent_id__in=list(sites)).delete()
    through.objects.bulk_create(
        (
            through(networkevent_id=event, site_id=named[code])
            for event, found in sites.items()
            for code in found
            if code in named
        ),
        batch_size=BATCH,
    )


class SubscriberWriter:
    def write(self, brand_id: int, bodies: Mapping[str, Body], lost: Mapping[str, Lost]) -> None:
        living = {int(key): living_of(body) for key, body in bodies.items()}
        transitions_of_houses.settle(brand_id, living)

    def remove(self, brand_id: int, keys: Sequence[str]) -> dict[str, Lost]:
        transitions_of_houses.forget(brand_id, [int(key) for key in keys])
        return {}


@dataclass(frozen=True)
class MeasurementWriter:
    kind: str  # of Measurement

    def write(self, brand_id: int, bodies: Mapping[str, Body], lost: Mapping[str, Lost]) -> None:
        Measurement.objects.bulk_create(
            (row_of(brand_id, self.kind, key, body) for key, body in bodies.items()),
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["brand", "kind", "external_id"],
            update_fields=["point", "at", "tried", "failed", "known_at"],
        )

    def remove(self, brand_id: int, keys: Sequence[str]) -> dict[str, Lost]:
        rows = Measurement.objects.filter(brand=brand_id, kind=self.kind)
        rows.filter(external_id__in=keys).delete()
        return {}


WRITERS: dict[str, Writer] = {
    Kind.SITES: SiteWriter(),
    Kind.COVERAGE: CoverageWriter(),
    Kind.EVENTS: EventWriter(),
    Kind.SUBSCRIBERS: SubscriberWriter(),
    Kind.SURVEYS: MeasurementWriter(Measurement.Kind.SURVEY),
    Kind.COUNTERS: MeasurementWriter(Measurement.Kind.COUNTER),
}
