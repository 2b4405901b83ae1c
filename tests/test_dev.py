"""The command ./dev, as far as it can be tried within seconds; the rest is tried by using it."""

import os
import re
import signal
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_an_unknown_command_is_refused_with_the_list_of_commands() -> None:
    answer = subprocess.run([ROOT / "dev", "fly"], capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "./dev up" in answer.stderr


def test_bench_without_a_name_lists_what_can_be_measured() -> None:
    answer = subprocess.run([ROOT / "dev", "bench"], capture_output=True, text=True, check=True)
    assert "./dev bench detection" in answer.stdout


def test_a_second_up_says_that_the_first_runs(tmp_path: Path) -> None:
    (tmp_path / "dev").write_text((ROOT / "dev").read_text())
    (tmp_path / "dev").chmod(0o755)
    (tmp_path / "dev.d").symlink_to(ROOT / "dev.d")
    (tmp_path / ".run").mkdir()
    (tmp_path / ".run" / "up.pid").write_text("4711")
    first = f"flock {tmp_path}/.run/up.lock {tmp_path}/dev up"
    second = subprocess.run(["sh", "-c", first], capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert "runs already (process 4711)" in second.stderr


def test_a_program_that_dies_is_started_again_until_it_is_told_to_stop() -> None:
    program = subprocess.Popen(
        [ROOT / "dev.d" / "keep", "worker", "sh", "-c", "echo pid $$; exec sleep 60"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "KEEP_PAUSE": "0"},
    )
    assert program.stdout is not None
    first = program.stdout.readline()
    os.kill(_pid(first), signal.SIGKILL)
    assert "worker ended with code 137" in program.stdout.readline()
    second = program.stdout.readline()
    assert _pid(second) != _pid(first)

    os.killpg(program.pid, signal.SIGTERM)
    assert program.wait(timeout=60) == 0
    assert not Path(f"/proc/{_pid(second)}").exists()


def test_a_program_that_ends_at_once_is_started_again_too() -> None:
    keeper = ROOT / "dev.d" / "keep"
    for _ in range(30):  # it ends before it is waited for in one of ten
        program = subprocess.Popen(
            [keeper, "worker", "true"],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "KEEP_PAUSE": "0"},
        )
        assert program.stdout is not None
        assert [program.stdout.readline()[:26] for _ in range(3)] == [
            "worker ended with code 0; "
        ] * 3
        os.killpg(program.pid, signal.SIGTERM)
        program.wait(timeout=60)


def _pid(line: str) -> int:
    match = re.fullmatch(r"pid (\d+)\n", line)
    assert match, line
    return int(match[1])
