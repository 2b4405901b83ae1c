"""Files that come in with a form: none is read that is larger than may be sent, or has no room."""

import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)
_MB = 1024 * 1024


def at_most(*, megabytes: int) -> Callable[[Any], None]:
    """Return a validator of a form's field: a file of at most so many megabytes."""

    def validate(file: Any) -> None:
        if file.size > megabytes * _MB:
            words = _("The file is larger than %(n)d MB.")
            raise ValidationError(words, params={"n": megabytes})

    return validate


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


class RoomUploadHandler(FileUploadHandler):
    """
    Keeps a large file on the disk while it comes, and refuses it where the disk is full.

    The file has no name there: of a process that is killed nothing stays behind.
    """

    file: "UploadedFile[Any]"

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """:raises RequestDataTooBig: the disk is full"""
        super().new_file(*args, **kwargs)
        with _room():
            self.file = UploadedFile(
                _nameless(),
                self.file_name,
                self.content_type,
                0,
                self.charset,
                self.content_type_extra,
            )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """:raises RequestDataTooBig: the disk is full"""
        try:
            with _room():
                self.file.write(raw_data)
                self.file.flush()
        except RequestDataTooBig:
            with suppress(OSError):  # what it still held back has no room either
                self.file.close()
            raise

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            with suppress(OSError):
                self.file.close()


def _nameless() -> IO[bytes]:
    """Return a file that ends with the request that closes it, or with the process."""
    return TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        logger.error("The disk of FILE_UPLOAD_TEMP_DIR is full: an upload was refused.")
        raise RequestDataTooBig("There is no room for files.") from error
