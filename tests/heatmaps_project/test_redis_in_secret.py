"""The broker is reached through TLS where REDIS_URL says so, and only where it proves itself."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest
from kombu import Connection

from heatmaps_project.celery import app, broker_url

HERE = "127.0.0.1"
PASSWORD = "a-password-of-redis"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of this address; nobody vouches for it but who is told to."""
    asked = ("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
    of = ("-nodes", "-days", "2", "-subj", "/CN=redis", "-addext", f"subjectAltName=IP:{HERE}")
    into = ("-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "certificate.pem"))
    subprocess.run([*asked, *of, *into], check=True, capture_output=True)
    return tmp_path / "certificate.pem"


@contextmanager
def in_between(certificate: Path) -> Iterator[tuple[int, bytearray]]:
    """Whoever answers at the address of Redis: the port, and what they are told."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    told = bytearray()

    def listen() -> None:
        while True:
            try:
                line, _address = server.accept()
            except OSError:
                return
            with suppress(OSError), context.wrap_socket(line, server_side=True) as sealed:
                told.extend(sealed.recv(4096))

    with socket.create_server((HERE, 0)) as server:
        Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], told
        server.shutdown(socket.SHUT_RDWR)


def ask(url: str) -> None:
    options = app.conf.broker_transport_options | {"max_retries": 0}
    with Connection(broker_url(url), transport_options=options) as line, suppress(Exception):
        line.default_channel.client.ping()


def test_whoever_stands_before_redis_is_not_told_its_password(certificate):
    with in_between(certificate) as (port, told):
        ask(f"rediss://:{PASSWORD}@{HERE}:{port}/0")
        assert not told

        ask(f"rediss://:{PASSWORD}@{HERE}:{port}/0?ssl_ca_certs={certificate}")
        assert PASSWORD.encode() in told


@pytest.mark.parametrize("url", ["redis://redis:6379/0", "rediss://h/0?ssl_cert_reqs=none"])
def test_what_is_said_of_certificates_stays(url):
    assert broker_url(url) == url
