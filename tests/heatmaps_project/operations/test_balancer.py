"""The balancer's file, as haproxy runs it, before a web server that runs."""

import http.client
import os
import pwd
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from heatmaps_project import web
from heatmaps_project.bench.serving import THREADS, WORKERS, serving
from tests.e2e.installation import until
from tests.factories import bearer, make_api_client
from tests.heatmaps_project.operations.sealing import DOCUMENTS, certify, make_certificate
from tests.heatmaps_project.test_web import AMBIGUOUS, SMUGGLED
from tests.processes import environment

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
OF_A_SENDER = 400  # connections, as the file has it
SENDER, OTHER, OURS = "127.0.0.2", "127.0.0.3", "127.0.0.100"


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


@contextmanager
def balanced(folder: Path, *, of_web: Path | None = None, expects: int = 200) -> Iterator[int]:
    """
    Return the port that people come to, by TLS.

    of_web: where the web server's certificate is, and its authority's; expects: whether it is asked
    """
    make_certificate(folder)
    certify(folder, "web1")
    of_web = of_web or folder
    own = ("--certfile", f"{of_web}/web1.pem", "--keyfile", f"{of_web}/web1.key")
    plain, port = free_port(), free_port()
    with serving(*own) as server:
        for _ in range(4 * WORKERS):  # until each is awake: the balancer gives it two seconds
            assert answered(server.port) == 200
        said = (DOCUMENTS / "haproxy.cfg").read_text().partition("frontend tasks")[0]
        for before, after in (
            ("bind :80\n", f"bind 127.0.0.1:{plain}\n"),
            ("/etc/haproxy/ca.pem", f"{folder}/ca.pem"),
            ("bind :443 ssl crt /etc/haproxy/", f"bind 127.0.0.1:{port} ssl crt {folder}/"),
            ("server web1 web1:8000", f"server web1 127.0.0.1:{server.port}"),
            ("server web2 web2:8000", "# server web2 web2:8000"),
            ("/health/ready/ ver HTTP/1.1 hdr Host heatmaps.example.org", "/health/live/"),
            ("acl of_ours src ", f"acl of_ours src {OURS} "),
        ):
            assert before in said
            said = said.replace(before, after)
        if os.getuid():  # only root can become another
            said = re.sub(r"^    (user|group|chroot) .*\n", "", said, flags=re.MULTILINE)
        (folder / "haproxy.cfg").write_text(said)
        balancer = subprocess.Popen(["haproxy", "-f", str(folder / "haproxy.cfg")])
        try:
            until(lambda: answered(port) == expects, "the balancer answers")
            if not os.getuid():
                assert (
                    pwd.getpwuid(Path(f"/proc/{balancer.pid}").stat().st_uid).pw_name == "haproxy"
                )
            yield port
        finally:
            balancer.terminate()
            balancer.wait()


def context() -> ssl.SSLContext:
    made = ssl.create_default_context()
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    return made


def answered(port: int, *, sender: str = "127.0.0.1") -> int:
    asker = http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=30, context=context(), source_address=(sender, 0)
    )
    try:
        asker.request("GET", "/health/live/", headers={"Host": "localhost"})
        return asker.getresponse().status
    except OSError:
        return 0
    finally:
        asker.close()


def hold(lines: ExitStack, port: int, *, sender: str, connections: int) -> None:
    """Say nothing on so many connections."""
    for _ in range(connections):
        line = lines.enter_context(socket.socket())
        line.bind((sender, 0))
        line.connect(("127.0.0.1", port))


def line(port: int, sender: str, *, takes: int = 0) -> ssl.SSLSocket:
    """takes: the bytes that its system takes for it before it reads; 0: as usual"""
    bare = socket.socket()
    if takes:
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, takes)
    bare.bind((sender, 0))
    bare.connect(("127.0.0.1", port))
    return context().wrap_socket(bare)


def has_answer(line: ssl.SSLSocket) -> bool:
    line.settimeout(0)
    try:
        return bool(line.recv(1))
    except ssl.SSLWantReadError:
        return False


def test_a_web_server_of_somebody_elses_is_sent_nothing(tmp_path):
    """What it shows was made by an authority that the balancer does not know."""
    (tmp_path / "others").mkdir()
    certify(tmp_path / "others", "web1")
    with balanced(tmp_path) as port:
        assert answered(port) == 200
    with balanced(tmp_path, of_web=tmp_path / "others", expects=503) as port:
        assert answered(port) == 503


