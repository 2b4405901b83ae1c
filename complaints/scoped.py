"""Views of the API that ask for another scope by the method of the request."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.views import APIView

from complaints.listing import listing


class ScopedView(APIView):
    """
    `scopes` names the one scope that each method needs; what is not named is refused by 405.

    Who reads without naming a row reads a list, and those of one client take turns.
    """

    scopes: ClassVar[Mapping[str, str]]

    @property
    def required_scopes(self) -> Sequence[str]:
        method = "GET" if self.request.method == "HEAD" else self.request.method
        needed = self.scopes.get(method or "")
        return [needed] if needed else []

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self._until_answered:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in SAFE_METHODS and not kwargs:
            self._until_answered.enter_context(
                listing(getattr(request.auth, "application_id", None))
            )
