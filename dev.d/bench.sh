# ./dev bench: how good and how fast, measured.
# shellcheck shell=bash

bench() { # [NAME [ARGS...]]: without a name, lists the benches
  local name=${1:-}
  [ $# = 0 ] || shift
  case $name in
    detection) bench_detection "$@" ;;
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
                           --quick: one seed, a minute; --speed: also how fast; --help: the rest
TEXT
}

bench_detection() { # needs no server; stopped, it goes on where it was
  system_packages up
  python_packages requirements.txt
  exec nice .venv/bin/python manage.py bench_detection "$@"
}
