"""The rule that takes whatever no other rule takes."""

from django.db import migrations

LAST = 1000  # rules that people add come before it


def make(apps, schema_editor):
    rules = apps.get_model("spots", "DetectionRule").objects
    rules.create(name="default", order=LAST, active=True)


class Migration(migrations.Migration):
    # Installations from before the first release have these instead.
    replaces = [
        ("spots", "0003_watching"),
        ("spots", "0004_default_rule"),
        ("spots", "0005_every_watch_has_a_rule"),
        ("spots", "0006_comments"),
        ("spots", "0007_life_of_a_case"),
        ("spots", "0008_priority_of_many_facts"),
        ("spots", "0009_routing_rules_and_duty"),
        ("spots", "0010_network_imports"),
        ("spots", "0011_regrouping_undone"),
        ("spots", "0012_single_cases"),
        ("spots", "0013_views_of_the_queue"),
    ]

    dependencies = [("spots", "0002_append_only")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
