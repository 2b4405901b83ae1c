"""What `check --deploy` refuses: keys that whoever has read the source knows."""

import pytest

from heatmaps_project.checks import keys_are_secret, texts_are_not_printed

OWN = "q" * 43 + "="
SAFE = {
    "SECRET_KEY": "of this test alone",
    "DATA_KEYS": {"k1": OWN},
    "BLIND_INDEX_PEPPERS": {"": OWN},
}


@pytest.mark.parametrize(
    ("name", "of_tests"),
    [
        ("SECRET_KEY", lambda known: known.INSECURE),
        ("DATA_KEYS", lambda known: {"test": known.TEST_KEY}),
        ("DATA_KEYS", lambda known: {"k2": OWN, "k1": known.TEST_KEY}),
        ("BLIND_INDEX_PEPPERS", lambda known: {"": known.TEST_KEY}),
        ("BLIND_INDEX_PEPPERS", lambda known: {"p2": OWN, "p1": known.TEST_KEY}),
    ],
)
def test_each_key_that_tests_use_is_refused_whatever_it_is_called(settings, name, of_tests):
    for one, value in SAFE.items():
        setattr(settings, one, value)
    assert keys_are_secret(None) == []

    setattr(settings, name, of_tests(settings))

    [fault] = keys_are_secret(None)
    assert fault.id == "heatmaps.E001"
    assert name.removesuffix("S") in fault.msg


def test_texts_that_are_printed_into_the_log_are_warned_of(settings):
    settings.SMS_GATEWAY = "console:"
    assert [fault.id for fault in texts_are_not_printed(None)] == ["heatmaps.W003"]

    settings.SMS_GATEWAY = "smpp://user:secret@sms.example.org"
    assert texts_are_not_printed(None) == []
