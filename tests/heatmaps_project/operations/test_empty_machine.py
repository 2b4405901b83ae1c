"""
Last night's backup is restored on a machine with nothing but programs, the repository and it.

`./dev drill` prints what stood there, and how long it took.
"""

import shutil
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from complaints.customers.personal import blind_index
from tests.e2e.installation import until
from tests.factories import make_complaint, make_customer
from tests.heatmaps_project.operations.test_restore import ERASE, keep_the_log
from tests.servers import ROOT, own_postgres

PHONE = "+79160000002"


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_an_empty_machine_comes_to_stand_from_the_backup_and_the_repository_alone():
    gone = make_customer(phone="+79160000001", phone_index=blind_index("+79160000001"))
    stays = make_customer(phone=PHONE)
    make_complaint(customer=stays)

    with own_postgres() as lost:
        keep_the_log(lost)
        lost.backup()
        lost.manage("shell", "-v0", "-c", ERASE.format(customer=gone.pk))
        backups = lost.folder / "backups"
        (backups / "erasures").write_text(lost.manage("list_erasures"))
        kept = "SELECT archived_count FROM pg_stat_archiver"
        before = lost.ask(kept)
        # told after the copy: it comes out of the log
        index = (blind_index(PHONE) or b"").hex()
        lost.ask(f"UPDATE complaints_customer SET phone_index = '\\x{index}' WHERE id = {stays.pk}")
        lost.ask("SELECT pg_switch_wal()")
        until(lambda: lost.ask(kept) != before, "the log is kept")
        lost.kill()
        lost_at = datetime.now(UTC)
        shutil.rmtree(lost.folder / "data")
        command = ["dev.d/empty_machine.sh", str(backups), lost_at.isoformat(), PHONE]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-3000:]
    lines = done.stdout.splitlines()
    for line in ("before: 0 files of its own", "complaints: 1", "ready: 200"):
        assert line in lines
    assert "found by phone, and read: True" in lines
    # it was erased after the copy: by the log it is erased already
    assert any(line.startswith("Erased again: 0.") for line in lines)
    sys.stdout.write(done.stdout)
