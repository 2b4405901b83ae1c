"""Rows of a brand in a region, of which a reader sees those inside their walls."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from complaints.customers.walls import Walls

_Row = TypeVar("_Row", bound=models.Model)


class WalledQuerySet(models.QuerySet[_Row]):
    """A query of rows that have a brand and a region, or whose `of` has: "case__", say."""

    of = ""
    regionless = False  # whether what is of no region is seen by all who see its brand

    def within(self, walls: Walls) -> Self:
        """Leave what the reader's brands and regions let them see."""
        rows = self
        if walls.brands is not None:
            rows = rows.filter(**{f"{self.of}brand__in": walls.brands})
        if walls.regions is not None:
            here = Q(**{f"{self.of}region__in": walls.regions})
            nowhere = Q(**{f"{self.of}region": None})
            rows = rows.filter(here | nowhere if self.regionless else here)
        return rows
