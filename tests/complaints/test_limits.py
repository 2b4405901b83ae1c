"""Whom a request is counted for, and that the count holds."""

import pytest
from django.test import RequestFactory

from complaints.limits import all_seldom_enough, seldom_enough, sender_of


@pytest.mark.parametrize(
    ("address", "sender"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_all_addresses_of_one_subscriber_are_one_sender(address, sender):
    assert sender_of(RequestFactory().get("/", REMOTE_ADDR=address)) == sender


def test_whoever_comes_under_many_names_drives_no_count_out():
    assert [seldom_enough("phone", most=2, seconds=60) for _ in range(3)] == [True, True, False]

    for number in range(5000):
        seldom_enough(f"sender-{number}", most=2, seconds=60)

    assert not seldom_enough("phone", most=2, seconds=60)


def test_what_is_refused_under_one_name_counts_under_none_that_follow():
    def asks(name):
        return all_seldom_enough([(name, 1, 60), ("everybody", 2, 60)])

    assert [asks("one"), asks("one"), asks("one")] == [True, False, False]
    assert [asks("two"), asks("three")] == [True, False]
