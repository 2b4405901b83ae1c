"""A tree of units, and whose teams are under which (pure)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


class CycleError(Exception):
    """A unit is, through others, a part of itself; the text names it."""


@dataclass(frozen=True)
class Node:
    """A unit; `teams` are those directly in it."""

    id: int
    parent: int | None
    name: str
    teams: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Tree:
    """Units by their number."""

    nodes: Mapping[int, Node]

    @classmethod
    def of(cls, nodes: Iterable[Node]) -> "Tree":
        """:raises CycleError: they are no tree"""
        tree = cls({node.id: node for node in nodes})
        for node in tree.nodes.values():
            tree.path(node.id)
        return tree

    def path(self, unit: int) -> list[Node]:
        """
        Return a unit and all that it is a part of, the highest first.

        :raises CycleError: that never ends
        """
        found: list[Node] = []
        at: int | None = unit
        while at is not None and at in self.nodes:
            if len(found) > len(self.nodes):
                raise CycleError(self.nodes[unit].name)
            found.insert(0, self.nodes[at])
            at = self.nodes[at].parent
        return found

    def children(self, unit: int | None) -> list[Node]:
        """Return the units directly under one, by name; None: the highest."""
        return sorted(
            (node for node in self.nodes.values() if node.parent == unit),
            key=lambda node: (node.name, node.id),
        )

    def teams(self) -> dict[int, frozenset[int]]:
        """Return the teams in each unit and in all its parts; a team that is twice there, once."""
        found: dict[int, set[int]] = {unit: set() for unit in self.nodes}
        for node in self.nodes.values():
            for above in self.path(node.id):
                found[above.id] |= node.teams
        return {unit: frozenset(teams) for unit, teams in found.items()}

    def without_unit(self, teams: Collection[int]) -> frozenset[int]:
        """Return those of some teams that no unit has."""
        known = {team for node in self.nodes.values() for team in node.teams}
        return frozenset(teams) - known
