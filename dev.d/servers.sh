# PostgreSQL and Redis of this folder's own: reached by unix sockets, nothing listens on a port.
# shellcheck shell=bash

# Asked before the first server starts, which sets the two variables.
GIVEN_DATABASE_URL=${DATABASE_URL:-}
GIVEN_REDIS_URL=${REDIS_URL:-}
own_database() { [ -z "$GIVEN_DATABASE_URL" ]; }
own_redis() { [ -z "$GIVEN_REDIS_URL" ]; }

# The folder .run/NAME. A unix socket's path has at most 107 bytes and stands in a URL, so where
# ours is long or odd, or "elsewhere" is asked for, .run/NAME is a link into /var/tmp.
server_folder() { # NAME [elsewhere]
  local folder=$RUN/$1 target
  if [ "${2:-}" != elsewhere ] && [ ${#folder} -le 80 ] && [[ $folder =~ ^[A-Za-z0-9/._-]+$ ]]; then
    [ -L "$folder" ] || mkdir -p "$folder"
  else
    target=/var/tmp/heatmaps-$(printf '%s %s' "$(id -u)" "$folder" | sha1sum | cut -c1-12)
    (umask 077 && mkdir -p "$target")
    case $(stat -c %U "$target") in
      "$(id -un)" | postgres) ;;
      *) die "$target belongs to somebody else" ;;
    esac
    if [ -d "$folder" ] && [ ! -L "$folder" ]; then rmdir "$folder"; fi
    ln -sfn "$target" "$folder"
  fi
  readlink -f "$folder"
}

# Sets CLUSTER, the folder of a cluster, and AS, the words before each PostgreSQL command:
# PostgreSQL refuses to run as root, so root becomes the user postgres where that user can reach
# the folder, else only seems to be that user (a user namespace), else the folder moves.
use_cluster() { # NAME
  local as_postgres=(setpriv --reuid postgres --regid postgres --init-groups env HOME=/var/tmp)
  PG_BIN=$(dirname "$(find /usr/lib/postgresql -name initdb | sort -V | tail -1)")
  CLUSTER=$(server_folder "$1")
  AS=()
  [ "$(id -u)" = 0 ] || return 0
  if "${as_postgres[@]}" test -x "$(dirname "$CLUSTER")" 2>/dev/null; then
    chown postgres: "$CLUSTER"
    AS=("${as_postgres[@]}")
  elif unshare --user true 2>/dev/null; then
    AS=(unshare --user --map-user="$(id -u postgres)" --map-group="$(id -g postgres)" --)
  else
    CLUSTER=$(server_folder "$1" elsewhere)
    chown postgres: "$CLUSTER"
    AS=("${as_postgres[@]}")
  fi
}

pg() { # COMMAND...: one of PostgreSQL's own commands, where its user may be
  local command=$1
  shift
  (cd "$CLUSTER" && "${AS[@]}" "$PG_BIN/$command" "$@")
}

server_options() { # [SETTING=VALUE...]: of the cluster in use
  local setting
  printf '%s' "-c listen_addresses='' -c unix_socket_directories='$CLUSTER'"
  for setting in unix_socket_permissions=0700 "$@"; do printf ' -c %s' "$setting"; done
}

start_postgres() { # NAME [SETTING=VALUE...]: sets DATABASE_URL
  local name=$1 options
  shift
  use_cluster "$name"
  if [ ! -d "$CLUSTER/data" ]; then
    say "creating a PostgreSQL cluster in .run/$name"
    rm -rf "$CLUSTER/data.new"
    pg initdb --no-sync -D "$CLUSTER/data.new" -U heatmaps --auth=trust -E UTF8 \
      --locale=C.UTF-8 >/dev/null
    mv "$CLUSTER/data.new" "$CLUSTER/data"
  fi
  options=$(server_options "$@")
  if ! pg pg_isready -q -h "$CLUSTER"; then
    # Closed descriptor 9: a server left behind must not hold the lock of ./dev up.
    pg pg_ctl -D "$CLUSTER/data" -l "$CLUSTER/log" -s -w -o "$options" start </dev/null 9>&- ||
      die "PostgreSQL does not start: see .run/$name/log"
  fi
  export DATABASE_URL="postgresql://heatmaps@/heatmaps?host=$CLUSTER"
}

copy_postgres() { # NAME OF: the files of a cluster that runs; started, it follows that one
  local primary
  use_cluster "$2"
  primary=$CLUSTER
  use_cluster "$1"
  pg pg_basebackup --no-sync -c fast -X stream -R -h "$primary" -U heatmaps -D "$CLUSTER/data"
}

