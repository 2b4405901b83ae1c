"""The rule that takes whatever no other rule takes, and what was watched before there were rules."""

from django.db import migrations
from django.utils import timezone

LAST = 1000  # rules that people add come before it


def make(apps, schema_editor):
    rule = apps.get_model("spots", "DetectionRule").objects.create(
        name="default", order=LAST, active=True
    )
    watches = apps.get_model("spots", "Watch").objects
    # The engine numbers its spots otherwise now: it begins anew, and knows its cases by members.
    watches.update(rule=rule, state={})
    arrivals = apps.get_model("spots", "Arrival").objects
    for watch in watches.filter(pk__in=arrivals.values("watch")):
        known = apps.get_model("spots", "LearntBaseline").objects.create(
            watch=watch,
            learnt_at=watch.looked_at or timezone.now(),
            history_days=0,
            complaints=0,
            learning=True,
            open_at=7.0,
        )
        arrivals.filter(watch=watch).update(baseline=known)


class Migration(migrations.Migration):
    dependencies = [("spots", "0003_watching")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
