"""A small IMAP server (RFC 3501), as far as reading a mailbox needs one: over a real socket."""

import re
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    letters: dict[int, bytes] = field(default_factory=dict)  # by UID
    validity: int = 1
    password: str = "secret"
    chatter: int = 0  # lines of 1 KB that nobody asked for, before each answer
    pause: float = 0  # seconds between the letters of what nobody asked for, before each answer
    said: list[str] = field(default_factory=list)  # commands that came


class _Session(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, command = line.partition(" ")
            self.server.box.said.append(command)
            if not self._answered(tag, command):
                return

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def _answered(self, tag: str, command: str) -> bool:
        box, word = self.server.box, command.upper()
        self._chat()
        if word.startswith("CAPABILITY"):
            self._say("* CAPABILITY IMAP4rev1")
        elif word.startswith("LOGIN") and f'"{box.password}"' not in command:
            self._say(f"{tag} NO wrong")
            return True
        elif word.startswith(("EXAMINE", "SELECT")):
            self._say(f"* {len(box.letters)} EXISTS")
            self._say(f"* OK [UIDVALIDITY {box.validity}] valid")
        elif word.startswith("UID SEARCH"):
            self._say("* SEARCH " + " ".join(map(str, self._searched(word))))
        elif word.startswith("UID FETCH"):
            self._fetch(command)
        elif word.startswith("LOGOUT"):
            self._say("* BYE")
        self._say(f"{tag} OK done")
        return not word.startswith("LOGOUT")

    def _chat(self) -> None:
        with suppress(ConnectionError):
            for _line in range(self.server.box.chatter):
                self._say(f"* OK {'x' * 1000}")
            while self.server.box.pause:
                self.wfile.write(b"x")
                time.sleep(self.server.box.pause)

    def _searched(self, word: str) -> list[int]:
        first, every = int(re.search(r"UID (\d+):\*", word)[1]), sorted(self.server.box.letters)
        return [uid for uid in every if uid >= first] or every[-1:]

    def _fetch(self, command: str) -> None:
        uids, most = re.search(r"FETCH ([\d,]+) .*<0\.(\d+)>", command).groups()
        for uid in map(int, uids.split(",")):
            raw = self.server.box.letters[uid][: int(most)]
            self.wfile.write(f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}\r\n".encode())
            self.wfile.write(raw + b")\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    box: Mailbox


@contextmanager
def imap(box: Mailbox) -> Iterator[str]:
    """Serve a mailbox; yields its address."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box = box
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"imap://127.0.0.1:{server.server_address[1]}/INBOX"
        finally:
            server.shutdown()
            thread.join()
