"""The server files: compose.yaml against the schema of the Compose specification, and the units."""

import json
import re
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parent.parent
PROGRAMS = ("web", "worker", "detector", "beat")
UNITS = (*PROGRAMS, "failover")
OWNERS = ("DATABASE_ROLE_PASSWORD", "POSTGRES_PASSWORD")
# Apache-2.0, github.com/compose-spec/compose-spec; check-jsonschema ships a copy.
SCHEMA = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"


@pytest.fixture
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def violations(compose: dict[str, Any]) -> list[str]:
    schema = json.loads(SCHEMA.read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [error.message for error in validator.iter_errors(compose)]


def test_the_compose_file_obeys_the_schema(compose: dict[str, Any]) -> None:
    assert violations(compose) == []


def test_the_schema_notices_a_wrong_key(compose: dict[str, Any]) -> None:
    compose["services"]["web"]["restarts"] = "always"
    assert "'restarts' was unexpected" in violations(compose)[0]


def test_whatever_dies_is_started_again(compose: dict[str, Any]) -> None:
    restarts = {name: service["restart"] for name, service in compose["services"].items()}
    assert restarts.pop("migrate") == "no"
    assert set(restarts) == {*PROGRAMS, "postgis", "redis"}
    assert set(restarts.values()) == {"always"}


def test_whatever_keeps_running_has_a_health_check(compose: dict[str, Any]) -> None:
    without = {
        name for name, service in compose["services"].items() if "healthcheck" not in service
    }
    assert without == {"migrate"}


def test_redis_keeps_every_task(compose: dict[str, Any]) -> None:
    command = compose["services"]["redis"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATA_KEYS", "BLIND_INDEX_PEPPER"])
def test_a_secret_comes_from_outside_and_has_no_default(compose: dict[str, Any], name: str) -> None:
    assert compose["x-heatmaps"]["environment"][name].startswith("${" + name + ":?")


@pytest.mark.parametrize("program", UNITS)
def test_each_program_has_a_unit_that_starts_it_again(program: str) -> None:
    unit = (ROOT / f"docs/operate/heatmaps-{program}.service").read_text().splitlines()
    assert "Restart=always" in unit
    assert "StartLimitIntervalSec=0" in unit


def test_each_setting_that_is_written_down_reaches_the_programs(compose: dict[str, Any]) -> None:
    """Else whoever sets a scanner, a second factor or a limit believes that there is one."""
    rows = re.findall(r"^\| (`[A-Z].*?) \|", (ROOT / "docs/operate.md").read_text(), re.MULTILINE)
    settings = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    secrets_of_the_page = {"SECRET_KEY", "METRICS_TOKEN", "UPLOAD_SCANNER", "OIDC_AMR"}
    assert settings > secrets_of_the_page

    assert settings - set(compose["x-heatmaps"]["environment"]) == set()


def test_what_runs_does_not_own_the_database(compose: dict[str, Any]) -> None:
    """Nor knows whoever is let in by the owner of the tables how to become the owner."""
    owner = compose["services"]["postgis"]["environment"]["POSTGRES_USER"]
    assert f"//{owner}:" in compose["services"]["migrate"]["environment"]["DATABASE_URL"]
    for program in PROGRAMS:
        said = compose["services"][program]["environment"]
        assert f"//{owner}:" not in said["DATABASE_URL"]
        assert not [name for name in OWNERS if name in str(said)]
        unit = (ROOT / f"docs/operate/heatmaps-{program}.service").read_text()
        assert "migrate --no-input" not in unit
        assert "heatmaps-owner.env" not in unit


def test_postgresql_writes_no_statement_and_no_row_into_its_log(compose: dict[str, Any]) -> None:
    """Else whatever is refused, or takes too long, stands there with the values it had."""
    said = compose["services"]["postgis"]["command"]
    page = (ROOT / "docs/operate.md").read_text()
    for name, value in (("log_min_error_statement", "panic"), ("log_error_verbosity", "terse")):
        assert f"-c {name}={value}" in said
        assert f"{name} = {value}\n" in page


def test_no_log_fills_the_disk_of_the_database(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}, name


def test_the_list_of_erasures_is_kept_by_a_unit_where_the_page_says() -> None:
    """Without it whoever was erased comes back with a backup, and nobody notices before."""
    unit = (ROOT / "docs/operate/heatmaps-erasures.service").read_text()
    said = (ROOT / "docs/operate.md").read_text()
    [into] = re.findall(r"^ExecStart=.* --into=(\S+)$", unit, re.MULTILINE)

    assert f"install -d -o heatmaps -m 700 {Path(into).parent}\n" in unit
    assert f"--into={into}`" in said
    assert f"after_restore --erasures={into} " in said


def is_in_the_image(path: str) -> bool:
    """As Docker reads .dockerignore: of the rules that fit, the last one holds."""
    is_in = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        rule = line.removeprefix("!").removeprefix("**/")
        if fnmatch(path, rule):
            is_in = line.startswith("!")
    return is_in


def test_the_image_has_the_code_and_no_secret_that_lies_beside_it() -> None:
    """Compose reads .env there, and whoever has the image has every file of it."""
    for path in (".env", ".env.bak", "heatmaps.pem", "backup.sql", ".run", ".git"):
        assert not is_in_the_image(path), path
    for path in ("manage.py", "complaints", "requirements.txt", "locale", "templates"):
        assert is_in_the_image(path), path
