"""Views of the API that ask for another scope by the method of the request."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rest_framework.views import APIView


class ScopedView(APIView):
    """`scopes` names the one scope that each method needs; what is not named is refused by 405."""

    scopes: ClassVar[Mapping[str, str]]

    @property
    def required_scopes(self) -> Sequence[str]:
        method = "GET" if self.request.method == "HEAD" else self.request.method
        needed = self.scopes.get(method or "")
        return [needed] if needed else []
