"""Keys and certificates of machines that tests run, made as docs/operate.md says."""

import subprocess
from pathlib import Path

from tests.servers import ROOT

DOCUMENTS = ROOT / "docs" / "operate"
PG = next(Path("/usr/lib/postgresql").glob("*/bin"))
HOME = "/var/tmp"  # where libpq looks for a certificate of its own: that of root is closed
AS_POSTGRES = (
    *("setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"),
    *("env", f"HOME={HOME}"),
)


def failure_of(command: list[str]) -> str:
    """Return what a command says when it fails."""
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def certify(folder: Path, *names: str) -> None:
    """By an authority of the folder's own, which is made with the first."""
    subprocess.run([str(DOCUMENTS / "certificates"), str(folder), *names], check=True)


def redis_by_tls(folder: Path, name: str, port: int) -> tuple[str, ...]:
    """Return the words by which Redis listens as a machine of that folder, and by TLS alone."""
    own, authority = folder / name, folder / "ca.pem"
    files = ("--tls-cert-file", f"{own}.pem", "--tls-key-file", f"{own}.key")
    nobody_else = ("--tls-ca-cert-file", str(authority), "--tls-auth-clients", "no")
    return ("--port", "0", "--tls-port", str(port), *files, *nobody_else)


def make_certificate(folder: Path, name: str = "DNS:heatmaps.example.org") -> None:
    """The one that people are shown, which an authority of the browsers' would have made."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=heatmaps.example.org", "-addext", f"subjectAltName={name}"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        capture_output=True,
        check=True,
    )
    (folder / "heatmaps.pem").write_text(key.read_text() + certificate.read_text())
