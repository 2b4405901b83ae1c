"""What the head of a request may say of its body, and what is made of it."""

import encodings
import time
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from heatmaps_project.requests_in import Application, told

pytestmark = pytest.mark.django_db
SENSELESS = [
    *(f"text/plain; charset={name}" for name in ("zlib", "undefined", "idna", "punycode", "x")),
    "text/plain; charset*=us-ascii''%00",
    "text/plain; a*=nothing''x",
    f"text/plain; a*{'1' * 4400}*=x",
]


def answered(path: str, *, query: str = "", body: bytes = b"", **head: str) -> int:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        **head,
    }
    setup_testing_defaults(environ)
    said: list[str] = []
    answer = Application()(environ, lambda status, _headers: said.append(status))
    b"".join(answer)
    return int(said[0][:3])


@pytest.mark.parametrize("content_type", SENSELESS)
def test_no_charset_is_an_error_of_ours(content_type):
    asked = {"query": "next=%41", "CONTENT_TYPE": content_type}

    assert answered("/admin/login/", **asked) == 200


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", ""),
        ("application/json", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("multipart/form-data; boundary=a1", 'multipart/form-data; boundary="a1"'),
        ('Multipart/Form-Data;charset=zlib;Boundary="a b"', 'Multipart/Form-Data; boundary="a b"'),
        ("multipart/form-data; xboundary=a; boundary=b ; c=d", 'multipart/form-data; boundary="b"'),
        ("multipart/form-data; boundary*=zlib''a", "multipart/form-data"),
    ],
)
def test_of_a_content_type_only_the_boundary_is_kept(said, kept):
    assert told(said) == kept


def test_names_of_no_charset_are_not_kept_in_memory():
    """A form of a stranger's has room for hundreds; Python kept each until the process ended."""
    names = [f"{'n' * 900}{number}" for number in range(50)]
    parts = [
        f"--a\r\nContent-Disposition: form-data; name*={name}''x\r\n\r\n1\r\n" for name in names
    ]
    spelled = [f"text/plain; charset=utf{'-' * (number + 1)}8" for number in range(50)]
    known = vars(encodings)["_cache"]
    before = len(known)

    form = {
        "CONTENT_TYPE": "multipart/form-data; boundary=a",
        "HTTP_COOKIE": "csrftoken=" + "a" * 32,
    }
    answered("/admin/login/", body=("".join(parts) + "--a--\r\n").encode(), **form)
    for content_type in spelled:
        answered("/admin/login/", CONTENT_TYPE=content_type)

    assert len(known) - before < 3


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ({"HTTP_COOKIE": 'a="' + "\\\\" * 4000 + '"'}, 200),
        ({"HTTP_COOKIE": 'a="' + ",".join(["\\\\" * 4000] * 30) + '"'}, 431),
        ({"HTTP_ACCEPT": ",".join([";" * 8000] * 40)}, 431),
        ({"HTTP_ACCEPT": '"' + "*/*;q=" * 1300}, 200),
    ],
)
def test_a_head_is_read_in_no_time_whatever_it_says(head, status):
    answered("/admin/login/")  # what is loaded once is
    began = time.process_time()

    assert answered("/admin/login/", **head) == status

    assert time.process_time() - began < 0.15


@pytest.mark.parametrize(
    "name", ["utf-8", "UTF8", "windows-1251", "cp1251", "koi8-r", "iso-8859-5", "latin-1", "idna"]
)
def test_charsets_of_letters_and_files_are_known(name):
    assert "a".encode(name) == b"a"
