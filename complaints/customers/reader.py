"""The member of staff who reads a page."""

from django.http import HttpRequest

from complaints.customers.walls import Walls


def walls_of(request: HttpRequest) -> Walls:
    """Return the walls of the member of staff who asks."""
    assert request.user.is_authenticated  # admin pages ask for a sign-in first
    return request.user.walls
