# ./dev bench: how good and how fast, measured.
# shellcheck shell=bash

bench() { # [NAME [ARGS...]]: without a name, lists the benches
  local name=${1:-}
  [ $# = 0 ] || shift
  case $name in
    day) run_tests -m day tests/e2e/test_day.py "$@" ;;
    evening) run_tests -m evening tests/e2e/test_evening.py "$@" ;;
    faults) run_tests -s -m faults tests/e2e/test_faults.py "$@" ;;
    migrations) bench_migrations "$@" ;;
    hosts) bench_hosts "$@" ;;
    detection) bench_detection "$@" ;;
    pages) bench_pages "$@" ;;
    sla) bench_sla "$@" ;;
    audit) bench_audit "$@" ;;
    figures) bench_figures "$@" ;;
    year) bench_year "$@" ;;
    lookup) bench_lookup "$@" ;;
    intake | import | once | geocode | answers) bench_api "$name" requirements.txt "$@" ;;
    messages) bench_messages "$@" ;;
    fuzz) bench_api fuzz requirements-dev.txt "$@" ;;
    tiles) bench_tiles "$@" ;;
    growth) bench_growth "$@" ;;
    capacity) bench_capacity "$@" ;;
    "") benches ;;
    *)
      benches >&2
      exit 2
      ;;
  esac
}

benches() {
  cat <<'TEXT'
./dev bench detection      how well outages are found, beside DBSCAN: about half an hour, once
                           --quick: one seed, a minute; --speed: also how fast;
                           --database: also a restart; --help: the rest
./dev bench day            a day of work in a browser: sixty spots, a dispatcher, an engineer; SHOTS=folder
                           keeps pictures of it, LOOK=en-dark another look
./dev bench evening        400 people in three zones are told of a fix, 120 rate it, 9 are called; SHOTS, LOOK as above
./dev bench pages          how long list pages take at 20,000 spots and a million complaints
./dev bench sla            how long 100,000 open promises take to be counted anew
./dev bench intake         what taking complaints costs, one by one and by the thousand, beside a bare view
                           and bare COPY of the same rows
./dev bench import         a person's file of a million complaints, beside bare COPY; --rows=100000
./dev bench geocode        how long an address takes with a million houses in the registry
./dev bench once           sixteen senders, the same ten thousand complaints, a server killed meanwhile
./dev bench answers        customers who answer surveys all at once, on the page and by text, beside bare INSERTs;
                           --month=215000: after a month of so many, and how fast the board is with them
./dev bench messages       how fast customers are told, beside bare COPY and a bare SMPP client, and whether
                           each is told once while workers are killed; --customers=200000 takes longer
./dev bench faults         5,000 are told while workers are killed, Redis and PostgreSQL restarted, and the
                           SMS centre fails in each of its ways
./dev bench migrations     the latest migration of each app undone and made over 100,000 complaints, while rows of
                           the large tables are written: how long a writer waited; --rows=5000000: over more
./dev bench hosts          eleven machines as network namespaces, of which each dies once: how long each is
                           missed, and whether anything is lost; as root
./dev bench fuzz           ten minutes of schemathesis at the API; --seconds=60
./dev bench audit          how long the audit of promises and the boards take at 200,000 closed spots and
                           a million complaints
./dev bench figures        whether the figures of those two years are the ones that a recount gives;
                           --tenfold: how long they take where the sums are those of ten million
./dev bench year           a year of the demo seeded, in five minutes, and its figures beside a recount
./dev bench lookup         how long a lookup takes at 5 million complaints, 50,000 spots and 400,000
                           addresses, beside bare PostGIS queries; --complaints N: with fewer
./dev bench tiles          map tiles over two million complaints: beside bare SQL, bytes, in Chromium
./dev bench growth         what one of each kind costs from 100,000 complaints to ten million, and as many looks:
                           written into docs/operate.md. An hour and 20 GB; --steps 100000 1000000: with fewer
./dev bench capacity       what two workers of a web server carry of 700 staff at twice the expected load, and
                           how many cores carry all of it: written into docs/operate.md
                           audit, capacity, growth, lookup and tiles keep what they filled in .run/pg-bench-*, and use it again
TEXT
}

