"""The API's description as it is served: made once by each process, and the same for everybody."""

from threading import Lock
from typing import Any, Final

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request


class DocumentView(SpectacularAPIView):
    """
    The document, as YAML or JSON.

    Anybody may ask for it, and it takes a tenth of a second of CPU to make. The library makes it
    for each who asks, in any language that they name: Django keeps each until the process ends.
    """

    _made: Final[dict[str, str | bytes]] = {}  # by media type
    _lock: Final = Lock()

    @extend_schema(exclude=True)
    def get(self, request: Request, *_args: Any, **_kwargs: Any) -> HttpResponse:
        renderer = request.accepted_renderer
        with self._lock:
            if renderer.media_type not in self._made:
                document = self.generator_class().get_schema(request=None, public=True)
                self._made[renderer.media_type] = renderer.render(document)
        charset = f"; charset={renderer.charset}" if renderer.charset else ""
        return HttpResponse(
            self._made[renderer.media_type],
            content_type=f"{renderer.media_type}{charset}",
            headers={"Content-Disposition": f'inline; filename="Heatmaps.{renderer.format}"'},
        )
