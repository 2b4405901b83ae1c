"""docs/sbom.json says what the product is made of: packages, licences, files of others."""

import importlib.util
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = json.loads((ROOT / "docs" / "sbom.json").read_text(encoding="utf-8"))["components"]


def bill() -> list[dict]:
    spec = importlib.util.spec_from_file_location("sbom", ROOT / "dev.d" / "sbom.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.bill()["components"]


def without_licences(parts: list[dict]) -> list[dict]:
    """Which are known only where a package is installed: not those for other systems."""
    return [{name: part[name] for name in part if name != "licenses"} for part in parts]


def test_it_is_of_these_requirements_and_of_these_files():
    """After a change: ./dev lock. A file of others that was changed here shows by its checksum."""
    assert without_licences(WRITTEN) == without_licences(bill())
    assert sum(part["type"] == "file" for part in WRITTEN) >= 2


def test_each_package_that_is_installed_says_its_licence():
    unsaid = {part["name"] for part in bill() if part["type"] == "library"} - {
        part["name"] for part in WRITTEN if "licenses" in part
    }

    assert unsaid <= {"async-timeout", "brotlicffi", "colorama", "scipy"}  # of other systems


def test_every_package_has_checksums():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=\S)", text, flags=re.M)

    assert [one for one in blocks if "==" in one and "--hash=sha256:" not in one] == []
