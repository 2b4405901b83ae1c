"""The SMS centre of the tests (npm `smpp`), as a process of its own, and what it was given."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from django.conf import settings

FOLDER = settings.BASE_DIR / "tests" / "smsc"


class Centre:
    """A centre that takes everything and reports that it arrived."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", "smsc.js"],
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(json.loads(self._process.stdout.readline())["port"])
        self.address = f"smpp://heatmaps:secret@127.0.0.1:{self.port}"
        self.submitted: Counter[tuple[str, str]] = Counter()  # by number and text
        self.parts = self.bound = 0
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            if said["event"] == "submit":
                self.submitted[said["to"], said["text"]] += 1
                self.parts += 1
            self.bound += said["event"] == "bound"

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@contextmanager
def centre() -> Iterator[Centre]:
    """:raises FileNotFoundError: there is no node, or its packages are not installed"""
    if not (FOLDER / "node_modules").is_dir():
        raise FileNotFoundError("run ./dev test once, or npm ci in tests/smsc")
    made = Centre()
    try:
        yield made
    finally:
        made.stop()
