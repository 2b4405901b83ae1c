"""GeoJSON read feature by feature: whatever is sent, in bounded memory and with a clear reason."""

import io
import json
import tracemalloc
from itertools import islice

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from complaints.handed_in.files import UnusableFileError
from complaints.handed_in.geojson import MB, Features

POINT = {"type": "Feature", "properties": {"имя": "Полевая"}, "geometry": None}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


class Long(io.RawIOBase):
    """A file that was never in memory as a whole."""

    def __init__(self, begins: bytes, goes_on: bytes, times: int) -> None:
        self._left = iter([begins, *(goes_on for _ in range(times))])
        self._kept = b""

    def read(self, size: int = -1) -> bytes:
        while len(self._kept) < size and (more := next(self._left, b"")):
            self._kept += more
        read, self._kept = self._kept[:size], self._kept[size:]
        return read


def read(content: bytes, longest: int = 1) -> list:
    return list(Features(io.BytesIO(content), longest=longest))


def refused(content: bytes) -> str:
    with pytest.raises(UnusableFileError) as error:
        read(content)
    return str(error.value)


@given(
    features=st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
            lambda some: st.lists(some) | st.dictionaries(st.text(), some),
        )
    ),
    before=st.dictionaries(st.text(), st.text() | st.integers()),
    indent=st.none() | st.integers(0, 2),
    ascii_only=st.booleans(),
)
def test_whatever_is_valid_is_read_as_it_is(features, before, indent, ascii_only):
    told = {**before, "features": features, "crs": {"properties": {"name": "EPSG:3857"}}}
    try:
        content = json.dumps(told, indent=indent, ensure_ascii=ascii_only, allow_nan=False).encode()
    except ValueError:  # infinite, or half a letter
        return
    found = Features(io.BytesIO(content), longest=1)

    assert list(found) == json.loads(content.decode())["features"]
    assert found.crs == told["crs"]


@given(st.binary() | st.binary().map(b'{"features": ['.__add__), st.integers(1, 3))
def test_whatever_is_sent_is_read_or_refused(content, longest):
    try:
        read(content, longest)
    except UnusableFileError as error:
        assert str(error)


def test_a_file_cut_off_anywhere_is_refused():
    whole = json.dumps({"crs": None, "features": [POINT, POINT]}).encode()

    for end in range(len(whole)):
        assert refused(whole[:end])
    assert read(whole) == [POINT, POINT]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no GeoJSON with features"),
        (b"[1, 2]", "no GeoJSON with features"),
        (b'{"type": "Point", "coordinates": [1, 2]}', "no GeoJSON with features"),
        (b'{"features": 5}', "no GeoJSON with features"),
        (b'{"features": {"a": 1}}', "no GeoJSON with features"),
        (b'{"crs": ' + b"[" * 100_000, "no GeoJSON with features"),
        (b'{"features": [{"a": 1}, {"a": }]}', "damaged or cut off at feature 2"),
        (b'{"features": [{"a": 1} {"a": 2}]}', "damaged or cut off at feature 1"),
        (b'{"features": [{"a": 1}]} and more', "damaged or cut off at feature 1"),
        (b'{"features": [{"a": NaN}]}', "damaged or cut off at feature 1"),
        (b'{"features": [' + b"9" * 10_000 + b"]}", "damaged or cut off at feature 1"),
        (b'{"features": [1, ' + b'{"a":' * 100_000, "Feature 2 is nested too deeply"),
        (b'{"features": [{"a": "' + b"b" * 3 * MB, "Feature 1 is longer than 1 MB"),
        (b'{"features": [[' + b"1," * 2 * MB, "Feature 1 is longer than 1 MB"),
        ('{"features": ["ё"]}'.encode("cp1251"), "UTF-8"),
        ('{"features": []}'.encode("utf-16"), "UTF-8"),
    ],
    ids=lambda said: said[:30] if isinstance(said, bytes) else "",
)
def test_what_cannot_be_read_is_refused_with_the_place(content, reason):
    assert reason in refused(content)


def test_half_a_letter_becomes_one_that_can_be_stored():
    assert read(rb'{"features": ["a\ud800", "\ud83d\ude00"]}') == ["a?", "😀"]


def test_a_member_of_another_member_is_no_feature():
    assert read(b'{"about": {"features": [1]}, "features": [2]}') == [2]


def test_memory_is_bounded_however_long_the_file_is():
    feature = json.dumps(POINT, ensure_ascii=False).encode()
    long = Long(b'{"features": [' + feature, b"," + feature, times=100_000)
    features = iter(Features(long, longest=1))
    tracemalloc.start()
    try:
        count = sum(1 for _feature in islice(features, 100_000))
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == 100_000
    assert most < MB, "of 8 MB"
