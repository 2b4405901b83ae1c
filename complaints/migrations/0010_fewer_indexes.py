"""A column that an index of several columns begins with needs none of its own.

Django would make the foreign keys anew, too, and look through the tables for it under a lock.
"""

import django.db.models.deletion
from django.db import migrations, models


INDEXES = {
    "complaints_customer_brand_id_cf7fe4ab": ("complaints_customer", "brand_id"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0009_figures_of_periods"),
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
                    model_name="customer",
                    name="brand",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="complaints.brand",
                        verbose_name="brand",
                    ),
                ),
            ],
        )
    ]
