"""Files that come in with a form: no body is read that is larger than any form may send."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class BoundedUploadHandler(FileUploadHandler):
    """Refuses a whole body before the first byte of it is read; else leaves it to the others."""

    def handle_raw_input(
        self,
        input_data: Any,
        meta: dict[str, Any],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """:raises RequestDataTooBig: more than the view may be sent by whoever asks"""
        if content_length > self._most():
            raise RequestDataTooBig("The files are too large.")

    def _most(self) -> int:
        match = self.request.resolver_match if self.request is not None else None
        named = settings.LARGE_UPLOADS.get(match.view_name if match else "")
        if self.request is None or named is None:
            return int(settings.UPLOAD_BYTES)
        permission, most = named
        user = getattr(self.request, "user", None)
        return int(
            most if user is not None and user.has_perm(permission) else settings.UPLOAD_BYTES
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
