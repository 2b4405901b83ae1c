"""Disks that are full: PostgreSQL's own, and the one on which uploads wait."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from complaints.models import ComplaintImport
from heatmaps_project.bench.serving import serving
from tests.complaints.intake.bodies import make_places
from tests.e2e.installation import until
from tests.factories import bearer, make_api_client
from tests.heatmaps_project.operations.sender import sending
from tests.servers import own_postgres

BLOCK = b"0" * 4096


@pytest.fixture
def disk(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of so many megabytes."""
    folder = Path(tempfile.mkdtemp(prefix="heatmaps-", dir="/var/tmp"))
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={request.param}m,mode=0755", "tmpfs", folder],
        capture_output=True,
        check=False,
    )
    try:
        if made.returncode:
            pytest.skip("only root makes a disk")
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], capture_output=True, check=False)
        folder.rmdir()


@contextmanager
def full(disk: Path) -> Iterator[None]:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(BLOCK):
            pass
    assert os.statvfs(disk).f_bavail == 0
    yield
    ballast.unlink()


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("disk", [400], indirect=True)
def test_what_was_taken_is_there_after_postgres_had_no_room_for_its_log(disk, monkeypatch):
    make_places()
    headers = bearer(make_api_client("crm"))

    with own_postgres(disk) as postgres:
        postgres.ask("ALTER DATABASE heatmaps SET synchronous_commit = on")
        monkeypatch.setenv("DATABASE_URL", postgres.url)
        with serving() as web, sending(web.url, headers) as sender:
            until(sender.has_taken_more(), "complaints are taken")
            with full(disk):
                with contextlib.suppress(psycopg.Error):
                    while True:  # until there is no next file of the log
                        postgres.ask("SELECT pg_switch_wal(); CREATE TABLE one_more (n int)")
                        postgres.ask("DROP TABLE one_more")
                until(lambda: sender.answers[-1].status == 503, "complaints are refused")
                log = (postgres.folder / "log").read_text()
            postgres.start()
            until(sender.has_taken_more(), "complaints are taken again")
        rows = postgres.ask("SELECT external_id FROM complaints_complaint")

    assert "No space left on device" in log
    assert sender.refusals() == {(503, "5")}
    stored = [external_id for (external_id,) in rows]
    assert len(stored) == len(set(stored))
    assert set(sender.taken) <= set(stored)


@pytest.mark.django_db
@pytest.mark.parametrize("disk", [1], indirect=True)
def test_a_file_for_which_there_is_no_room_is_refused(disk, signed_in, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(disk)
    browser = signed_in("administrator")
    add = reverse("admin:complaints_complaintimport_add")

    def upload() -> int:
        file = SimpleUploadedFile("complaints.csv", b"external_id;text\n" + b"1;x\n" * 800_000)
        return browser.post(add, {"file": file}).status_code

    refused = upload()

    assert refused == 400
    assert not ComplaintImport.objects.exists()
    assert list(disk.iterdir()) == []
