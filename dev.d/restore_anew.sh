#!/usr/bin/env bash
# restore_anew.sh SERVER LOST_AT PHONE: what is done on the machine of empty_machine.sh: the steps of "When the
# database is lost" in docs/operate.md, and one request after them. SERVER: the folder of PostgreSQL's programs.
set -euo pipefail

server=$1 lost_at=$2 phone=$3
data=/var/lib/heatmaps/data
export PATH=/srv/heatmaps/.venv/bin:$server:/usr/sbin:/usr/bin:/sbin:/bin HOME=/var/tmp
cd /srv/heatmaps

echo "before: $(find / -xdev -path /srv/heatmaps -prune -o -type f -print | wc -l) files of its own"
setpriv --reuid postgres --regid postgres --init-groups env PGUSER=heatmaps \
  SERVER_OPTIONS="-c listen_addresses='' -c unix_socket_directories=/var/lib/heatmaps" \
  docs/operate/restore /backups "$data"
export DATABASE_URL="postgresql://heatmaps@/heatmaps?host=/var/lib/heatmaps"
python manage.py migrate --check
python manage.py check --database default
python manage.py after_restore --erasures=/backups/erasures "--lost-at=$lost_at"
PHONE=$phone python manage.py shell -v0 -c '
import os
from complaints.customers.personal import blind_indexes
from complaints.models import Complaint, Customer
found = [one.phone for one in Customer.objects.filter(phone_index__in=blind_indexes(os.environ["PHONE"]))]
print("complaints:", Complaint.objects.count())
print("found by phone, and read:", found == [os.environ["PHONE"]])
'
gunicorn -c python:heatmaps_project.web -w 1 -b 127.0.0.1:8000 --log-level error &
web=$!
until python -c '
from urllib.request import urlopen
print("ready:", urlopen("http://127.0.0.1:8000/health/ready/", timeout=5).status)
' 2>/dev/null; do
  kill -0 "$web"
  sleep 0.5
done
kill "$web"
wait "$web" || true
setpriv --reuid postgres --regid postgres --init-groups pg_ctl -D "$data" -m fast -s -w stop
echo "restored on an empty machine in $SECONDS s"
