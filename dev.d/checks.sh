# ./dev test: all checks, then all tests.
# shellcheck shell=bash

# A test's database need not outlive a power cut.
FAST=(fsync=off synchronous_commit=off full_page_writes=off)
FAILED=()

run_tests() { # [PYTEST-ARGS...]: with arguments only pytest
  local servers=-test-$$ began=$SECONDS beside=
  system_packages test
  python_packages requirements-dev.txt
  node_packages
  translations
  # shellcheck disable=SC2064
  trap "rm -f '$RUN/checks$servers.log'; remove_servers '$servers'" EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  start_servers "$servers" "${FAST[@]}"
  create_database
  export PATH=$ROOT/.venv/bin:$PATH
  if [ $# = 0 ]; then
    # Each takes one core, as the making of the tables does: they are made meanwhile.
    checks >"$RUN/checks$servers.log" 2>&1 &
    beside=$!
    # A process for each core; a file's tests stay together, as some share costly fixtures, and
    # files in the order of tests/conftest.py.
    set -- -n "$(nproc)" --dist loadfile --no-loadscope-reorder
  fi
  # Each core has a process of its own: threads of arithmetic would wait for one another. nproc
  # heeds these too, so it is asked before.
  export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
  if own_database; then # its tables are made once, and copied by each process of the tests
    python manage.py migrate --verbosity 0
    export TEST_TEMPLATE=heatmaps
    # The copies go with the server: to drop one takes PostgreSQL as long as anybody is connected.
    set -- "$@" --create-db --reuse-db
  fi
  check "tests" python -m pytest "$@"
  if [ -n "$beside" ]; then
    wait "$beside" || FAILED+=("checks")
    cat "$RUN/checks$servers.log" >&2
  fi
  if [ ${#FAILED[@]} -gt 0 ]; then
    die "FAILED after $((SECONDS - began)) s:$(printf ' %s;' "${FAILED[@]}")"
  fi
  say "all good after $((SECONDS - began)) s"
}

check() { # NAME COMMAND...: goes on after a failure, and remembers it
  local name=$1
  shift
  printf '\n== %s: %s\n' "$name" "$*" >&2
  "$@" </dev/null || FAILED+=("$name")
}

checks() {
  check "lint" ruff check .
  check "format" ruff format --check .
  check "templates" djlint --quiet --lint .
  check "imports" lint-imports
  check "types" mypy
  check "migrations" python manage.py makemigrations --check --dry-run
  check "deployment" in_production python manage.py check --deploy --fail-level WARNING
  [ ${#FAILED[@]} = 0 ] || die "FAILED:$(printf ' %s;' "${FAILED[@]}")"
}
