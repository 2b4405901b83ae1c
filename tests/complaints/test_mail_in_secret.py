"""Letters go through TLS where EMAIL_TLS says so, and nowhere without."""

import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler
from django.core.mail import send_mail

from heatmaps_project.checks import letters_are_sealed

HERE = "127.0.0.1"


class Kept(Handler):
    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.taken.append(message)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of this address; nobody vouches for it but who is told to."""
    both = tmp_path / "both.pem"
    asked = ("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
    of = ("-nodes", "-days", "2", "-subj", "/CN=mail", "-addext", f"subjectAltName=IP:{HERE}")
    into = ("-keyout", str(both), "-out", str(tmp_path / "certificate.pem"))
    subprocess.run([*asked, *of, *into], check=True, capture_output=True)
    with both.open("a") as file:
        file.write((tmp_path / "certificate.pem").read_text())
    return both


@contextmanager
def mail(settings: Any, tls: str, certificate: Path | None) -> Iterator[list[Message]]:
    """A mail server as EMAIL_TLS=tls would have it; without a certificate one in the clear."""
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    offers = {"tls": "ssl_context", "starttls": "tls_context"}
    kept = Kept()
    said = {offers[tls]: context} if context else {}
    with socket.create_server((HERE, 0)) as free:
        port = free.getsockname()[1]
    server = Controller(kept, hostname=HERE, port=port, **said)
    server.start()
    settings.EMAIL_BACKEND = "complaints.outgoing.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = HERE, port
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = tls == "starttls", tls == "tls"
    settings.EMAIL_TIMEOUT = 1
    try:
        yield kept.taken
    finally:
        server.stop(no_assert=True)


def send() -> None:
    send_mail("A link", "to somebody's page", None, ["ana@example.org"])


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_server_that_is_vouched_for_is_given_letters(settings, monkeypatch, certificate, tls):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail(settings, tls, certificate) as taken:
        send()

    assert [one["Subject"] for one in taken] == ["A link"]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
@pytest.mark.parametrize("has_certificate", [True, False])
def test_whoever_steps_between_is_given_none(settings, certificate, tls, has_certificate):
    """With a certificate of their own, or by keeping quiet about TLS."""
    theirs = certificate if has_certificate else None
    with mail(settings, tls, theirs) as taken, pytest.raises(OSError):
        send()

    assert taken == []


def test_what_is_misspelled_is_not_taken_for_none():
    said = subprocess.run(
        [sys.executable, "-c", "import heatmaps_project.settings"],
        env={**os.environ, "EMAIL_TLS": "ssl"},
        capture_output=True,
        text=True,
    )

    assert "EMAIL_TLS is starttls, tls, or empty." in said.stderr


def test_letters_in_the_clear_to_another_machine_are_warned_of(settings):
    settings.EMAIL_HOST = "mail.example.org"
    assert [fault.id for fault in letters_are_sealed(None)] == ["heatmaps.W004"]
    settings.EMAIL_USE_TLS = True
    assert letters_are_sealed(None) == []
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "localhost", False
    assert letters_are_sealed(None) == []