def test_a_handshake_that_does_not_come_holds_no_thread(tmp_path):
    certify(tmp_path, "web1")
    own = ("--certfile", f"{tmp_path}/web1.pem", "--keyfile", f"{tmp_path}/web1.key")
    with serving(*own) as server, ExitStack() as lines:
        assert answered(server.port) == 200
        for _ in range(3 * WORKERS * THREADS):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            line.sendall(b"\x16\x03\x01")  # how a handshake begins

        until(lambda: answered(server.port) == 200, "it answers", seconds=60)


def test_one_sender_cannot_hold_all_connections(tmp_path):
    with balanced(tmp_path) as port, ExitStack() as lines:
        hold(lines, port, sender=SENDER, connections=OF_A_SENDER + 50)

        assert answered(port, sender=SENDER) == 0
        assert answered(port, sender=OTHER) == 200


def test_many_senders_together_leave_room_for_our_own_networks(tmp_path):
    with balanced(tmp_path) as port, ExitStack() as lines:
        for number in range(2, 13):
            hold(lines, port, sender=f"127.0.0.{number}", connections=OF_A_SENDER)

        assert answered(port, sender="127.0.0.50") == 0
        assert answered(port, sender=OURS) == 200


def test_what_strangers_ask_for_keeps_our_own_networks_from_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("STATIC_FROM_SOURCE", "1")
    with balanced(tmp_path) as port, ExitStack() as lines:
        asked = [lines.enter_context(line(port, SENDER)) for _ in range(OF_A_SENDER - 50)]
        for one in asked:
            one.sendall(b"GET /admin/login/ HTTP/1.1\r\nHost: localhost\r\n\r\n")

        assert answered(port, sender=OURS) == 200
        assert sum(map(has_answer, asked)) < len(asked) / 2


def test_one_sender_makes_a_hundred_handshakes_a_second(tmp_path):
    with balanced(tmp_path) as port:
        for _ in range(1000):
            with socket.socket() as bare:
                bare.bind((SENDER, 0))
                bare.connect(("127.0.0.1", port))

        assert answered(port, sender=SENDER) == 0
        assert answered(port, sender=OTHER) == 200


def test_http_2_is_not_offered(tmp_path):
    """From 2.8 on haproxy does so unasked."""
    wants = context()
    wants.set_alpn_protocols(["h2", "http/1.1"])
    with (
        balanced(tmp_path) as port,
        socket.create_connection(("127.0.0.1", port), timeout=30) as bare,
        wants.wrap_socket(bare) as line,
    ):
        assert line.selected_alpn_protocol() == "http/1.1"


def test_one_connection_is_not_a_hundred_requests(tmp_path):
    """Else the connections that one sender may hold make forty thousand requests at once."""
    settings = bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
    with (
        balanced(tmp_path) as port,
        socket.create_connection(("127.0.0.1", port), timeout=30) as bare,
        context().wrap_socket(bare) as line,
    ):
        line.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings)

        assert line.recv(65536).startswith(b"HTTP/1.1 400 ")


def test_what_ends_in_two_places_hides_nothing_from_the_balancer(tmp_path):
    with balanced(tmp_path) as port:
        for head, body in AMBIGUOUS:
            with (
                socket.create_connection(("127.0.0.1", port), timeout=30) as bare,
                context().wrap_socket(bare) as line,
            ):
                line.sendall(f"{head}{body}{SMUGGLED}".encode())
                said = b""
                line.settimeout(2)
                with suppress(TimeoutError):
                    while part := line.recv(65536):
                        said += part
            answers = [one.split()[1] for one in said.split(b"\r\n") if one.startswith(b"HTTP/1")]
            assert len(answers) == 1 and answers[0] in {b"400", b"403", b"501"}, head


def test_a_large_head_leaves_a_body_no_way_past_the_buffer(tmp_path):
    """Beside it 256 KB did not fit: the rest came letter by letter, and held a thread for each."""
    fields = [f"X-{n}: {'x' * 6000}\r\n" for n in range(6)]
    head = "POST /in/somebody/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 262144\r\n"
    with balanced(tmp_path) as port, ExitStack() as lines:
        whole, begun = (lines.enter_context(line(port, SENDER)) for _ in range(2))
        whole.sendall(f"{head}{''.join(fields[:2])}\r\n{'x' * 262144}".encode())
        begun.sendall(f"{head}{''.join(fields)}\r\n{'x' * 262000}".encode())

        assert b"server: gunicorn" in whole.recv(65536)
        assert begun.recv(65536).startswith(b"HTTP/1.1 431 ")


