"""A column that an index of several columns begins with needs none of its own.

Django would make the foreign keys anew, too, and look through the tables for it under a lock.
"""

import django.db.models.deletion
from django.db import migrations, models


INDEXES = {
    "feedback_invitation_brand_id_18187d2f": ("feedback_invitation", "brand_id"),
    "feedback_invitation_customer_id_a0dead80": ("feedback_invitation", "customer_id"),
    "feedback_invitation_survey_id_399ba60b": ("feedback_invitation", "survey_id"),
    "feedback_message_batch_id_72fda309": ("feedback_message", "batch_id"),
    "feedback_message_case_id_67c1b422": ("feedback_message", "case_id"),
    "feedback_part_message_id_7e0c59dc": ("feedback_part", "message_id"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0010_fewer_indexes"),
        ("feedback", "0016_insights_joined_and_dated"),
        ("spots", "0016_fewer_indexes"),
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
                    model_name="invitation",
                    name="brand",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.brand",
                        verbose_name="brand",
                    ),
                ),
                migrations.AlterField(
                    model_name="invitation",
                    name="customer",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="complaints.customer",
                        verbose_name="customer",
                    ),
                ),
                migrations.AlterField(
                    model_name="invitation",
                    name="survey",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="feedback.survey",
                        verbose_name="survey",
                    ),
                ),
                migrations.AlterField(
                    model_name="message",
                    name="batch",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="feedback.announcement",
                        verbose_name="batch",
                    ),
                ),
                migrations.AlterField(
                    model_name="message",
                    name="case",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="spots.case",
                        verbose_name="case",
                    ),
                ),
                migrations.AlterField(
                    model_name="part",
                    name="message",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sent_parts",
                        to="feedback.message",
                    ),
                ),
            ],
        )
    ]
