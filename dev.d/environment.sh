# Variables that settings.py reads. One that is set already wins.
# shellcheck shell=bash

export PYTHONUNBUFFERED=1
# Images set it, and each process would compile all our modules anew.
unset PYTHONDONTWRITEBYTECODE
# The demo's people sign in by the passwords that ./dev up prints; production asks for more.
export SECOND_FACTOR_ROLES=${SECOND_FACTOR_ROLES:-none}

random_key() { head -c 32 /dev/urandom | base64 | tr -d '\n'; }

make_secrets() { # once: with other keys, what is stored could not be read any more
  [ -s "$RUN/env" ] && return 0
  (
    umask 077
    printf '%s\n' "SECRET_KEY=$(random_key)$(random_key)" "DATA_KEYS=k1:$(random_key)" \
      "BLIND_INDEX_PEPPER=$(random_key)" >"$RUN/env.new"
  )
  mv "$RUN/env.new" "$RUN/env"
}

load_secrets() {
  local line name
  while read -r line; do
    name=${line%%=*}
    [ -n "${!name:-}" ] || export "$name=${line#*=}"
  done <"$RUN/env"
}

own_environment() {
  make_secrets
  load_secrets
  export PORT=${PORT:-8000}
  export PUBLIC_URL=${PUBLIC_URL:-http://127.0.0.1:$PORT}
  export ALLOWED_HOSTS=${ALLOWED_HOSTS:-127.0.0.1,localhost}
  export EMAIL_BACKEND=${EMAIL_BACKEND:-django.core.mail.backends.console.EmailBackend}
}

# Production's variables, for `check --deploy`.
in_production() { # COMMAND...
  env DEBUG=0 SECOND_FACTOR_ROLES=all SECRET_KEY="$(random_key)$(random_key)" DATA_KEYS="k1:$(random_key)" \
    BLIND_INDEX_PEPPER="$(random_key)" ALLOWED_HOSTS=heatmaps.example.org \
    PUBLIC_URL=https://heatmaps.example.org SMS_GATEWAY=smpp://user:secret@sms.example.org "$@"
}
