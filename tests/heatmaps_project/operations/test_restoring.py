"""What is done when a backup was restored, before anything else works on it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from complaints.customers.models import Erasure
from complaints.models import Customer
from feedback.models import Message, Template
from feedback.notifications import transitions as notifications
from heatmaps_project.customers.transitions import erase
from heatmaps_project.operations import restoring
from tests.factories import NOW, make_customer, make_message

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def test_whoever_was_erased_is_erased_again_as_of_then(tmp_path):
    before, since = make_customer(), make_customer()
    erase(customer_id=before.pk, by="crm", now=NOW - MINUTE)
    listed = StringIO()
    call_command("list_erasures", stdout=listed)
    later = restoring.Erased(since.pk, "crm", NOW)
    of_nobody = restoring.Erased(10**9, "crm", NOW)  # made after what was restored
    kept = tmp_path / "erasures"
    kept.write_text(f"{listed.getvalue()}{later.line()}\n{of_nobody.line()}\n")

    call_command("after_restore", erasures=kept, lost_at=NOW)
    call_command("after_restore", erasures=kept, lost_at=NOW)

    rows = Customer.objects.filter(phone="").values_list("pk", "erasure__at")
    assert dict(rows) == {before.pk: NOW - MINUTE, since.pk: NOW}


def test_no_number_of_the_lost_database_is_given_again(tmp_path):
    """A link to an own page, and the list of whoever was erased, name customers by it."""
    there = make_customer()
    lost = there.pk + 1  # made after what was restored, and told outside
    kept = tmp_path / "erasures"
    kept.write_text(f"{restoring.Erased(lost, 'crm', NOW).line()}\n")

    call_command("after_restore", erasures=kept, lost_at=NOW)
    others = [make_customer() for _ in range(3)]
    call_command("after_restore", erasures=kept, lost_at=NOW)  # in error, once it works again

    assert min(other.pk for other in others) > lost + 1000
    assert not Erasure.objects.exists()


def test_a_list_is_not_replaced_by_what_a_restored_database_knows(tmp_path):
    file, [first, second] = tmp_path / "erasures", [make_customer() for _ in range(2)]
    erase(customer_id=first.pk, by="crm", now=NOW - MINUTE)
    call_command("list_erasures", into=file)
    since = restoring.Erased(second.pk, "crm", NOW)  # erased after what was restored
    whole = f"{file.read_text()}{since.line()}\n"
    file.write_text(whole)

    with pytest.raises(CommandError, match="1 erasures that this database does not"):
        call_command("list_erasures", into=file)
    assert file.read_text() == whole
    call_command("after_restore", erasures=file, lost_at=NOW)
    call_command("list_erasures", into=file)

    assert sorted(file.read_text().splitlines()) == sorted(whole.splitlines())
    lost = restoring.Erased(10**9, "crm", NOW)  # made, and erased, after what was restored
    file.write_text(f"{whole}{lost.line()}\n")
    with pytest.raises(CommandError, match="1 erasures"):
        call_command("list_erasures", into=file)
    call_command("list_erasures", into=file, anew=True)
    assert sorted(file.read_text().splitlines()) == sorted(whole.splitlines())
    [before] = tmp_path.glob("erasures.*Z")
    assert lost.line() in before.read_text()


def test_what_perhaps_went_out_does_not_go_by_itself_again():
    twice = Template.objects.create(
        reason="fixed", channel="sms", language="ru", body="{link}", when_unsure="twice"
    )
    due = make_message(template=twice)
    claimed = make_message(state="claimed", lease_until=NOW, claimed_at=NOW)
    asleep = make_message(state="held", due_at=NOW - MINUTE)
    paused = make_message(state="held", why="paused", due_at=NOW - MINUTE)
    later = make_message(due_at=NOW + MINUTE)
    sent = make_message(state="handed_over", handed_over_at=NOW)

    unknown = restoring.doubt_messages(lost_at=NOW)
    notifications.tidy(now=NOW + MINUTE)

    states = dict(Message.objects.values_list("pk", "state"))
    assert unknown == 3
    assert {states[one.pk] for one in (due, claimed, asleep)} == {"uncertain"}
    assert (states[later.pk], states[sent.pk]) == ("planned", "handed_over")
    assert states[paused.pk] != "uncertain"


@pytest.mark.parametrize("text", ["{}", "[]", "no line", '{"customer": "x", "by": "", "at": ""}'])
def test_a_list_that_is_none_erases_nobody(tmp_path, text):
    customer = make_customer()
    kept = tmp_path / "erasures"
    line = restoring.Erased(customer.pk, "crm", NOW).line()
    kept.write_text(f"{line}\n{text}\n")

    with pytest.raises(CommandError, match="not one of list_erasures"):
        call_command("after_restore", erasures=kept, lost_at=NOW)

    assert Customer.objects.filter(phone="").count() == 0


@pytest.mark.parametrize(
    "lost_at", [NOW.replace(tzinfo=None), timezone.now() + timedelta(days=4000)]
)
def test_a_moment_without_a_zone_or_to_come_is_refused(tmp_path, lost_at):
    kept = tmp_path / "erasures"
    kept.write_text("")

    with pytest.raises(CommandError, match="--lost-at"):
        call_command("after_restore", erasures=kept, lost_at=lost_at)
