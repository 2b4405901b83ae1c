"""A column that an index of several columns begins with needs none of its own.

Django would make the foreign keys anew, too, and look through the tables for it under a lock.
"""

import django.db.models.deletion
from django.db import migrations, models


INDEXES = {
    "spots_event_case_id_6bbb6983": ("spots_event", "case_id"),
    "spots_ledgerentry_clock_id_8fa156e7": ("spots_ledgerentry", "clock_id"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("spots", "0015_band_changes"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX IF EXISTS {name}",
                    f"CREATE INDEX {name} ON {table} ({column})",
                )
                for name, (table, column) in INDEXES.items()
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="event",
                    name="case",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="spots.case",
                    ),
                ),
                migrations.AlterField(
                    model_name="ledgerentry",
                    name="clock",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="spots.clock",
                        verbose_name="SLA clock",
                    ),
                ),
            ],
        )
    ]