def test_whoever_takes_files_slowly_holds_no_thread(tmp_path, monkeypatch):
    monkeypatch.setenv("STATIC_FROM_SOURCE", "1")
    file = "/static/drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js.map"
    asked = [
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n".encode()
        for path, host, more in (
            (file, "localhost", ""),
            (file, "localhost", "Authorization: Basic x\r\nPragma: no-cache\r\n"),
            (f"{file}?a=1", "other.example", "Range: bytes=0-\r\nCache-Control: no-cache\r\n"),
        )
    ]
    with balanced(tmp_path) as port, ExitStack() as lines:
        with line(port, OURS) as first:
            first.sendall(asked[0])
            with suppress(TimeoutError):
                while first.recv(65536):  # it is kept from the last of it on
                    first.settimeout(1)
        for one_of_them in asked * 40:  # four megabytes each, of which nothing is read
            lines.enter_context(line(port, SENDER, takes=4096)).sendall(one_of_them)
        began = time.monotonic()
        for sender in (SENDER, OTHER, OURS):
            assert answered(port, sender=sender) == 200
            with line(port, sender) as one:
                one.sendall(asked[0])
                assert one.recv(12)[9:] == b"200"
        assert time.monotonic() - began < web.ANSWER_SECONDS / 2


@pytest.mark.parametrize("name", ["%73tatic/x.css", "static/%0d%0aX:%20y", "static%2fx.css"])
def test_a_file_has_one_name(tmp_path, name):
    """Of a name that is spelled otherwise the web server knows the file, and the balancer not."""
    with balanced(tmp_path) as port, line(port, SENDER) as one:
        one.sendall(f"GET /{name} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        said = one.recv(65536)

    assert said[9:12] == b"404" and b"server: gunicorn" not in said


@pytest.mark.parametrize(("address", "length"), [("/static/x", 300_000), ("/x", 2_147_483_648)])
def test_a_body_that_never_ends_is_nobodys_who_is_served_at_once(tmp_path, address, length):
    """Files have none, and what is longer than a number of 32 bits is large."""
    head = f"POST {address} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
    with balanced(tmp_path) as port, ExitStack() as lines:
        held = [lines.enter_context(line(port, SENDER)) for _ in range(6)]
        for one in held:
            one.sendall(head.encode() + b"x" * 299_000)
        codes = [one.recv(12)[9:] for one in held[2:]]

    assert codes == [b"413" if address == "/static/x" else b"429"] * 4


def test_large_bodies_leave_threads_to_everybody_else(tmp_path, monkeypatch):
    """Forty batches of one client that came letter by letter were the whole server."""
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    token = bearer(make_api_client("crm"))["Authorization"]
    head = "POST /api/v1/complaints/batch/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    who = f"Authorization: {token}\r\nContent-Type: application/json\r\n"
    batch = f"{head}{who}Content-Length: 300000\r\n\r\n[{' ' * 299_998}]".encode()

    def sent(port: int, sender: str) -> bytes:
        with line(port, sender) as one:
            one.sendall(batch)
            return one.recv(12)[9:]

    with balanced(tmp_path) as port, ExitStack() as lines:
        for size in ("Content-Length: 33000000", "Transfer-Encoding: chunked") * 20:
            one = lines.enter_context(line(port, SENDER))
            one.sendall(f"{head}{who}{size}\r\n\r\n".encode())
            with suppress(OSError):  # all but two are refused
                one.sendall(b"49400\r\n" + b"[" * 300_000)
        began = time.monotonic()

        assert [answered(port, sender=OTHER) for _ in range(20)] == [200] * 20
        assert [sent(port, sender) for sender in (SENDER, OTHER, OURS)] == [b"429", b"200", b"200"]
        ours = [lines.enter_context(line(port, OURS)) for _ in range(4)]
        for one in ours:
            one.sendall(batch)
        assert [one.recv(12)[9:] for one in ours] == [b"200"] * 4
        assert time.monotonic() - began < web.BODY_SECONDS
