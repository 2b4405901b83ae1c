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
                           --quick: one seed, a minute; --speed: also how fast;
                           --database: also a restart; --help: the rest
TEXT
}

bench_detection() { # stopped, it goes on where it was; only --database needs a server
  local servers=-test-$$ # named as those of tests: ./dev stop tidies both up
  system_packages up
  python_packages requirements.txt
  if [[ " $* " == *" --database "* ]]; then
    # shellcheck disable=SC2064
    trap "remove_servers '$servers'" EXIT
    trap 'exit 130' INT
    start_servers "$servers"
    if own_database; then create_database; fi
    .venv/bin/python manage.py migrate -v 0
  fi
  nice .venv/bin/python manage.py bench_detection "$@"
}
