"""Keys and certificates of machines that tests run, made as docs/operate.md says."""

import shutil
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


def equip(folder: Path, name: str) -> Path:
    """Return a machine's /etc/heatmaps: of what was certified, and how Redis runs there."""
    own = folder / f"of-{name}"
    own.mkdir()
    for of in ("ca.pem", f"{name}.pem", f"{name}.key"):
        shutil.copy(folder / of, own / of.replace(name, "own"))
    said = (DOCUMENTS / "redis.conf").read_text()
    assert "/etc/heatmaps/" in said
    (own / "redis.conf").write_text(said.replace("/etc/heatmaps/", f"{own}/"))
    return own


def equip_balancer(folder: Path, name: str) -> Path:
    """Return a balancer's /etc/haproxy; what people are shown is in it if it was made before."""
    own = equip(folder, name)
    with (own / "own.pem").open("a") as certificate:
        certificate.write((own / "own.key").read_text())
    for file in (DOCUMENTS / "haproxy.cfg", *folder.glob("heatmaps.pem")):
        shutil.copy(file, own)
    return own


def redis_url(port: int, own: Path, host: str = "localhost") -> str:
    """As docs/operate.md has REDIS_URL."""
    shows = f"ssl_certfile={own}/own.pem&ssl_keyfile={own}/own.key"
    return f"rediss://{host}:{port}/0?ssl_ca_certs={own}/ca.pem&{shows}"


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
