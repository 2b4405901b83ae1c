"""
Machines in a network of their own, each a network namespace, which fail as machines do.

Needs root. What they send goes to one another and to the test alone: their addresses are ones of
documentation (RFC 5737), and nothing leads from their network into another.
"""

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.installation import until
from tests.servers import ROOT

NETWORK = "198.51.100"
HERE = f"{NETWORK}.1"
DISCARD = 9  # a port at which nobody listens
_BRIDGE = "heatmaps"


@dataclass
class Program:
    command: Sequence[str]
    environment: Mapping[str, str]
    user: str | None


@dataclass
class Host:
    """One machine; `mounts`: folders or files that lie over the ones of this machine, by place."""

    name: str
    address: str
    folder: Path  # of what its programs print
    mounts: Mapping[Path, Path]
    programs: list[Program] = field(default_factory=list)

    @property
    def within(self) -> list[str]:
        """Return the words that begin a command on this host."""
        lay = "".join(f"mount --bind '{of}' '{over}' && " for over, of in self.mounts.items())
        return ["ip", "netns", "exec", self._namespace, "sh", "-c", f'{lay}exec "$@"', "sh"]

    def runs(self, *command: str, user: str | None = None, **environment: str) -> None:
        """Start a program, now and whenever the host is started."""
        program = Program(command, environment, user)
        self.programs.append(program)
        self._run(program)

    def plug_in(self) -> None:
        _ip("link", "set", self._cable, "up")
        until(self._answers, f"{self.name} answers")

    def start(self) -> None:
        self.plug_in()
        for program in self.programs:
            self._run(program)

    def kill(self) -> None:
        """Pull its cable and end all that runs on it, as a power cut does: nobody hears of it."""
        assert self._runs()
        _ip("link", "set", self._cable, "down")
        while processes := self._runs():
            for process in processes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
        assert not self._answers()

    def make(self) -> None:
        _ip("netns", "add", self._namespace)
        _ip("link", "add", self._cable, "type", "veth", "peer", "eth0", "netns", self._namespace)
        _ip("link", "set", self._cable, "master", _BRIDGE, "up")
        for words in (("link", "set", "lo", "up"), ("link", "set", "eth0", "up")):
            _ip("-n", self._namespace, *words)
        _ip("-n", self._namespace, "address", "add", f"{self.address}/24", "dev", "eth0")
        until(self._answers, f"{self.name} answers")

    def remove(self) -> None:
        for process in self._runs():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        _ip("netns", "delete", self._namespace)

    def said(self) -> str:
        return (self.folder / f"{self.name}.log").read_text(errors="replace")

    @property
    def _namespace(self) -> str:
        return f"{_BRIDGE}-{self.name}"

    @property
    def _cable(self) -> str:
        return f"hm-{self.name}"

    def _run(self, program: Program) -> None:
        as_user = ["setpriv", "--reuid", program.user, "--regid", program.user, "--init-groups"]
        with (self.folder / f"{self.name}.log").open("ab") as log:
            subprocess.Popen(
                [*self.within, *(as_user if program.user else ()), *program.command],
                cwd=ROOT if program.user is None else "/",
                env={**os.environ, **program.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _runs(self) -> list[int]:
        return [int(one) for one in _ip("netns", "pids", self._namespace).split()]

    def _answers(self) -> bool:
        """Whether it at least refuses to be connected to."""
        with socket.socket() as asking:
            asking.settimeout(0.5)
            try:
                asking.connect((self.address, DISCARD))
            except ConnectionRefusedError:
                return True
            except OSError:
                return False
        return True


@contextmanager
def network(
    names: Mapping[str, int], folder: Path, mounts: Callable[[str], Mapping[Path, Path]]
) -> Iterator[dict[str, Host]]:
    """
    Hosts by name, each with the last number of its address.

    mounts: what lies over the folders or files of this machine, on the host of a name
    """
    assert os.geteuid() == 0, "only root can make network namespaces"
    _ip("link", "add", _BRIDGE, "type", "bridge")
    hosts: dict[str, Host] = {}
    try:
        _ip("address", "add", f"{HERE}/24", "dev", _BRIDGE)
        _ip("link", "set", _BRIDGE, "up")
        for name, number in names.items():
            hosts[name] = Host(name, f"{NETWORK}.{number}", folder, mounts(name))
            hosts[name].make()
        yield hosts
    finally:
        for host in hosts.values():
            host.remove()
        _ip("link", "delete", _BRIDGE)


def _ip(*words: str) -> str:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"
    return done.stdout