bench_detection() { # stopped, it goes on where it was; only --database needs a server
  system_packages up
  python_packages requirements.txt
  [[ " $* " != *" --database "* ]] || own_empty_database
  nice .venv/bin/python manage.py bench_detection "$@"
}

bench_migrations() { # [--rows=N]
  if [[ ${1:-} == --rows=* ]]; then
    export MIGRATION_ROWS=${1#--rows=}
    shift
  fi
  run_tests -s -m faults tests/heatmaps_project/operations/test_migrations_under_load.py "$@"
}

bench_hosts() {
  [ "$(id -u)" = 0 ] || die "only root can make network namespaces"
  system_packages hosts
  run_tests -s -m faults tests/heatmaps_project/operations/test_hosts.py "$@"
}

bench_pages() {
  system_packages up
  python_packages requirements.txt
  own_empty_database
  .venv/bin/python manage.py bench_pages "$@"
}

bench_sla() {
  system_packages up
  python_packages requirements.txt
  own_empty_database
  .venv/bin/python manage.py bench_sla "$@"
}

bench_audit() {
  system_packages up
  python_packages requirements.txt
  kept_database audit
  .venv/bin/python manage.py bench_audit "$@"
}

bench_figures() {
  system_packages up
  python_packages requirements.txt
  kept_database audit
  .venv/bin/python manage.py bench_audit --fill-only
  .venv/bin/python manage.py bench_figures "$@"
}

bench_year() {
  system_packages up
  python_packages requirements.txt
  own_empty_database
  .venv/bin/python manage.py bench_year "$@"
}

bench_lookup() {
  system_packages up
  python_packages requirements.txt
  kept_database lookup
  .venv/bin/python manage.py bench_lookup "$@"
}

bench_api() { # NAME REQUIREMENTS [ARGS...]
  local name=$1 requirements=$2
  shift 2
  system_packages up
  python_packages "$requirements"
  own_empty_database
  DATABASE_POOL=1 .venv/bin/python manage.py "bench_$name" "$@"
}

bench_messages() { # the SMS centre is that of the tests
  system_packages test
  python_packages requirements.txt
  own_empty_database
  DATABASE_POOL=1 .venv/bin/python manage.py bench_messages "$@"
}

bench_tiles() {
  system_packages test
  python_packages requirements-dev.txt
  kept_database tiles
  TILE_CACHE_URL="${REDIS_URL%db=*}db=1" .venv/bin/python manage.py bench_tiles "$@"
}

bench_growth() { # what it fills, it vacuums: nothing else may work while it measures
  system_packages up
  python_packages requirements.txt
  kept_database growth autovacuum=off
  DATABASE_POOL=1 .venv/bin/python manage.py bench_growth "$@"
}

bench_capacity() {
  system_packages up
  python_packages requirements.txt
  kept_database capacity
  DATABASE_POOL=1 .venv/bin/python manage.py bench_capacity "$@"
}

kept_database() { # NAME [SETTING=VALUE...]: stays in .run/pg-bench-NAME, for filling it takes longer than measuring
  # shellcheck disable=SC2064
  trap "stop_servers '-bench-$1'" EXIT
  trap 'exit 130' INT
  start_servers "-bench-$1" "${FAST[@]}" shared_buffers=512MB "${@:2}"
  create_database
  # Whose phones those are nobody looks up, so what was filled in is not their blind indexes.
  .venv/bin/python manage.py migrate -v 0 --skip-checks
}

own_empty_database() { # on a server of its own, which goes when the bench ends
  local servers=-test-$$ # named as those of tests: ./dev stop tidies both up
  # shellcheck disable=SC2064
  trap "remove_servers '$servers'" EXIT
  trap 'exit 130' INT
  start_servers "$servers"
  create_database
  .venv/bin/python manage.py migrate -v 0
}
