# ./dev up and ./dev stop.
# shellcheck shell=bash

up() {
  local collecting
  only_one_up
  end_leftovers
  own_environment
  if port_answers; then die "port $PORT is taken: stop what listens there, or set PORT"; fi
  trap end_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  system_packages up
  python_packages requirements.txt
  translations
  start_servers ""
  create_database
  say "tables, demo region"
  .venv/bin/python manage.py collectstatic --no-input -v 0 9>&- &
  collecting=$!
  .venv/bin/python manage.py migrate -v 0
  demo_is_there || .venv/bin/python manage.py seed_demo >"$RUN/logins"
  wait "$collecting"
  # Celery's warning to root, which for a trial is no news.
  export PYTHONWARNINGS="ignore:You're running the worker with superuser"
  # Descriptor 9 is the lock of this very command, not of what it starts.
  HEATMAPS_UP=$ROOT .venv/bin/honcho start 9>&- &
  HONCHO=$!
  announce 9>&- &
  ANNOUNCER=$!
  wait "$HONCHO"
}

demo_is_there() {
  [ -s "$RUN/logins" ] &&
    [ "$(psql "$DATABASE_URL" -Atc 'select count(state) from spots_watch where version > 0')" != 0 ]
}

only_one_up() { # holds a lock as long as this command runs
  exec 9>>"$RUN/up.lock"
  flock -n 9 || die "./dev up runs already (process $(cat "$RUN/up.pid")); ./dev stop ends it"
  echo $$ >"$RUN/up.pid"
}

port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; }

web_answers() {
  # shellcheck disable=SC2016
  timeout 10 bash -c '
    exec 3<>"/dev/tcp/127.0.0.1/$0"
    printf "GET /admin/login/ HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n" >&3
    read -r _ status _ <&3
    [ "${status:-500}" -lt 500 ]' "$PORT" 2>/dev/null
}

announce() {
  wait_for 60 web_answers || return 0
  printf '\n%s\n' "Heatmaps answers at $PUBLIC_URL; Ctrl-C stops it" >&2
  cat "$RUN/logins" >&2
}

has_ended() { ! kill -0 "$1" 2>/dev/null; }

end_up() {
  trap '' INT TERM HUP
  if [ -n "${HONCHO:-}" ]; then
    kill -TERM "$HONCHO" "${ANNOUNCER:-}" 2>/dev/null || true
    disown "$HONCHO" # no message of its end
    wait_for 8 has_ended "$HONCHO" || true
    end_leftovers # whatever did not listen
  fi
  stop_servers ""
  say "stopped"
}

# Processes that ./dev up of this folder started, known by their environment.
leftovers() {
  grep -lzsx "HEATMAPS_UP=$ROOT" /proc/[0-9]*/environ | cut -d/ -f3
}

no_leftovers() { [ -z "$(leftovers)" ]; }

end_leftovers() {
  local signal
  for signal in TERM KILL; do
    if no_leftovers; then return 0; fi
    # shellcheck disable=SC2046
    kill -s "$signal" $(leftovers) 2>/dev/null || true
    wait_for 10 no_leftovers || true
  done
}

up_has_ended() { flock -n "$RUN/up.lock" true; }

stop() {
  local folder purpose
  if ! up_has_ended; then
    kill -TERM "$(cat "$RUN/up.pid")" 2>/dev/null || true
    wait_for 60 up_has_ended || say "./dev up does not end"
  fi
  end_leftovers
  stop_servers ""
  stop_servers -test
  for folder in "$RUN"/pg-test-* "$RUN"/redis-test-*; do
    [ -e "$folder" ] || continue
    purpose=-test-${folder##*-test-}
    kill -0 "${purpose##*-}" 2>/dev/null || remove_servers "$purpose"
  done
}
