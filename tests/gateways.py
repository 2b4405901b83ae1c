"""Gateways that really run: an SMS centre in node, a mail server in a thread."""

import json
import os
import queue
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

SMSC = Path(__file__).resolve().parent / "smsc"


class Smsc:
    """The SMS centre of tests/smsc/smsc.js, told how to behave and asked what it saw."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        assert (SMSC / "node_modules").is_dir(), "run ./dev test, or npm ci in tests/smsc"
        self._process = subprocess.Popen(
            ["node", "smsc.js"],
            cwd=SMSC,
            env={**os.environ, "LISTEN": address},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self.seen: list[dict[str, Any]] = []
        threading.Thread(target=self._read, daemon=True).start()
        self.port = self.wait_for("up")["port"]
        self.address = f"smpp://heatmaps:secret@{address}:{self.port}"

    def _read(self) -> None:
        for line in self._process.stdout:
            self._lines.put(json.loads(line))

    def behave(self, **ways: Any) -> None:
        self._process.stdin.write(json.dumps(ways) + "\n")
        self._process.stdin.flush()
        self.wait_for("set")

    def wait_for(self, event: str, *, seconds: float = 60) -> dict[str, Any]:
        """Return the next event of a kind; :raises queue.Empty: none came in time."""
        while True:
            said = self._lines.get(timeout=seconds)
            self.seen.append(said)
            if said["event"] == event:
                return said

    def saw(self, event: str) -> list[dict[str, Any]]:
        """Return every event of a kind until now."""
        while not self._lines.empty():
            self.seen.append(self._lines.get())
        return [said for said in self.seen if said["event"] == event]

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


@contextmanager
def sms_centre(settings: Any) -> Iterator[Smsc]:
    """A centre that texts go to while the context lasts."""
    centre = Smsc()
    settings.SMS_GATEWAY = centre.address
    try:
        yield centre
    finally:
        centre.stop()


class Letters:
    """What a mail server took, and what it answers to whom."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        answer = self.answers.get(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        return self.answers.get("DATA", "250 OK")


@contextmanager
def mail_server(settings: Any) -> Iterator[Letters]:
    """A server that letters go to while the context lasts."""
    letters = Letters()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(letters, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "complaints.outgoing.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    try:
        yield letters
    finally:
        server.stop()


class Web:
    """A gateway that speaks HTTP, says what it is told to, and keeps what it got."""

    def __init__(self) -> None:
        self.got: list[tuple[dict, bytes]] = []
        self.answer = (200, b'{"messages": [{"id": 77}]}')
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                web.got.append((dict(self.headers), body))
                status, said = web.answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_said: object) -> None:
                """Tests are quiet."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}/send"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def web() -> Iterator[Web]:
    server = Web()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def trickling(beginning: bytes) -> Iterator[str]:
    """A server that answers so, and then with a letter each tenth of a second; its address."""
    over = threading.Event()

    def speak(listening: socket.socket) -> None:
        with suppress(OSError), listening.accept()[0] as there:
            there.recv(65536)
            there.sendall(beginning)
            while not over.wait(0.1):
                there.sendall(b" ")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        speaking = threading.Thread(target=speak, args=(listening,), daemon=True)
        speaking.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            over.set()
            speaking.join(30)