# A cluster's backups lie in its own folder, beside its data, which a test may lose.
backup_postgres() { # NAME
  use_cluster "$1"
  operate backup "$CLUSTER/backups"
}

restore_postgres() { # NAME OF [TIME]: what was kept of another
  local backups
  use_cluster "$2"
  backups=$CLUSTER/backups
  use_cluster "$1"
  operate restore "$backups" "$CLUSTER/data" "$3" >&2
}

operate() { # SCRIPT...: one of docs/operate's, where PostgreSQL's user may be
  local script=$ROOT/docs/operate/$1
  shift
  (cd "$CLUSTER" && "${AS[@]}" env "PATH=$PG_BIN:$PATH" PGUSER=heatmaps \
    "DATABASE_URL=postgresql://heatmaps@/postgres?host=$CLUSTER" \
    "SERVER_OPTIONS=$(server_options "${FAST[@]}")" "$script" "$@")
}

stop_postgres() { # NAME
  [ -e "$RUN/$1/data/postmaster.pid" ] || return 0
  use_cluster "$1"
  pg pg_ctl -D "$CLUSTER/data" -m fast -s -w -t 30 stop ||
    pg pg_ctl -D "$CLUSTER/data" -m immediate -s -w stop || true
}

create_database() { # heatmaps in the own cluster, with the extensions; a given one has its owner
  own_database || return 0
  local server="postgresql://heatmaps@/postgres?host=$CLUSTER"
  if [ -z "$(psql "$server" -Atc "select 1 from pg_database where datname = 'heatmaps'")" ]; then
    psql "$server" -qc 'create database heatmaps'
  fi
  psql "$DATABASE_URL" -q -c 'set client_min_messages = error' \
    -c 'create extension if not exists postgis' \
    -c 'create extension if not exists pg_trgm' \
    -c 'create extension if not exists btree_gist'
}

start_redis() { # NAME: sets REDIS_URL
  local folder
  folder=$(server_folder "$1")
  cat >"$folder/redis.conf" <<CONF
port 0
unixsocket $folder/redis.sock
unixsocketperm 700
dir $folder
appendonly yes
save ""
maxmemory 256mb
maxmemory-policy noeviction
daemonize yes
pidfile $folder/redis.pid
logfile $folder/log
CONF
  if ! redis_answers "$folder"; then
    redis-server "$folder/redis.conf" </dev/null >/dev/null 9>&-
    wait_for 30 redis_answers "$folder" || die "Redis does not start: see .run/$1/log"
  fi
  export REDIS_URL="unix://$folder/redis.sock?db=0"
}

redis_answers() { [ "$(redis-cli -s "$1/redis.sock" ping 2>/dev/null)" = PONG ]; }
redis_is_silent() { ! redis_answers "$1"; }

stop_redis() { # NAME
  local folder
  [ -d "$RUN/$1" ] || return 0
  folder=$(readlink -f "$RUN/$1")
  redis_answers "$folder" || return 0
  redis-cli -s "$folder/redis.sock" shutdown nosave >/dev/null 2>&1 || true
  wait_for 10 redis_is_silent "$folder" || true
}

# Starts what no URL was given for; NAME marks the purpose ("" or "-test").
start_servers() { # NAME [PostgreSQL SETTING=VALUE...]
  local name=$1
  shift
  if own_database; then start_postgres "pg$name" "$@"; fi
  if own_redis; then start_redis "redis$name"; fi
}

stop_servers() { # NAME
  stop_redis "redis$1"
  stop_postgres "pg$1"
}

remove_servers() { # NAME: for a test run's own, of which nothing is kept
  local folder
  stop_servers "$1"
  for folder in "$RUN/redis$1" "$RUN/pg$1"; do
    if [ -L "$folder" ]; then rm -rf "$(readlink -f "$folder")"; fi
    rm -rf "$folder"
  done
}

own_addresses() { # the URLs of ./dev up's servers, whether they run or not
  if own_database; then
    use_cluster pg
    export DATABASE_URL="postgresql://heatmaps@/heatmaps?host=$CLUSTER"
    pg pg_isready -q -h "$CLUSTER" || say "PostgreSQL is not running: ./dev up starts it"
  fi
  if own_redis; then
    REDIS_URL="unix://$(server_folder redis)/redis.sock?db=0"
    export REDIS_URL
  fi
}
