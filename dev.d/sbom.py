"""
Prints what the product is made of, as CycloneDX: packages of requirements.txt with their licences,
and files of others that are kept here, with their checksums. `./dev lock` writes docs/sbom.json.
"""

import hashlib
import json
import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.M)
VENDORED = "*/static/*/vendor/*"


def licences(name: str, version: str) -> list[str]:
    """As the package says them; none where it is for another system than this one."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return []
    if told["Version"] != version:
        return []
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier") or ()
        if line.startswith("License :: ")
    ]
    text = (told["License"] or "").strip().splitlines()
    return [told["License-Expression"]] if told["License-Expression"] else classifiers or text[:1]


def package(name: str, version: str) -> dict[str, object]:
    said = [{"license": {"name": one}} for one in sorted(set(licences(name, version)))]
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name.lower()}@{version}",
        **({"licenses": said} if said else {}),
    }


def file(path: Path) -> dict[str, object]:
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    return {
        "type": "file",
        "name": str(path.relative_to(ROOT)),
        "hashes": [{"alg": "SHA-256", "content": checksum}],
    }


def bill() -> dict[str, object]:
    pinned = PINNED.findall((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    parts = [package(name, version) for name, version in sorted(set(pinned))]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "components": [*parts, *map(file, sorted(ROOT.glob(VENDORED)))],
    }


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, indent=1)
    sys.stdout.write("\n")
