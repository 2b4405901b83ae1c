"""The life of an import: one worker at a time, killed between steps, two at once."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, connections, transaction

from complaints.handed_in.transitions import MOST_ATTEMPTS, ImportRefusedError, claim
from spots.models import Import, ImportPiece, Site, StagedRow
from spots.network.imports import checking, transitions
from spots.network.imports.models import Kind
from spots.network.imports.transitions import applying, staging
from spots.network.imports.transitions.life import KEPT
from tests.factories import NOW, make_brand, make_user
from tests.spots.network.uploads import SITES, applied, checked, csv, undone, uploaded

pytestmark = pytest.mark.django_db


class KilledError(BaseException):
    """A worker dies here."""


def killed(monkeypatch, module, name):
    def die(*args, **kwargs):
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(module, name, die)
        with pytest.raises(KilledError):
            checking.run_waiting(now=NOW)


def later(minutes: int = 6):
    return NOW + timedelta(minutes=minutes)


def test_a_check_that_was_killed_in_the_middle_is_begun_again(monkeypatch):
    row = uploaded(csv(SITES))
    monkeypatch.setattr(checking, "CHUNK", 1)
    stage, calls = transitions.stage, []

    def dies_at_the_second(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise KilledError
        return stage(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(transitions, "stage", dies_at_the_second)
        with pytest.raises(KilledError):
            checking.run_waiting(now=NOW)
    assert StagedRow.objects.count() == 1
    assert checking.run_waiting(now=NOW) == 0  # its claim stands yet

    assert checking.run_waiting(now=later()) == 1

    row.refresh_from_db()
    assert (row.state, row.counts["new"], StagedRow.objects.count()) == ("checked", 2, 2)


@pytest.mark.parametrize("name", ["_write", "_book"])
def test_applying_that_was_killed_changed_nothing_and_is_done_again(monkeypatch, name):
    row = checked(csv(SITES))
    transitions.ask_to_apply(row.pk, by=row.by, now=NOW)

    killed(monkeypatch, applying, name)
    assert not Site.objects.exists()

    assert checking.run_waiting(now=later()) == 1
    assert Import.objects.get().state == "applied"
    assert Site.objects.count() == 2


@pytest.mark.parametrize("name", ["_unwrite", "_book"])
def test_undoing_that_was_killed_changed_nothing_and_is_done_again(monkeypatch, name):
    row = applied(csv(SITES))
    transitions.ask_to_undo(row.pk, by=row.by, now=NOW)

    killed(monkeypatch, applying, name)
    assert Site.objects.count() == 2

    checking.run_waiting(now=later())
    assert Import.objects.get().state == "undone"
    assert not Site.objects.exists()


@pytest.mark.parametrize(
    ("state", "then"),
    [("uploaded", "refused"), ("applying", "checked"), ("undoing", "applied")],
)
def test_what_kills_every_worker_is_given_up(state, then):
    row = applied(csv(SITES))
    Import.objects.update(state=state)
    for number in range(MOST_ATTEMPTS):
        assert claim(Import, now=later(6 * number)) is not None

    assert claim(Import, now=later(60)) is None

    row.refresh_from_db()
    assert (row.state, row.note) == (then, "The worker stopped, each time.")
    assert claim(Import, now=later(120)) is None


def test_a_worker_whose_import_was_stopped_writes_nothing_more(monkeypatch):
    row = uploaded(csv(SITES))
    claimed = claim(Import, now=NOW)

    transitions.stop(row.pk, by=row.by, now=NOW)

    assert not staging.begin(claimed, expected=2)
    assert not staging.stage(claimed, [], rows=1)
    assert not staging.finish(claimed, counts={}, rows=2, now=NOW)
    row.refresh_from_db()
    assert row.state == "stopped"
    assert not ImportPiece.objects.exists()


def test_a_worker_that_lost_its_claim_books_nothing(monkeypatch):
    uploaded(csv(SITES))
    slow = claim(Import, now=NOW)
    claim(Import, now=later())

    assert not staging.begin(slow, expected=2)


def test_the_file_is_kept_only_as_long_as_it_may_be_checked_again():
    row = checked(csv(SITES))
    assert ImportPiece.objects.filter(of=row).exists()
    transitions.ask_to_apply(row.pk, by=row.by, now=NOW)
    checking.run_waiting(now=NOW)

    assert not ImportPiece.objects.exists()


@pytest.mark.parametrize("move", ["ask_to_apply", "ask_to_undo", "stop"])
def test_a_move_that_the_table_does_not_know_is_refused(move):
    row = undone(applied(csv(SITES)))

    with pytest.raises(ImportRefusedError, match="undone"):
        getattr(transitions, move)(row.pk, by=row.by, now=NOW)


def test_an_import_that_changes_nothing_is_not_applied():
    applied(csv(SITES))
    row = checked(csv(SITES))

    with pytest.raises(ImportRefusedError, match="changes nothing"):
        transitions.ask_to_apply(row.pk, by=row.by, now=NOW)

    row.refresh_from_db()
    assert row.changes_nothing
    assert row.state == "checked"


def test_an_import_is_undone_for_ninety_days_and_no_longer():
    row = applied(csv(SITES))

    with pytest.raises(ImportRefusedError, match="more than 90 days ago"):
        transitions.ask_to_undo(row.pk, by=row.by, now=NOW + KEPT + timedelta(seconds=1))

    assert undone(row, now=NOW + KEPT).state == "undone"
    assert not Site.objects.exists()


def test_rows_are_forgotten_when_an_import_is_old():
    applied(csv(SITES))
    assert transitions.forget_old(now=NOW + timedelta(days=89)) == 0

    assert transitions.forget_old(now=NOW + timedelta(days=91)) == 2


def test_rows_are_kept_as_long_as_somebody_may_be_asking_to_undo():
    applied(csv(SITES))

    assert transitions.forget_old(now=NOW + KEPT + timedelta(minutes=1)) == 0


def test_a_run_forgets_no_more_than_so_many_rows_and_the_next_goes_on():
    applied(csv(SITES))
    now = NOW + timedelta(days=91)

    assert [transitions.forget_old(now=now, limit=1) for _ in range(3)] == [1, 1, 0]


@pytest.mark.parametrize(
    ("state", "kept"), [("applied", 0), ("undone", 0), ("undoing", 2), ("applying", 2)]
)
def test_an_import_that_is_being_undone_keeps_its_rows(state, kept):
    row = applied(csv(SITES))
    Import.objects.update(state=state)

    transitions.forget_old(now=NOW + timedelta(days=91))

    assert row.staged.count() == kept


def test_an_import_that_nobody_applies_is_given_up_with_all_that_it_held():
    row = checked(csv(SITES))
    transitions.forget_old(now=NOW + timedelta(days=89))
    assert row.staged.count() == 2

    transitions.forget_old(now=NOW + timedelta(days=91))

    row.refresh_from_db()
    assert (row.state, row.staged.count(), row.pieces.count()) == ("stopped", 0, 0)
    assert row.ended_at == NOW + timedelta(days=91)


def test_what_was_found_is_forgotten_with_an_import_that_is_given_up():
    row = checked(csv(SITES))

    transitions.stop(row.pk, by=row.by, now=NOW)

    assert not ImportPiece.objects.exists()
    assert not StagedRow.objects.exists()


def in_thread(work):
    """Run in a thread with a connection of its own, and return what it raised."""
    raised: list[BaseException] = []

    def run():
        try:
            work()
        except Exception as error:
            raised.append(error)
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_brand_and_kind_are_applied_one_after_the_other():
    row = checked(csv(SITES))
    transitions.ask_to_apply(row.pk, by=row.by, now=NOW)
    number = row.brand_id * len(Kind.values)  # sites are the first kind

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [applying._LOCK, number])
        assert in_thread(lambda: checking.run_waiting(now=NOW)) == []
        row.refresh_from_db()
        assert (row.state, row.attempts) == ("applying", 0)
    checking.run_waiting(now=NOW)

    row.refresh_from_db()
    assert row.state == "applied"


@pytest.mark.django_db(transaction=True)
def test_two_that_would_change_the_same_are_not_both_applied_as_they_were_checked():
    by = make_user("administrator")
    first = checked(csv(SITES), by=by)
    second = checked(csv(SITES.replace("Садовая", "Лесная")), by=by)
    for row in (first, second):
        transitions.ask_to_apply(row.pk, by=by, now=NOW)

    threads = [
        Thread(target=lambda: in_thread(lambda: checking.run_waiting(now=NOW))) for _ in "12"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(3):
        checking.run_waiting(now=NOW)

    states = sorted(Import.objects.values_list("state", flat=True))
    assert states == ["applied", "checked"]
    assert Site.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_import_that_somebody_is_at_is_not_forgotten_under_their_hands():
    row = applied(csv(SITES))
    now = NOW + timedelta(days=91)

    with transaction.atomic():
        Import.objects.select_for_update().get(pk=row.pk)
        assert in_thread(lambda: transitions.forget_old(now=now)) == []
    assert StagedRow.objects.count() == 2

    assert transitions.forget_old(now=now) == 2


@pytest.mark.django_db(transaction=True)
def test_two_files_at_once_are_both_counted(monkeypatch):
    monkeypatch.setattr("complaints.handed_in.transitions.MOST_OPEN", 1)
    by, brand = make_user("administrator"), make_brand()
    refused: list[BaseException] = []

    def hand_in():
        refused.extend(in_thread(lambda: uploaded(csv(SITES), by=by, brand=brand)))

    threads = [Thread(target=hand_in) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [type(error) for error in refused] == [ImportRefusedError]
    assert Import.objects.count() == 1
