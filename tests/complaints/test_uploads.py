"""Files that come in with a form."""

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import override

from complaints.customers.numbers.admin import FileForm

MB = 1024 * 1024


@pytest.mark.parametrize(("size", "said"), [(20 * MB, []), (20 * MB + 1, ["Файл больше 20 МБ."])])
def test_a_file_larger_than_its_form_takes_is_refused(size, said):
    form = FileForm(files={"file": UploadedFile(name="ranges.csv", size=size)})

    with override("ru"):
        assert form.errors.get("file", []) == said
