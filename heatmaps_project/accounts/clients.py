"""The machine that a request of the API comes from."""

from rest_framework.request import Request

from complaints.intake.api import sender_of
from heatmaps_project.accounts.models import ApiClient


def client_of(request: Request) -> ApiClient:
    """
    Return the API client that the request's token belongs to.

    :raises PermissionDenied: the token belongs to none
    """
    client = sender_of(request)
    assert isinstance(client, ApiClient)  # tokens are given to nobody else
    return client
