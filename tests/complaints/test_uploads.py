"""Files that come in with a form."""

import os
import signal

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import override

from complaints.customers.numbers.admin import FileForm
from complaints.uploads import RoomUploadHandler
from tests.processes import forked, killed

MB = 1024 * 1024


@pytest.mark.parametrize(("size", "said"), [(20 * MB, []), (20 * MB + 1, ["Файл больше 20 МБ."])])
def test_a_file_larger_than_its_form_takes_is_refused(size, said):
    form = FileForm(files={"file": UploadedFile(name="ranges.csv", size=size)})

    with override("ru"):
        assert form.errors.get("file", []) == said


def test_of_a_process_that_is_killed_no_file_of_customers_stays_on_the_disk(tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    (tmp_path / "begun").touch()

    def work() -> None:
        handler = RoomUploadHandler()
        handler.new_file("file", "customers.csv", "text/csv", 3 * MB)
        handler.receive_data_chunk(b"+79261234512\n" * 100_000, 0)
        (tmp_path / "begun").unlink()
        os.kill(os.getpid(), signal.SIGKILL)

    assert killed(forked(work))
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_read_as_it_came(tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    handler = RoomUploadHandler()
    handler.new_file("file", "folder/customers.csv", "text/csv", None)
    handler.receive_data_chunk(b"a,b\n", 0)
    handler.receive_data_chunk(b"1,2\n", 4)

    file = handler.file_complete(8)

    assert (file.name, file.size, b"".join(file.chunks())) == ("customers.csv", 8, b"a,b\n1,2\n")
    assert not list(tmp_path.iterdir())
    handler.upload_interrupted()
    assert file.closed
