"""Rows of a brand or in a region, of which a reader sees those inside their walls."""

from collections.abc import Mapping
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from complaints.customers.walls import Walls

_Row = TypeVar("_Row", bound=models.Model)


class WalledQuerySet(models.QuerySet[_Row]):
    """
    A query of rows that have a brand and a region, or whose `of` has: "case__", say.

    `walled` holds the walls that the rows stand behind, and of each whether a row of none is
    everybody's: a policy for every brand, a complaint that is in no region yet.
    """

    of = ""
    walled: Mapping[str, bool] = {"brand": False, "region": False}

    def within(self, walls: Walls) -> Self:
        """Leave what the reader's brands and regions let them see."""
        rows = self
        for side, let_into in (("brand", walls.brands), ("region", walls.regions)):
            if side not in self.walled or let_into is None:
                continue
            theirs = Q(**{f"{self.of}{side}__in": let_into})
            nobodys = Q(**{f"{self.of}{side}": None})
            rows = rows.filter(theirs | nobodys if self.walled[side] else theirs)
        return rows
