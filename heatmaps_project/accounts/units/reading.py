"""The tree of units as it stands."""

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from heatmaps_project.accounts.units.models import Unit
from heatmaps_project.accounts.units.tree import Node, Tree


def tree() -> Tree:
    """
    Return all units with their teams; one query.

    :raises CycleError: somebody made them no tree behind the form's back
    """
    teams = ArrayAgg("teams", filter=Q(teams__isnull=False), default=[])
    rows = Unit.objects.annotate(of=teams).values_list("pk", "parent", "name", "of")
    return Tree.of(Node(pk, parent, name, frozenset(of)) for pk, parent, name, of in rows)
